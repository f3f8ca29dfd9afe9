import { AsyncResource } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { ErrorHook } from "@pulumi/pulumi";
import * as log from "@pulumi/pulumi/log";

/**
 * Says what to do about an error of the platform's that says only what is wrong. Nothing is retried.
 * @param name the hook's own name: one for each resource
 */
export function explained(name: string, when: RegExp, advice: string): ErrorHook {
  // The engine calls back from outside the program's own context, which the log needs in order to find the engine.
  const explain = AsyncResource.bind((): Promise<void> => log.error(advice));
  return new ErrorHook(name, async ({ errors }) => {
    if (when.test(errors[0] ?? "")) await explain();
    return false;
  });
}

/** How long something may take, and how often it is tried. Milliseconds. The engine asks a hook a hundred times at most. */
export interface Patience {
  readonly timeout: number;
  readonly pause: number;
}

/**
 * Tries again what fails only because something new is not known everywhere yet, with a word on what is waited for.
 * @param name the hook's own name: one for each resource
 * @param unknown how the platform says so; what is never going to be known must not match
 * @param what goes on after "waiting until", before "up to … minutes"
 */
export function awaited(
  name: string,
  unknown: RegExp,
  what: string,
  { timeout, pause }: Patience,
): ErrorHook {
  const say = AsyncResource.bind((text: string): Promise<void> => log.info(text));
  return new ErrorHook(name, async ({ errors }) => {
    if (!unknown.test(errors[0] ?? "")) return false;
    const tries = errors.length;
    if (tries * pause > timeout) return false;
    if (tries === 1) {
      await say(`waiting until ${what}: up to ${String(timeout / 60_000)} minutes`);
    }
    await sleep(pause);
    return true;
  });
}
