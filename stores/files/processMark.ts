import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { hasCode } from "./fileError";

/** What tells one process from every other, also from a later one of the same number. */
export interface ProcessMark {
  readonly host: string;
  /** In which numbers of processes count, on Linux: containers have their own, and often the same host name. */
  readonly space: string;
  readonly pid: number;
  /** When it began, as its system counts that; "" where it does not tell. */
  readonly began: string;
}

/** This process. */
export const thisProcess = (): ProcessMark => ({
  ...{ host: hostname(), space: space(), pid: process.pid },
  began: beginningOf(process.pid),
});

/** Whether a process has ended; undefined where nobody can tell: its number means nothing here. */
export function isGone({ host, space: its, pid, began }: ProcessMark): boolean | undefined {
  if (host !== hostname()) return false;
  if (its !== space()) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (hasCode(error, "ESRCH")) return true;
  }
  // A system may hide the processes of other users.
  const current = beginningOf(pid);
  return current !== "" && current !== began;
}

/** https://man7.org/linux/man-pages/man7/pid_namespaces.7.html */
const space = (): string => told(() => readlinkSync("/proc/self/ns/pid"));

/** Field 22, after the name in parentheses: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const beginningOf = (pid: number): string =>
  told(() => {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  });

/** Linux has these; elsewhere, and where it hides them, there is nothing to tell. */
function told(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
