import { lstatSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { StoreError } from "../errors";
import type { StoreName } from "../store";
import { fileError, hasCode } from "./fileError";
import { takeFileLock, type HeldLock } from "./fileLock";

/** Folder beside the files, for the lock and for drafts of them: there only while something is written. */
export const workFolderName = ".promptsentinel-secrets";

/** Milliseconds to wait for another writer. A write takes some ten. */
const patience = 30_000;

/**
 * Runs with the folder's files to oneself, against other writers of this project. The lock of a process that is gone
 * is taken over at once, and the drafts that it left are removed.
 * @param run gets the work folder, which is private and ignored by git: it has a .gitignore of its own; and the lock
 * @param milliseconds how long to wait for others. @default 30 s
 * @throws StoreError `conflict` when another holds it all that time
 */
export async function locked<Result>(
  dir: string,
  store: StoreName,
  run: (work: string, lock: HeldLock) => Promise<Result>,
  milliseconds: number = patience,
): Promise<Result> {
  const work = join(dir, workFolderName);
  const file = join(work, "lock");
  let lock: HeldLock | undefined;
  try {
    try {
      const makeFolder = (): void => {
        makePrivate(work, store);
      };
      lock = await takeFileLock(file, { store, milliseconds, makeFolder });
      prepare(work, file);
    } catch (error) {
      throw fileError(error, store, `${dir}: cannot be locked`);
    }
    return await run(work, lock);
  } finally {
    if (lock !== undefined) release(work, lock);
  }
}

function makePrivate(work: string, store: StoreName): void {
  try {
    mkdirSync(work, { mode: 0o700 });
  } catch (error) {
    // One that is gone again was another writer's.
    const there = lstatSync(work, { throwIfNoEntry: false });
    // A link could lead drafts of values anywhere.
    if (!hasCode(error, "EEXIST") || there?.isDirectory() === false) throw error;
    if (process.platform === "win32" || there === undefined) return;
    const user = process.geteuid?.();
    const isOpen = (there.mode & 0o077) !== 0;
    // Root works on folders of others.
    if (!isOpen && (user === 0 || there.uid === user)) return;
    throw new StoreError(
      "denied",
      store,
      `${work}: ${isOpen ? "is open to other users" : "belongs to another user"}; nothing was written`,
      "remove it once you know that no other writer is at work",
    );
  }
}

/** What is there beside the lock was left by one that was killed. */
function prepare(work: string, lock: string): void {
  for (const name of readdirSync(work)) {
    if (name !== basename(lock)) rmSync(join(work, name), { force: true });
  }
  writeFileSync(join(work, ".gitignore"), "*\n", { mode: 0o600, flag: "wx" });
}

/** Others may be waiting in the folder: then it stays, and the last one removes it. Never an error: the work is done. */
function release(work: string, lock: HeldLock): void {
  try {
    lock.check();
    rmSync(join(work, ".gitignore"), { force: true });
    lock.release();
    rmdirSync(work);
  } catch {
    // What is left is removed by the next writer.
  }
}
