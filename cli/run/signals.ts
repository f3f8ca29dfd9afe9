import { standing, type Standing } from "./terminal";

/** Signals that are handed on. SIGKILL and SIGSTOP nobody can. */
export const handedOn = [
  ...(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const),
  ...(["SIGUSR1", "SIGUSR2", "SIGWINCH"] as const),
];

/**
 * What a terminal sends itself, and to all of its foreground at once, so that the command has it already:
 * https://man7.org/linux/man-pages/man7/signal.7.html, https://man7.org/linux/man-pages/man4/tty_ioctl.4.html
 */
const terminals: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT", "SIGHUP", "SIGWINCH"];

/**
 * Whether a signal came from a terminal, as nobody is told who sent it: one that terminals send, while this process is
 * in the foreground; SIGHUP too when the terminal has gone since the start. So `kill -INT` of this process alone, from
 * elsewhere and while it is in the foreground, does not reach the command; SIGTERM always does.
 */
export const fromTerminal = (signal: NodeJS.Signals, start: Standing, now: Standing): boolean =>
  terminals.includes(signal) &&
  (now === "foreground" || (signal === "SIGHUP" && start !== "none" && now === "none"));

/**
 * Hands signals on to a command that shares this process's terminal and process group, each once. From then on none
 * of them ends this process. On Windows a console tells all of its programs, and there are no other signals
 * (by documentation: https://nodejs.org/api/process.html#signal-events), so there they are only left to the command.
 * @returns what ends it
 */
export function handOn(kill: (signal: NodeJS.Signals) => void): () => void {
  const start = standing();
  const listeners = handedOn.map((signal) => {
    // Node's own answer to it, before there was a listener, was a debugger's port.
    if (signal === "SIGUSR1") process.removeAllListeners(signal);
    const listener = (): void => {
      if (process.platform === "win32" || fromTerminal(signal, start, standing())) return;
      kill(signal);
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => {
    for (const stop of listeners) stop();
  };
}
