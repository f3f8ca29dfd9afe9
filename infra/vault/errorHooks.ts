import { setTimeout as sleep } from "node:timers/promises";
import { ErrorHook } from "@pulumi/pulumi";
import { explained } from "../explain";

/** How long a new KV version 2 mount may take until it accepts writes. Milliseconds. */
const upgradeTimeout = 20_000;
const upgradePause = 200;

/**
 * A new KV version 2 mount answers 400 to writes while it sets itself up; that is waited for.
 * https://developer.hashicorp.com/vault/docs/secrets/kv/kv-v2/upgrade
 */
export const awaitKvSetup = (name: string): ErrorHook =>
  new ErrorHook(`${name}-kv-setup`, async ({ errors }) => {
    if (errors[0]?.includes("Upgrading from non-versioned") !== true) return false;
    if (errors.length * upgradePause > upgradeTimeout) return false;
    await sleep(upgradePause);
    return true;
  });

/** A path that is taken: by what a destroy has kept, or by somebody else. Says what to do. */
export const explainTaken = (name: string, path: string, setting: string): ErrorHook =>
  explained(
    `${name}-taken`,
    /path is already in use/,
    `${path} exists on the server and is not in this stack's state; after a destroy, which keeps what holds values, and for a mount of somebody else's: set ${setting} to adopt; after a run that was cut off: run \`promptsentinel-secrets recover\``,
  );
