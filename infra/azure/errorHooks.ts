import { setTimeout as sleep } from "node:timers/promises";
import { AsyncResource } from "node:async_hooks";
import { ErrorHook } from "@pulumi/pulumi";
import * as log from "@pulumi/pulumi/log";
import { explained } from "../explain";

/**
 * How the provider says that a resource is there, and Azure that a name is taken.
 * https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/azure/client_azcore.go
 */
const taken = /already existing|already (exists|taken)|AlreadyExists|AlreadyTaken/i;

const afterCut = "after a run that was cut off: run `promptsentinel-secrets recover`";

/** A vault, or its name, that is there: a destroy keeps what holds values. */
export const explainVault = (name: string, vault: string): ErrorHook =>
  explained(
    `${name}-taken`,
    taken,
    `${vault} exists and is not in this stack's state; after a destroy, which keeps it: set azure.vault.mode to adopt; after somebody deleted it: azure.vault.recover; of somebody else, as a vault's name is the whole world's: choose another in azure.vault.name; ${afterCut}`,
  );

/** A part of the audit, or the group, that is there: a destroy keeps them. */
export const explainKept = (name: string, what: string, setting: string): ErrorHook =>
  explained(
    `${name}-taken`,
    taken,
    `${what} exists and is not in this stack's state; after a destroy, which keeps it: set ${setting} to external; ${afterCut}`,
  );

/** A new archive that is to be locked at once. */
export const explainLock = (name: string): ErrorHook =>
  explained(
    `${name}-lock`,
    /immutab|Locked/i,
    "an archive is made unlocked, and locked in a later run: set azure.audit.storage.lock to unlocked for the first",
  );

/** A secret that a grant is on. */
export const explainUnseeded = (name: string, secret: string): ErrorHook =>
  explained(
    `${name}-unseeded`,
    /\b(Resource|Secret)NotFound\b/,
    `${secret} is not there, and a grant on it needs it: put its first value in, or take its key out of azure.secrets.seeded`,
  );

/** How long a new identity or role may take until it is known everywhere, and how often it is asked. */
const spreadTimeout = 300_000;
const spreadPause = 5000;

/** What Azure says of them until then. */
const unknown = /PrincipalNotFound|does not exist in the directory|RoleDefinitionDoesNotExist/;

/**
 * A new identity, or a role, is not known everywhere at once; an assignment is tried again, with a word on what is waited for.
 * https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---assigning-a-role-to-a-new-principal-sometimes-fails
 */
export function awaitSpread(name: string, who: string): ErrorHook {
  const say = AsyncResource.bind((text: string): Promise<void> => log.info(text));
  return new ErrorHook(`${name}-spread`, async ({ errors }) => {
    if (!unknown.test(errors[0] ?? "")) return false;
    const tries = errors.length;
    if (tries * spreadPause > spreadTimeout) return false;
    if (tries === 1) {
      await say(
        `waiting until Azure knows ${who} and the role everywhere: up to ${String(spreadTimeout / 60_000)} minutes`,
      );
    }
    await sleep(spreadPause);
    return true;
  });
}
