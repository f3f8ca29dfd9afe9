import { locked } from "./busErrors";
import type { SessionBus } from "./sessionBus";

const promptInterface = "org.freedesktop.Secret.Prompt";

/** A path that stands for no object: there is nothing to prompt for. */
export const nothing = "/";

/** Whom a prompt tells, and how long it waits, in seconds. */
export interface PromptOptions {
  readonly note: (text: string) => void;
  readonly seconds: number;
}

/**
 * Lets the service ask the user in its own window, and waits for it.
 * @param path the prompt that the service gave; `/` for none
 * @param what what he is asked for, as a half sentence
 * @returns the service's result; undefined where there was nothing to ask
 * @throws StoreError `denied` when he dismissed it, when no window could be shown, or after the time
 */
export async function prompted(
  bus: SessionBus,
  path: string,
  what: string,
  { note, seconds }: PromptOptions,
): Promise<unknown> {
  if (path === nothing) return undefined;
  note(`keyring: ${what}; waiting up to ${String(seconds)} s for its own window`);
  const prompt = (member: string, signature = "", body: readonly unknown[] = []) =>
    bus.call({ path, interface: promptInterface, member, signature, body });
  const completed = await bus.signalAfter(
    { path, interface: promptInterface, member: "Completed" },
    // No window of ours is its parent.
    () => prompt("Prompt", "s", [""]),
    seconds,
  );
  if (completed === undefined) {
    await prompt("Dismiss").catch(() => undefined);
    throw locked(`${what}: nobody answered in ${String(seconds)} s`);
  }
  const [dismissed, result] = completed;
  if (dismissed === true) {
    throw locked(`${what}: it was dismissed, or no window could be shown`);
  }
  return result;
}
