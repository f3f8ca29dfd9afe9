import { randomBytes, randomInt } from "node:crypto";
import { linkSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** Who holds a lock. The token is of one acquisition alone. */
interface Holder {
  readonly token: string;
  readonly host: string;
  readonly pid: number;
  /** When the process began, as its system counts it: a later process with the same number is another. */
  readonly began: string;
}

/**
 * Runs while no other process of this kind does. The lock is a file: whoever makes it first has it. One whose process
 * was killed is taken from it, under a lock of its own by the dead holder's token, so that no two take it and then one
 * of them the other's. A lock of another host is waited for.
 * @param file the lock's own path
 * @param seconds how long to wait
 * @throws what `busy` makes, after that time
 */
export async function withFileLock<Result>(
  file: string,
  seconds: number,
  busy: () => Error,
  run: () => Promise<Result> | Result,
): Promise<Result> {
  const until = Date.now() + seconds * 1000;
  while (!taken(file)) {
    const holder = holderOf(file);
    if (holder !== undefined && isDead(holder)) {
      await withFileLock(`${file}.${holder.token}`, (until - Date.now()) / 1000, busy, () => {
        // Of the one that died, and of nobody since: the tokens tell.
        if (holderOf(file)?.token === holder.token) unlinkSync(file);
      });
      continue;
    }
    if (Date.now() > until) throw busy();
    await sleep(randomInt(5, 40));
  }
  try {
    return await run();
  } finally {
    unlinkSync(file);
  }
}

/** Makes the lock, with its content or not at all. */
function taken(file: string): boolean {
  const token = randomBytes(8).toString("hex");
  const draft = `${file}.${token}.new`;
  const { pid } = process;
  const holder: Holder = { token, pid, host: hostname(), began: beginningOf(pid) ?? "" };
  writeFileSync(draft, JSON.stringify(holder), { mode: 0o600, flag: "wx" });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

function holderOf(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Holder;
  } catch {
    // Given back just now, or written by something else: that is waited for.
    return undefined;
  }
}

function isDead({ host, pid, began }: Holder): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
  return process.platform === "linux" && beginningOf(pid) !== began;
}

/** Field 22 of /proc/<pid>/stat, after the name in parentheses: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function beginningOf(pid: number): string | undefined {
  if (process.platform !== "linux") return "";
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
