import { randomBytes } from "node:crypto";
import {
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StoreError } from "../errors";
import type { StoreName } from "../store";
import { fileError, hasCode } from "./fileError";

/** Folder beside the files, for the lock and for drafts of them: there only while something is written. */
export const workFolderName = ".promptsentinel-secrets";

/** Milliseconds to wait for another writer. A write takes some ten. */
const patience = 30_000;

/** Who holds the lock. The token is of one taking of it: a process may take it many times. */
interface Owner {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
}

/**
 * Runs with the folder's files to oneself, against other writers of this project. The lock of a process that is gone
 * is taken over at once, and the drafts that it left are removed.
 * @param run gets the work folder. It is private and ignored by git: it has a .gitignore of its own
 * @param milliseconds how long to wait for others. @default 30 s
 * @throws StoreError `conflict` when another holds it all that time
 */
export async function locked<Result>(
  dir: string,
  store: StoreName,
  run: (work: string) => Promise<Result>,
  milliseconds: number = patience,
): Promise<Result> {
  const work = join(dir, workFolderName);
  const lock = join(work, "lock");
  try {
    await take(work, lock, store, Date.now() + milliseconds);
    prepare(work, lock);
  } catch (error) {
    throw fileError(error, store, `${dir}: cannot be locked`);
  }
  try {
    return await run(work);
  } finally {
    release(work, lock);
  }
}

async function take(work: string, lock: string, store: StoreName, end: number): Promise<void> {
  for (;;) {
    makeFolder(work);
    if (make(lock, work)) return;
    const holder = removeDead(lock, work);
    if (Date.now() > end) {
      throw new StoreError(
        "conflict",
        store,
        `${lock}: is held by process ${String(holder?.pid)} of ${String(holder?.host)}`,
        `wait for it, or remove ${work} once you know that it is gone`,
      );
    }
    await sleep(5 + Math.random() * 25);
  }
}

function makeFolder(work: string): void {
  try {
    mkdirSync(work, { mode: 0o700 });
  } catch (error) {
    // A link could lead drafts of values anywhere. One that is gone again was another writer's.
    const there = lstatSync(work, { throwIfNoEntry: false });
    if (!hasCode(error, "EEXIST") || there?.isDirectory() === false) throw error;
  }
}

/** Makes a lock whole or not at all: its owner is in it from the first moment. */
function make(file: string, work: string): boolean {
  const token = randomBytes(8).toString("hex");
  const draft = join(work, `${token}.owner`);
  const owner: Owner = { token, pid: process.pid, host: hostname() };
  try {
    writeFileSync(draft, JSON.stringify(owner), { mode: 0o600, flag: "wx" });
    linkSync(draft, file);
    return true;
  } catch (error) {
    // The one who held it may have removed the folder, or our draft with all else that it found.
    if (hasCode(error, "EEXIST", "ENOENT")) return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Removes a lock whose owner is gone. Two that see this at the same time must not remove the lock that a third has
 * taken since: whoever removes it holds a claim on just that taking of it, and looks once more. A claim is a lock too.
 * @returns who holds it, where it is held
 */
function removeDead(file: string, work: string): Owner | undefined {
  const owner = ownerOf(file);
  if (owner === undefined || !isDead(owner)) return owner;
  const claim = join(work, `claim.${owner.token}`);
  if (!make(claim, work)) return removeDead(claim, work);
  try {
    if (ownerOf(file)?.token === owner.token) unlinkSync(file);
  } finally {
    rmSync(claim, { force: true });
  }
  return undefined;
}

function ownerOf(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Owner;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    // Only the end of the whole machine leaves one without its text.
    if (error instanceof SyntaxError) return { token: "unreadable", pid: 0, host: hostname() };
    throw error;
  }
}

/** Only a process of this machine can be told to be gone. */
function isDead({ pid, host }: Owner): boolean {
  if (host !== hostname()) return false;
  if (pid <= 0) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return hasCode(error, "ESRCH");
  }
}

/** What is there beside the lock was left by one that was killed. */
function prepare(work: string, lock: string): void {
  writeFileSync(join(work, ".gitignore"), "*\n", { mode: 0o600 });
  for (const name of readdirSync(work)) {
    if (name !== ".gitignore" && name !== basename(lock)) rmSync(join(work, name), { force: true });
  }
}

/** Others may be waiting in the folder: then it stays, and the last one removes it. */
function release(work: string, lock: string): void {
  rmSync(join(work, ".gitignore"), { force: true });
  rmSync(lock, { force: true });
  try {
    rmdirSync(work);
  } catch (error) {
    if (!hasCode(error, "ENOTEMPTY", "EEXIST", "ENOENT", "EBUSY", "EPERM")) throw error;
  }
}
