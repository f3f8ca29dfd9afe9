import { keysOf, type Consumer, type Environment } from "../environment";
import { isSeeded, secretId, secretName, vaultId } from "./layout";
import type { RoleName } from "./roles";
import type { AccessSettings } from "./settings";

/** One role on one scope. */
export interface Grant {
  /** Part of the assignment's name: the key, or the vault. */
  readonly on: string;
  readonly role: RoleName;
  readonly scope: string;
  readonly condition?: string;
}

/** Roles of consumers. Whoever reads has each secret apart; whoever seeds has the vault, because a new secret is no scope yet. */
const roles = {
  app: "secretsUser",
  ci: "secretsUser",
  rotator: "rotator",
  operator: "writer",
  breakGlass: "secretsUser",
} as const satisfies Record<Consumer, RoleName>;

/** What a consumer is granted. */
export function grantsOf(
  consumer: Consumer,
  environment: Environment,
  settings: AccessSettings,
): readonly Grant[] {
  const role = roles[consumer];
  if (consumer === "operator" || consumer === "breakGlass") {
    const byName = consumer === "operator" && settings.access.operator.byName;
    return [
      {
        ...{ on: "vault", role, scope: vaultId(environment, settings) },
        ...(byName && { condition: namesCondition(environment, settings) }),
      },
    ];
  }
  return keysOf(environment, consumer)
    .filter((key) => isSeeded(key, settings))
    .map((key) => ({
      on: key.id,
      role,
      scope: secretId(secretName(key, settings), environment, settings),
    }));
}

/**
 * The stack's secrets alone, one that is not there yet among them. Names of a request and of a secret are two attributes.
 * https://learn.microsoft.com/azure/key-vault/general/rbac-abac
 */
export function namesCondition(environment: Environment, settings: AccessSettings): string {
  const names = environment.keys.map((key) => `'${secretName(key, settings)}'`).join(", ");
  const clause = (actions: readonly string[], source: "Request" | "Resource"): string =>
    `((${actions
      .map((action) => `!(ActionMatches{'Microsoft.KeyVault/vaults/secrets/${action}'})`)
      .join(
        " AND ",
      )}) OR (@${source}[Microsoft.KeyVault/vaults/secrets:name] ForAnyOfAnyValues:StringEquals {${names}}))`;
  return `${clause(["setSecret/action"], "Request")} AND ${clause(["update/action"], "Resource")}`;
}
