import { constants } from "node:os";
import execa from "execa";
import { exitCodes } from "../exitCodes";
import { handOn } from "./signals";

/** How a command ended, or why there was none. */
export type End =
  | { readonly code: number }
  | { readonly signal: NodeJS.Signals }
  | { readonly unstarted: string; readonly code: number };

/** Runs a command as if it stood in this process's place: with its terminal, files, folder and signals. */
export async function runChild(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<End> {
  let child: execa.ExecaChildProcess | undefined;
  const stop = handOn((signal) => {
    child?.kill(signal, { forceKillAfterTimeout: false });
  });
  try {
    child = execa(command, args, {
      ...{ env, extendEnv: false, stdio: "inherit", buffer: false, reject: false },
      // It is not ended in our place, neither now nor five seconds after a SIGTERM.
      cleanup: false,
      windowsHide: false,
    });
    const { exitCode, signal, ...ended } = await child;
    if (signal !== undefined) return { signal: signal as NodeJS.Signals };
    const { code } = ended as { code?: string };
    return code === undefined ? { code: exitCode } : unstarted(command, code);
  } catch (error) {
    // What the system refuses at once is thrown, such as too long a list of arguments.
    return unstarted(command, (error as NodeJS.ErrnoException).code ?? "it failed");
  } finally {
    stop();
  }
}

const unstarted = (command: string, code: string): End =>
  code === "ENOENT"
    ? {
        unstarted: `${command}: there is no such command; fix: correct its name, or the PATH`,
        code: exitCodes.notFound,
      }
    : {
        unstarted: `${command}: cannot be started (${code}); fix: ${advice[code] ?? "start it without `run` to see why"}`,
        code: exitCodes.cannotStart,
      };

const advice: Readonly<Record<string, string>> = {
  EACCES: "make it executable, or name a program in place of a folder",
  E2BIG: "give fewer or shorter arguments",
};

/**
 * Ends this process as the command ended: with its code, or by its signal, so that whoever waits for this process sees
 * what it would have seen of the command. Where a signal does not end us, as for the first process of a container,
 * a shell's code for it.
 */
export function endAs(end: End): never {
  if ("code" in end) process.exit(end.code);
  process.kill(process.pid, end.signal);
  process.exit(128 + constants.signals[end.signal]);
}
