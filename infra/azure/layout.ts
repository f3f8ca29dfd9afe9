import { createHash } from "node:crypto";
import { v5 as uuid } from "uuid";
import type { CiRole } from "../contracts/ciAccess";
import type { Consumer, Environment, Key } from "../environment";
import { keyNames, physicalName } from "../naming";
import { clouds } from "./cloud";
import type { AzureSettings, PlaceSettings } from "./settings";

type VaultSettings = PlaceSettings & Pick<AzureSettings, "vault">;
type NameSettings = Pick<AzureSettings, "secrets">;

/** What tells a name of the whole world from that of another subscription: the same in each run. */
const digest = ({ subscriptionId }: PlaceSettings, length: number): string =>
  createHash("sha256").update(subscriptionId).digest("hex").slice(0, length);

/** The stack's resource group. */
export const groupName = (environment: Environment, { resourceGroup }: PlaceSettings): string =>
  resourceGroup.name ?? physicalName(environment.stage, "").replace(/-$/, "");

/** Id of a resource group, or of a resource in it: `Microsoft.KeyVault/vaults` and a name for each kind. */
export function resourceIdOf(
  { subscriptionId }: Pick<PlaceSettings, "subscriptionId">,
  group: string,
  type?: string,
  ...names: readonly string[]
): string {
  const [provider = "", ...kinds] = type?.split("/") ?? [];
  const parts = kinds.map((kind, index) => `/${kind}/${names[index] ?? ""}`).join("");
  const inside = type === undefined ? "" : `/providers/${provider}${parts}`;
  return `/subscriptions/${subscriptionId}/resourceGroups/${group}${inside}`;
}

/** Id of the stack's group, or of a resource in it. */
export const ownId = (
  environment: Environment,
  settings: PlaceSettings,
  type?: string,
  ...names: readonly string[]
): string => resourceIdOf(settings, groupName(environment, settings), type, ...names);

/** The vault's name: the whole world's, so the subscription is part of it. */
export const vaultName = (environment: Environment, settings: VaultSettings): string =>
  settings.vault.name ?? `ps-${environment.stage}-${digest(settings, 12)}`;

/** The group that the vault is in. */
export const vaultGroup = (environment: Environment, settings: VaultSettings): string =>
  settings.vault.resourceGroup ?? groupName(environment, settings);

export const vaultId = (environment: Environment, settings: VaultSettings): string =>
  resourceIdOf(
    settings,
    vaultGroup(environment, settings),
    "Microsoft.KeyVault/vaults",
    vaultName(environment, settings),
  );

/** The vault's address, as the guide's loader takes it. */
export const vaultUrl = (environment: Environment, settings: VaultSettings): string =>
  `https://${vaultName(environment, settings).toLowerCase()}.${clouds[settings.cloud].vaultSuffix}/`;

/** The secret of a key. */
export function secretName(key: Key, { secrets }: NameSettings): string {
  const guide = keyNames(key.id, key).azure;
  return secrets.names[guide] ?? guide;
}

/** Scope of a grant on one secret. https://learn.microsoft.com/azure/key-vault/general/rbac-guide#secret-scope-role-assignment */
export const secretId = (name: string, environment: Environment, settings: VaultSettings): string =>
  `${vaultId(environment, settings)}/secrets/${name}`;

/** Whether a key has its first value, so that a grant on its secret can be made. */
export const isSeeded = ({ id }: Key, { secrets }: NameSettings): boolean =>
  secrets.seeded === "all" || secrets.seeded.includes(id);

/** A consumer's managed identity. */
export const identityName = (environment: Environment, consumer: Consumer): string =>
  physicalName(environment.stage, consumer);

/** A managed identity of the pipeline. */
export const pipelineName = (environment: Environment, role: CiRole): string =>
  physicalName(environment.stage, `pipeline-${role}`);

/** Name of the workspace, the diagnostic setting and whatever else of the audit has a name of its own. */
export const auditName = (environment: Environment): string =>
  physicalName(environment.stage, "audit");

/** Id of the workspace that the events reach. */
export const workspaceId = (
  environment: Environment,
  settings: PlaceSettings & Pick<AzureSettings, "audit">,
): string =>
  settings.audit.workspace.id ??
  ownId(environment, settings, "Microsoft.OperationalInsights/workspaces", auditName(environment));

/** The storage account of the archive: the whole world's, without hyphens. */
export const archiveName = (environment: Environment, settings: PlaceSettings): string =>
  `psaudit${environment.stage}${digest(settings, 10)}`;

/** Name of the action group; the alerts' names begin with it. */
export const alertsName = (environment: Environment): string =>
  physicalName(environment.stage, "alerts");

/** Names of ours in the space of version 5: one GUID for each text, the same in each run. */
const namespace = "5f1c1f6e-6f0b-5c3e-9a52-0d6d3c0f6a11";

/** A GUID of a text. https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-5 */
export const guidOf = (...parts: readonly string[]): string =>
  uuid(parts.join("\n").toLowerCase(), namespace);
