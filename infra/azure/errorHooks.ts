import type { ErrorHook } from "@pulumi/pulumi";
import { awaited, explained } from "../explain";

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
const spread = { timeout: 300_000, pause: 5000 };

/** What Azure says of them until then. */
const unknown = /PrincipalNotFound|does not exist in the directory|RoleDefinitionDoesNotExist/;

/**
 * A new identity, or a role, is not known everywhere at once; an assignment is tried again, with a word on what is waited for.
 * https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---assigning-a-role-to-a-new-principal-sometimes-fails
 */
export const awaitSpread = (name: string, who: string): ErrorHook =>
  awaited(`${name}-spread`, unknown, `Azure knows ${who} and the role everywhere`, spread);
