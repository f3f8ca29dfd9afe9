import { createInterface } from "node:readline/promises";
import { askHidden as ask, isStopped } from "../stores/keyring/hiddenPrompt";
import { SecretValue } from "../stores/secretValue";
import { Interrupted } from "./output";

/** Whether somebody sits at a keyboard and sees what is asked, which goes to stderr. */
export const atTerminal = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

/**
 * Asks for a value. Nothing of it is shown, not even its length, and no key shows it.
 * @throws Interrupted on Ctrl-C, Ctrl-D and a signal; the terminal is as it was
 */
export async function askHidden(message: string): Promise<SecretValue> {
  try {
    return new SecretValue(await ask(message));
  } catch (error) {
    if (isStopped(error)) throw new Interrupted("stopped while it asked; nothing was written");
    throw error;
  }
}

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
