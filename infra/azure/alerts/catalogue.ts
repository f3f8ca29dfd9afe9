import type { AlertId } from "../../contracts/usageAlerts";
import { operations, type Changes } from "./activity";
import type { Rows } from "./query";
import type { Scope } from "./scope";

/** What an alert looks for in the vault's log, by each call or by their number in five minutes, and in the activity log. */
export interface Alert {
  readonly what: string;
  /** From 0, the worst, to 4. The activity log's alerts have none of their own. */
  readonly severity: 0 | 1 | 2 | 3;
  readonly log?: Rows & { readonly limit?: number };
  readonly activity?: readonly Changes[];
}

export type CountLimits = Readonly<Record<"readsPerFiveMinutes" | "deniedPerFiveMinutes", number>>;

/**
 * What each alert looks for. Names of operations: https://learn.microsoft.com/azure/key-vault/general/logging. Rows of
 * notifications are there whether or not Event Grid has a subscription.
 */
export function catalogue(scope: Scope, limits: CountLimits): Readonly<Record<AlertId, Alert>> {
  return {
    "unexpected-reader": {
      what: "somebody who is no reader read a secret, or tried to",
      severity: 1,
      // A deleted secret's answer has no value: https://learn.microsoft.com/rest/api/keyvault/secrets/get-deleted-secret
      log: {
        operations: ["SecretGet", "SecretBackup"],
        by: { noneOf: scope.readers },
        withToken: true,
      },
    },
    "read-spike": {
      what: "secrets were read more often than usual",
      severity: 2,
      log: { operations: ["SecretGet"], withToken: true, limit: limits.readsPerFiveMinutes },
    },
    "denied-burst": {
      what: "calls about the secrets were refused again and again",
      severity: 2,
      log: {
        operations: [
          ...["SecretGet", "SecretSet", "SecretUpdate", "SecretDelete", "SecretList"],
          ...["SecretListVersions", "SecretPurge", "SecretBackup", "SecretRestore"],
          ...["SecretRecover", "SecretGetDeleted", "SecretListDeleted"],
        ],
        status: 403,
        limit: limits.deniedPerFiveMinutes,
      },
    },
    "grant-change": {
      what: "who may reach the secrets was changed, or the vault was",
      severity: 1,
      log: {
        operations: ["VaultPut", "VaultPatch", "VaultAccessPolicyChangedEventGridNotification"],
      },
      activity: [
        { part: "grants", in: scope.grants, operations: operations.grants },
        { part: "identities", in: scope.identities, operations: operations.identities },
      ],
    },
    "deletion-scheduled": {
      what: "a secret, or the vault, was deleted or purged",
      severity: 1,
      log: { operations: ["SecretDelete", "SecretPurge", "VaultDelete"] },
      activity: [
        {
          in: [scope.vaultGroupId],
          operations: operations.vaults,
          on: [scope.vaultId, scope.vaultGroupId],
        },
      ],
    },
    "rotation-failed": {
      what: "a secret is past its expiry: nobody rotated it in time",
      severity: 1,
      log: { operations: ["SecretExpiredEventGridNotification"] },
    },
    "stale-key": {
      what: "a secret expires within 30 days",
      severity: 2,
      log: { operations: ["SecretNearExpiryEventGridNotification"] },
    },
    "encryption-key-disabled": {
      // Secrets are encrypted by keys of the service, which nobody can disable: https://learn.microsoft.com/azure/key-vault/secrets/about-secrets#encryption
      what: "a key in the vault, which encrypts something else than its secrets, was changed, deleted or purged",
      severity: 1,
      log: { operations: ["KeyUpdate", "KeyDelete", "KeyPurge"] },
    },
    "audit-switched-off": {
      what: "a part of the audit, or an alert, was changed, deleted or silenced",
      severity: 1,
      activity: [
        { in: scope.audit, operations: operations.audit },
        { part: "silencers", in: [scope.subscription], operations: operations.silencers },
      ],
    },
    "privileged-session": {
      what: "somebody who reads every key became active",
      severity: 1,
      ...(scope.privileged.length > 0 && {
        log: { by: { anyOf: scope.privileged }, each: "caller" },
      }),
      ...(scope.breakGlass && {
        activity: [{ in: [scope.vaultId], operations: operations.activations }],
      }),
    },
  };
}
