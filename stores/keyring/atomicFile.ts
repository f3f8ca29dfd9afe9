import { lstatSync, readFileSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { StoreError } from "../errors";
import { syncFolder, writeDraft } from "../files/atomic";

/** A file's text; undefined where there is none. */
export const readIfThere = (file: string): string | undefined =>
  ifThere(() => readFileSync(file, "utf8"));

/** When a file was written last; undefined where there is none. */
export const timeOf = (file: string): Date | undefined => ifThere(() => statSync(file).mtime);

/**
 * Puts a new text in a file's place, mode 0600: readers see the old one or the new one, also after a crash of the
 * machine. One writer at a time: the draft beside it has a fixed name, so that a killed writer leaves one at most.
 * @param check throws when the file must not be replaced any more
 */
export function replaceFile(file: string, text: string, check: () => void): void {
  const target = targetOf(file);
  const draft = `${target}.new`;
  rmSync(draft, { force: true });
  writeDraft(draft, text);
  try {
    check();
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  syncFolder(dirname(target));
}

/** A link stays a link: the file may be kept elsewhere. */
function targetOf(file: string): string {
  const target = ifThere(() => realpathSync(file));
  if (target === undefined && lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new StoreError(
      "missing",
      "keyring",
      `${file}: is a link to a file that is not there; nothing was written`,
      "bring that file, as by mounting its disk, or remove the link",
    );
  }
  return target ?? file;
}

function ifThere<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
