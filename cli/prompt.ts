import { createInterface } from "node:readline/promises";
import password from "@inquirer/password";
import { SecretValue } from "../stores/secretValue";
import { Interrupted } from "./output";

/** Whether somebody sits at a keyboard and sees what is asked, which goes to stderr. */
export const atTerminal = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

const same = (text: string): string => text;

/** No colour and no mark, so that nothing has to be known of the terminal. */
const plain = {
  prefix: "",
  style: { message: same, answer: same, help: same, maskedText: "" },
};

/**
 * Asks for a value. Nothing of it is shown, not even its length, and no key shows it.
 * https://www.npmjs.com/package/@inquirer/password
 * @throws Interrupted on Ctrl-C, Ctrl-D and a signal; the terminal is as it was
 */
export async function askHidden(message: string): Promise<SecretValue> {
  const stop = new AbortController();
  const abort = (): void => {
    stop.abort();
  };
  // When its input ends, for which its reader pauses it, the prompt by itself ends with the process, whenever that is.
  process.stdin.once("pause", abort);
  // Left to itself, it would end the process before the terminal shows again what is typed.
  for (const signal of signals) process.on(signal, abort);
  try {
    const text = await password(
      { message, toggleMask: false, theme: plain },
      { output: process.stderr, signal: stop.signal },
    );
    return new SecretValue(text);
  } catch (error) {
    if (error instanceof Error && ended.includes(error.name)) {
      throw new Interrupted("stopped while it asked; nothing was written");
    }
    throw error;
  } finally {
    process.stdin.off("pause", abort);
    for (const signal of signals) process.off(signal, abort);
  }
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const ended = ["ExitPromptError", "AbortPromptError"];

/** Asks whether to do something. Without a clear yes it is no. */
export async function confirmed(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const stop = new AbortController();
  lines.once("close", () => {
    stop.abort();
  });
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: stop.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (stop.signal.aborted) return false;
    throw error;
  } finally {
    lines.close();
  }
}
