import password from "@inquirer/password";

const same = (text: string): string => text;

/** No colour and no mark, so that nothing has to be known of the terminal. */
const plain = {
  prefix: "",
  style: { message: same, answer: same, help: same, maskedText: "" },
};

/**
 * Asks at the terminal, on stderr. Nothing of what is typed is shown, not even its length, and no key shows it.
 * https://www.npmjs.com/package/@inquirer/password
 * @throws an error for which `isStopped` is true on Ctrl-C, Ctrl-D and a signal; the terminal is as it was
 */
export async function askHidden(message: string): Promise<string> {
  const stop = new AbortController();
  const abort = (): void => {
    stop.abort();
  };
  // When its input ends, for which its reader pauses it, the prompt by itself ends with the process, whenever that is.
  process.stdin.once("pause", abort);
  // Left to itself, it would end the process before the terminal shows again what is typed.
  for (const signal of signals) process.on(signal, abort);
  try {
    return await password(
      { message, toggleMask: false, theme: plain },
      { output: process.stderr, signal: stop.signal },
    );
  } finally {
    process.stdin.off("pause", abort);
    for (const signal of signals) process.off(signal, abort);
  }
}

/** Whether somebody stopped a prompt: not a failure. */
export const isStopped = (error: unknown): boolean =>
  error instanceof Error && ended.includes(error.name);

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const ended = ["ExitPromptError", "AbortPromptError"];
