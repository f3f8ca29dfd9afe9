import { writeFileSync } from "node:fs";

/**
 * Takes all memory out of core dumps of this process, and of those that it starts, which inherit this: a value that a
 * command holds must not end in a file because something crashed. What is left of a dump are registers and notes.
 * Linux alone has this for a process without a native module: https://man7.org/linux/man-pages/man5/core.5.html.
 * On macOS and Windows nothing is done: both make no dump of a process unless somebody turned that on
 * (`ulimit -c` and a writable /cores; a LocalDumps key of Windows Error Reporting).
 * @param file the kernel's switch. @default this process's own
 * @returns whether the kernel took it. It does not where /proc is not mounted, or where it makes no dumps of ELF
 */
export function forbidCoreDumps(file = "/proc/self/coredump_filter"): boolean {
  if (process.platform !== "linux") return false;
  try {
    // Not to be made where it is not: it would be a file of that name.
    writeFileSync(file, "0\n", { flag: "r+" });
    return true;
  } catch {
    return false;
  }
}
