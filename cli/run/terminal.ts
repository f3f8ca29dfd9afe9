import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** How this process stands to a terminal: it reads from it, stands behind another job, or there is none. */
export type Standing = "foreground" | "background" | "none";

/**
 * Asks the system anew each time: a shell moves its jobs.
 * Of macOS by its documentation: https://ss64.com/mac/ps.html
 */
export function standing(pid = process.pid): Standing {
  try {
    if (process.platform === "linux") {
      return ofStat(readFileSync(`/proc/${String(pid)}/stat`, "utf8"));
    }
    const format = ["-o", "pgid=,tpgid=", "-p", String(pid)];
    return ofGroups(execFileSync("ps", format, { encoding: "utf8" }).trim().split(/\s+/));
  } catch {
    return "none";
  }
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html. The program's name may hold blanks and parentheses. */
export function ofStat(stat: string): Standing {
  const [, , group, , terminal, foreground] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .trim()
    .split(" ");
  return terminal === "0" ? "none" : ofGroups([group, foreground]);
}

/** Without a terminal its group is -1, or 0. */
function ofGroups([group, foreground]: readonly (string | undefined)[]): Standing {
  if (foreground === undefined || Number(foreground) <= 0) return "none";
  return group === foreground ? "foreground" : "background";
}
