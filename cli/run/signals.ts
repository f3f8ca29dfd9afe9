import { standing, type Standing } from "./terminal";

/** Signals that are handed on. SIGKILL and SIGSTOP nobody can. */
export const handedOn = [
  ...(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const),
  ...(["SIGUSR1", "SIGUSR2", "SIGWINCH"] as const),
];

/** What a key at a terminal, or another size of it, sends to all of its foreground at once. */
const ofForeground: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT", "SIGWINCH"];

/**
 * Whether a signal came from a terminal, so that the command, which shares it, has the signal already. Nobody is told
 * who sent a signal, so this goes by how things stand. `kill -INT` of this process alone while it is in the foreground
 * is taken for a Ctrl-C and does not reach the command; SIGTERM always does.
 * A connection that ends takes the terminal away and tells the leader of the session alone. A shell passes that on to
 * its jobs; a leader that is this process has to.
 * https://man7.org/linux/man-pages/man3/tcsetpgrp.3.html, https://www.gnu.org/software/bash/manual/html_node/Signals.html
 */
export const fromTerminal = (signal: NodeJS.Signals, start: Standing, now: Standing): boolean =>
  signal === "SIGHUP"
    ? start.hasTerminal && !now.hasTerminal && !start.leads
    : ofForeground.includes(signal) && now.inForeground;

/**
 * Hands signals on to a command that shares this process's terminal and process group, each once, and none of them
 * ends this process. To be called before the command is started, which may be ready to be told something before this
 * process is. On Windows a console tells all of its programs, and there are no other signals
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
