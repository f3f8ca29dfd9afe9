import { AsyncResource } from "node:async_hooks";
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
