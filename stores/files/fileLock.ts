import { randomBytes, randomInt } from "node:crypto";
import {
  closeSync,
  fstatSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StoreError } from "../errors";
import type { StoreName } from "../store";
import { hasCode } from "./fileError";
import { isGone, thisProcess, type ProcessMark } from "./processMark";

/** How to wait for a lock. */
export interface LockOptions {
  readonly store: StoreName;
  /** How long to wait for others. */
  readonly milliseconds: number;
  /** Makes the lock's folder before each try: whoever gave the lock back may have removed it. */
  readonly makeFolder: () => void;
}

/** A lock that is held. */
export interface HeldLock {
  /**
   * To be called before what cannot be taken back.
   * @throws StoreError `conflict` when another has the lock now, as after a long sleep of this process
   */
  check(): void;
  /** Gives it back, where it is still ours. Never an error: the work is done. */
  release(): void;
}

/** Who holds a lock. The token is of one taking of it: a process may take it many times. */
interface Holder extends ProcessMark {
  readonly token: string;
}

/** A lock as it is now. One without a readable holder has a token of its own too. */
interface Seen {
  readonly token: string;
  readonly holder?: Holder;
  readonly milliseconds: number;
}

/**
 * Milliseconds after which a lock counts as left behind where nobody can ask for its process: when it has no text, as
 * after a power cut, or was taken in another container. No write holds it for as long: the slowest wait is git's, 30 s.
 */
const longest = 180_000;

/** How much longer to look where the lock is free at each look, and another's at each try. */
const grace = 1000;

/**
 * Takes a lock that is a file: whoever makes it first has it. That of a process that is gone is taken over; that of
 * another machine is waited for.
 * @param file the lock's own path; names that begin with it and a dot are the lock's too
 * @throws StoreError `conflict` when another holds it all that time, `unavailable` where it cannot be made
 */
export async function takeFileLock(file: string, options: LockOptions): Promise<HeldLock> {
  const { store, milliseconds, makeFolder } = options;
  const end = Date.now() + milliseconds;
  for (;;) {
    makeFolder();
    const token = make(file, store);
    if (token !== undefined) {
      sweep(file);
      return held(file, token, store);
    }
    const seen = removeDead(file, store);
    if (Date.now() > end + (seen === undefined ? grace : 0)) throw busy(file, seen, store);
    await sleep(randomInt(5, 30));
  }
}

const held = (file: string, token: string, store: StoreName): HeldLock => ({
  check() {
    if (look(file)?.token === token) return;
    throw new StoreError(
      "conflict",
      store,
      `${file}: another process has taken it, as if this one were gone; nothing more was written`,
      "run it again",
    );
  },
  release() {
    giveBack(file, token);
  },
});

/** Makes a lock whole or not at all: its holder is in it from the first moment. @returns its token */
function make(file: string, store: StoreName): string | undefined {
  const token = randomBytes(8).toString("hex");
  const draft = `${file}.${token}.new`;
  const holder: Holder = { token, ...thisProcess() };
  try {
    writeFileSync(draft, JSON.stringify(holder), { mode: 0o600, flag: "wx" });
    return linked(draft, file, store) ? token : undefined;
  } catch (error) {
    // The one who held it may have removed the folder.
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function linked(draft: string, file: string, store: StoreName): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    // Whoever has the lock may have removed our draft with all else that was left.
    if (hasCode(error, "EEXIST", "ENOENT")) return false;
    if (!hasCode(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS")) throw error;
    throw new StoreError(
      "unavailable",
      store,
      `${dirname(file)}: this file system has no hard links, by which writers wait for each other`,
      "use a folder on another",
    );
  }
}

/**
 * Removes a lock whose holder is gone. Two that see this at the same time must not remove the lock that a third has
 * taken since: whoever removes it holds a claim on just that taking of it, and looks once more. A claim is a lock too.
 * @returns the lock, where it is held
 */
function removeDead(file: string, store: StoreName): Seen | undefined {
  const seen = look(file);
  if (seen === undefined || !isDead(seen)) return seen;
  const claim = `${file}.${seen.token}`;
  const token = make(claim, store);
  if (token === undefined) return removeDead(claim, store);
  try {
    giveBack(file, seen.token);
  } finally {
    giveBack(claim, token);
  }
  return undefined;
}

const isDead = ({ holder, milliseconds }: Seen): boolean =>
  (holder === undefined ? undefined : isGone(holder)) ?? milliseconds > longest;

/** One file's text and age, whatever takes its place meanwhile. */
function look(file: string): Seen | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
  try {
    const { ino, mtimeMs } = fstatSync(descriptor);
    const holder = holderIn(readFileSync(descriptor, "utf8"));
    const token = holder?.token ?? `unreadable-${String(ino)}-${String(Math.trunc(mtimeMs))}`;
    return { token, ...(holder && { holder }), milliseconds: Date.now() - mtimeMs };
  } finally {
    closeSync(descriptor);
  }
}

function holderIn(text: string): Holder | undefined {
  try {
    const { token, host, space, pid, began } = JSON.parse(text) as Partial<Holder>;
    if ([token, host, space, began].some((one) => typeof one !== "string")) return undefined;
    // The token becomes a part of a path, and number 0 would be ourselves.
    if (!/^[\w-]{1,64}$/.test(String(token)) || !Number.isInteger(pid) || Number(pid) <= 0) {
      return undefined;
    }
    return { token, host, space, pid, began } as Holder;
  } catch {
    return undefined;
  }
}

/** Removes a lock of one taking, and no other's. */
function giveBack(file: string, token: string): void {
  try {
    if (look(file)?.token === token) rmSync(file, { force: true });
  } catch {
    // It is found to be left behind then, by whoever comes next.
  }
}

/** Drafts and claims of those that were killed. One who lives finds his draft gone and makes another. */
function sweep(file: string): void {
  const start = `${basename(file)}.`;
  for (const name of readdirSync(dirname(file))) {
    if (name.startsWith(start)) rmSync(`${file}.${name.slice(start.length)}`, { force: true });
  }
}

function busy(file: string, seen: Seen | undefined, store: StoreName): StoreError {
  const by =
    seen === undefined
      ? "others, one after the other"
      : seen.holder === undefined
        ? "a process that left no number"
        : `process ${String(seen.holder.pid)} of ${seen.holder.host}`;
  return new StoreError(
    "conflict",
    store,
    `${file}: is held by ${by}; nothing was written`,
    "wait for it, or remove this file once you know that it is gone",
  );
}
