import { readdir, readFile, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import execa from "execa";

/**
 * A state in files has a small file of attributes beside each of its files, written in place: a kill in that moment
 * leaves it empty, and the stack cannot be read (`failed to load checkpoint: EOF`). Nobody needs what was in it, and
 * one that is missing is no error, so broken ones are removed.
 * https://github.com/google/go-cloud/blob/master/blob/fileblob/attrs.go
 * @returns the removed files
 */
export async function mendFileBackend(backendUrl: string): Promise<readonly string[]> {
  const root = fileBackendRoot(backendUrl);
  if (root === undefined) return [];
  const files = await readdir(join(root, ".pulumi"), { recursive: true, withFileTypes: true });
  const broken: string[] = [];
  for (const file of files) {
    if (!file.isFile() || !file.name.endsWith(".attrs")) continue;
    const path = join(file.parentPath, file.name);
    if (!(await isJson(path))) {
      await rm(path, { force: true });
      broken.push(path);
    }
  }
  return broken;
}

/** The folder of a `file://` backend; undefined for any other. */
function fileBackendRoot(backendUrl: string): string | undefined {
  if (!backendUrl.startsWith("file://")) return undefined;
  const [address = ""] = backendUrl.split("?");
  return address.startsWith("file://~")
    ? join(homedir(), address.slice("file://~".length))
    : fileURLToPath(address);
}

async function isJson(path: string): Promise<boolean> {
  try {
    JSON.parse(await readFile(path, "utf8"));
    return true;
  } catch {
    return false;
  }
}

/** Where the engine keeps its state, by what it says itself. */
export async function backendUrl(engine: string, workDir: string): Promise<string> {
  const { stdout } = await execa(engine, ["whoami", "--json", "--non-interactive"], {
    cwd: workDir,
  });
  return String((JSON.parse(stdout) as { url?: unknown }).url);
}
