import { statSync } from "node:fs";
import { resolve } from "node:path";
import { isEnvironment } from "../stores/files/environment";
import { note, UsageError } from "./output";

/** What commands on files of a folder hand to the stores. */
export interface DotenvFolder {
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly note: (text: string) => void;
}

/**
 * A folder that a command names.
 * @throws UsageError when there is none
 */
export function dotenvFolder(path: string): DotenvFolder {
  const dir = resolve(path);
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory() === true) {
    return { dir, env: process.env, note };
  }
  throw new UsageError(
    `path: got ${JSON.stringify(path)}, which is no folder; fix: name the application's folder`,
  );
}

/**
 * An environment that a command names, in lower case.
 * @throws UsageError when it cannot be one's name
 */
export function environmentNamed(name: string): string {
  const lower = name.toLowerCase();
  if (isEnvironment(lower)) return lower;
  throw new UsageError(
    `environment: got ${JSON.stringify(name)}; expected: a-z, 0-9 and _, a letter first; fix: name one, as development or production`,
  );
}
