import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** How this process stands to a terminal. */
export interface Standing {
  /** It has one. */
  readonly hasTerminal: boolean;
  /** Its process group is the one that the terminal talks to. */
  readonly inForeground: boolean;
  /** It leads its session, as a terminal's shell does. */
  readonly leads: boolean;
}

const nowhere: Standing = { hasTerminal: false, inForeground: false, leads: false };

/**
 * Asks the system anew each time: a shell moves its jobs. Elsewhere than on Linux it is ps that tells
 * (by documentation: https://keith.github.io/xcode-man-pages/ps.1.html), and on Windows nobody.
 */
export function standing(pid = process.pid): Standing {
  try {
    return process.platform === "linux"
      ? ofStat(readFileSync(`/proc/${String(pid)}/stat`, "utf8"))
      : ofPs(execFileSync("ps", ["-o", "stat=,tty=", "-p", String(pid)], { encoding: "utf8" }));
  } catch {
    return nowhere;
  }
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html. The program's name may hold blanks and parentheses. */
export function ofStat(stat: string): Standing {
  const pid = stat.split(" ", 1)[0];
  const rest = stat.slice(stat.lastIndexOf(")") + 2).trim();
  const [, , group, session, terminal, foreground] = rest.split(" ");
  const hasTerminal = terminal !== undefined && terminal !== "0";
  return {
    hasTerminal,
    inForeground: hasTerminal && group === foreground,
    leads: pid === session,
  };
}

/** `Ss+ ttys001`, or `S ??` without a terminal. */
export function ofPs(line: string): Standing {
  const [state = "", terminal = "?"] = line.trim().split(/\s+/);
  const hasTerminal = !terminal.startsWith("?");
  return {
    hasTerminal,
    inForeground: hasTerminal && state.includes("+"),
    leads: state.includes("s"),
  };
}
