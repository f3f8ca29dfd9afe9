import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import execa from "execa";
import { cacheDir } from "../../../../sandbox/cache";
import { whyGoFailed } from "./reason";

/** Files out of a Go module. */
export interface ModuleFiles {
  readonly module: string;
  readonly version: string;
  /** The module's hash as a go.sum has it, which pins it: https://go.dev/ref/mod#go-sum-files */
  readonly sum: string;
  /** The folder of it that is kept. */
  readonly folder: string;
}

/** A folder, or why it is not there. */
export type FoundFiles = { readonly folder: string } | { readonly missing: string };

/**
 * Folder of the files in the cache, fetched with Go, without what the module itself depends on. Its zip is checked by
 * Go against the checksum database, where one is set up, and here against the pin.
 * Without waiting for anything, because jest has to know its tests when it reads their file.
 */
export function findModuleFiles({ module, version, sum, folder }: ModuleFiles): FoundFiles {
  const name = `${module}@v${version}`;
  const home = cacheDir("go-files", ...name.split("/"), folder);
  if (existsSync(home)) return { folder: home };
  mkdirSync(dirname(home), { recursive: true });
  const work = mkdtempSync(`${dirname(home)}/fetch-`);
  try {
    // In a folder without a go.mod of its own: a checkout's must not have a say.
    const { stdout } = execa.sync("go", ["mod", "download", "-json", name], {
      cwd: work,
      env: { GOWORK: "off", GOFLAGS: "" },
      timeout: 300_000,
    });
    const { Dir, Sum } = JSON.parse(stdout) as { readonly Dir: string; readonly Sum: string };
    if (Sum !== sum) throw new Error(`its hash is ${Sum}, and not the pinned ${sum}`);
    // Go keeps its modules read-only; a cache that cannot be removed is a nuisance.
    execa.sync("cp", ["-R", "--no-preserve=mode", join(Dir, folder), join(work, "files")]);
    renameSync(join(work, "files"), home);
    return { folder: home };
  } catch (error) {
    return {
      missing: `${name}: ${whyGoFailed(error)}; it is fetched with Go (https://go.dev/doc/install) from the Go module proxy`,
    };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
