import { readdirSync, readFileSync } from "node:fs";
import { leaks, type Secrets } from "./canary";

/** A look at the processes of this machine, again and again, for values in what everybody or their owner may read. */
export interface Watch {
  /** Ends it, and gives where which value was found. */
  stop(): readonly string[];
}

/**
 * Watches arguments, which every user of the machine may read, and environments: https://man7.org/linux/man-pages/man5/proc.5.html
 * A process that lives shorter than a look takes can be missed; a command's own cannot.
 * @param mayHold tells of a process by its arguments that its environment is where the values belong
 */
export function watchProcesses(
  secrets: Secrets,
  mayHold: (args: readonly string[]) => boolean = () => false,
): Watch {
  const found = new Set<string>();
  const look = (): void => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      if (Number(pid) === process.pid) continue;
      const args = read(`/proc/${pid}/cmdline`);
      const words = args.split("\0");
      const seen = [
        [`arguments of ${words[0] ?? ""}`, args] as const,
        ...(mayHold(words)
          ? []
          : [[`environment of ${words[0] ?? ""}`, environment(pid)] as const]),
      ];
      for (const leak of leaks(seen, secrets)) found.add(leak);
    }
  };
  const timer = setInterval(look, 10).unref();
  return {
    stop: () => {
      clearInterval(timer);
      look();
      return [...found];
    },
  };
}

const environment = (pid: string): string => read(`/proc/${pid}/environ`);

/** What is gone, or another user's, says nothing. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
