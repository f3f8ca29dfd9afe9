import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import execa from "execa";
import { cacheDir } from "../../../../sandbox/cache";
import { sourceOf, toolSets, type ToolSetName } from "./toolSets";

/** Folder of the programs, or why there are none. */
export type FoundTools = { readonly bin: string } | { readonly missing: string };

/** Folder of a set in the cache, there or not. Another go.sum is another folder. */
export function binOf(set: ToolSetName): string {
  const digest = createHash("sha256");
  for (const file of ["go.mod", "go.sum"]) digest.update(readFileSync(join(sourceOf(set), file)));
  return cacheDir(set, digest.digest("hex").slice(0, 16), "bin");
}

/**
 * The programs from the cache, or built into it. Without waiting for anything, because jest has to know its tests
 * when it reads their file: the build is a process of its own, whose progress goes to this one's stderr.
 */
export function findTools(set: ToolSetName): FoundTools {
  const bin = binOf(set);
  if (existsSync(bin)) return { bin };
  const { title } = toolSets[set];
  const { exitCode, stdout } = execa.sync(
    process.execPath,
    ["--import", require.resolve("tsx"), join(__dirname, "main.ts"), set],
    { stdio: ["ignore", "pipe", "inherit"], reject: false, timeout: 1_800_000 },
  );
  if (exitCode === 0 && existsSync(bin)) return { bin };
  return {
    missing: `${title}: ${stdout || "its build was cut off"}; it is built with Go 1.26 (https://go.dev/doc/install) from the Go module proxy: \`node --import tsx test/e2e/support/goTools/main.ts ${set}\``,
  };
}
