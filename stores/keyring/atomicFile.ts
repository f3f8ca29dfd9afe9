import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";

/** A file's text; undefined where there is none. */
export const readIfThere = (file: string): string | undefined =>
  ifThere(() => readFileSync(file, "utf8"));

/** When a file was written last; undefined where there is none. */
export const timeOf = (file: string): Date | undefined => ifThere(() => statSync(file).mtime);

/**
 * Puts a new text in a file's place, mode 0600: readers see the old one or the new one, also after a crash of the
 * machine. One writer at a time: the draft beside it has a fixed name, so that a killed writer leaves one at most.
 */
export function replaceFile(file: string, text: string): void {
  // A link stays a link: the file may be kept elsewhere.
  const target = ifThere(() => realpathSync(file)) ?? file;
  const draft = `${target}.new`;
  rmSync(draft, { force: true });
  const handle = openSync(draft, "wx", 0o600);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(draft, target);
  // Windows opens no folders.
  if (process.platform !== "win32") syncFolder(dirname(target));
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function ifThere<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
