import type { Environment } from "../environment";
import { physicalName } from "../naming";
import { groupName, guidOf, ownId, vaultId } from "./layout";
import type { AzureSettings, PlaceSettings } from "./settings";

type RoleSettings = PlaceSettings & Pick<AzureSettings, "vault">;

/**
 * Built-in roles that are granted, by their documented ids. A role may be renamed, its id stays.
 * https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/security
 */
export const builtInRoles = {
  /** Key Vault Secrets User. */
  secretsUser: "4633458b-17de-408a-b874-0445c86b69e6",
} as const;

const secrets = "Microsoft.KeyVault/vaults/secrets";

/** What a role of ours may do. */
export interface Permissions {
  readonly actions: readonly string[];
  readonly dataActions: readonly string[];
}

/**
 * Roles of our own over values, because no built-in one writes without reading.
 * https://learn.microsoft.com/azure/role-based-access-control/permissions/security#microsoftkeyvault
 */
export const valueRoles = {
  /** Writes versions and their attributes, and reads no value. */
  writer: {
    actions: [],
    dataActions: [
      `${secrets}/setSecret/action`,
      `${secrets}/update/action`,
      `${secrets}/readMetadata/action`,
    ],
  },
  /** Writes and reads, and deletes nothing. */
  rotator: {
    actions: [],
    dataActions: [
      `${secrets}/getSecret/action`,
      `${secrets}/setSecret/action`,
      `${secrets}/update/action`,
      `${secrets}/readMetadata/action`,
    ],
  },
} as const satisfies Record<string, Permissions>;

export type ValueRole = keyof typeof valueRoles;
/** A role of ours: over values, or the pipeline's. */
export type OwnRole = ValueRole | "pipeline-preview" | "pipeline-apply" | "pipeline-grants";
export type RoleName = keyof typeof builtInRoles | OwnRole;

/** Ids of roles of ours: of the subscription's, and the same in each run. */
export const ownRoleGuid = (
  role: OwnRole,
  environment: Environment,
  settings: PlaceSettings,
): string => guidOf("role", ownId(environment, settings), environment.stage, role);

export const roleGuid = (
  role: RoleName,
  environment: Environment,
  settings: PlaceSettings,
): string =>
  role in builtInRoles
    ? builtInRoles[role as keyof typeof builtInRoles]
    : ownRoleGuid(role as OwnRole, environment, settings);

/** A role's full id, as an assignment takes it. */
export const roleDefinitionId = (
  role: RoleName,
  environment: Environment,
  settings: PlaceSettings,
): string =>
  `/subscriptions/${settings.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${roleGuid(role, environment, settings)}`;

/** Names of roles are the whole directory's, so subscription and group are part of them. */
export const roleDisplayName = (
  role: OwnRole,
  environment: Environment,
  settings: PlaceSettings,
): string =>
  `${physicalName(environment.stage, role)} of ${groupName(environment, settings)} in ${settings.subscriptionId}`;

/**
 * Where a role of ours can be assigned: the stack's group, and the vault's where that is another.
 * https://learn.microsoft.com/azure/role-based-access-control/custom-roles#custom-role-properties
 */
export const assignableScopes = (
  environment: Environment,
  settings: RoleSettings,
): readonly string[] => {
  const own = ownId(environment, settings);
  const [ofVault = own] = vaultId(environment, settings).split("/providers/");
  return [...new Set([own, ofVault])];
};
