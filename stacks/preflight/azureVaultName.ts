import type { Finding, PlatformArgs } from "../../infra/contracts/platform";
import { vaultId, vaultName } from "../../infra/azure/layout";
import type { AzureSettings } from "../../infra/azure/settings";
import {
  ManagementError,
  reasonOf,
  type Management,
  type ManagementAnswer,
} from "../../stores/azure/management";
import { error } from "./findings";

/** Of every call on vaults: the provider's own version. */
export const keyVaultApi = "2024-11-01";

type Args = PlatformArgs<AzureSettings>;

/** What a role of the group alone may not look at: the up says it, only later. */
const unseen = (what: string, reason: string, permission: string): Finding => ({
  severity: "warning",
  message: `${what}: not checked (${reason}); it needs ${permission} on the subscription, and Azure says it in the up`,
});

interface Deleted {
  readonly name?: string;
  readonly properties?: {
    readonly vaultId?: string;
    readonly location?: string;
    readonly scheduledPurgeDate?: string;
    readonly purgeProtectionEnabled?: boolean;
  };
}

/**
 * Whether a name that is not in use in the group can be taken: nobody's, or that of a deleted vault that is to be
 * brought back. https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/get-deleted
 */
export async function nameFindings(client: Management, args: Args): Promise<readonly Finding[]> {
  const { environment, settings } = args;
  const name = vaultName(environment, settings);
  const at = `/subscriptions/${settings.subscriptionId}/providers/Microsoft.KeyVault/locations/${settings.location}/deletedVaults/${name}`;
  const answer = await client.get(at, keyVaultApi);
  if (answer.status === 200) return deletedFindings(answer.body as Deleted, args);
  const unknown = answer.status === 404 ? [] : [notSeen(name, answer)];
  if (settings.vault.recover && unknown.length === 0) {
    return [
      error(
        `azure.vault.recover: got true, and no vault ${name} is deleted in ${settings.location}; fix: set azure.vault.recover to false, or correct azure.vault.name and azure.location`,
      ),
    ];
  }
  // A deleted one's name is taken, as it should be.
  return settings.vault.recover ? unknown : [...unknown, ...(await availability(client, args))];
}

const notSeen = (name: string, answer: ManagementAnswer): Finding =>
  unseen(
    `whether a deleted vault has the name ${name}`,
    `${String(answer.status)} ${reasonOf(answer)}`,
    "Microsoft.KeyVault/locations/deletedVaults/read",
  );

/** https://learn.microsoft.com/azure/key-vault/general/key-vault-recovery */
function deletedFindings(deleted: Deleted, { environment, settings }: Args): readonly Finding[] {
  const name = vaultName(environment, settings);
  const from = deleted.properties?.vaultId ?? "";
  const here = from.toLowerCase() === vaultId(environment, settings).toLowerCase();
  if (settings.vault.recover) {
    return here
      ? []
      : [
          error(
            `azure.vault.recover: the deleted ${name} was ${from}, and it comes back there; fix: ${commands(deleted, name)}, and adopt it (azure.vault.mode, azure.vault.resourceGroup), or choose another azure.vault.name`,
          ),
        ];
  }
  return [
    error(
      `${name}: is deleted, and its name is taken until it is purged; fix: ${here ? "set azure.vault.recover to true for one up, " : ""}${commands(deleted, name)}, or choose another azure.vault.name`,
    ),
  ];
}

function commands({ properties = {} }: Deleted, name: string): string {
  const { location = "", scheduledPurgeDate = "a day that Azure knows" } = properties;
  const [recover, purge] = ["recover", "purge"].map(
    (verb) => `\`az keyvault ${verb} --name ${name} --location ${location}\``,
  );
  return properties.purgeProtectionEnabled === true
    ? `${recover ?? ""} and azure.vault.mode adopt (it is protected from a purge: Azure does it on ${scheduledPurgeDate})`
    : `${recover ?? ""} and azure.vault.mode adopt, ${purge ?? ""}, which loses its values (purge protection can forbid it until ${scheduledPurgeDate})`;
}

/** https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/check-name-availability */
async function availability(client: Management, args: Args): Promise<readonly Finding[]> {
  const { environment, settings } = args;
  const name = vaultName(environment, settings);
  const answer = await client.ask(
    `/subscriptions/${settings.subscriptionId}/providers/Microsoft.KeyVault/checkNameAvailability`,
    keyVaultApi,
    { name, type: "Microsoft.KeyVault/vaults" },
  );
  if (answer.status !== 200) {
    return [
      unseen(
        `whether the name ${name} is free`,
        `${String(answer.status)} ${reasonOf(answer)}`,
        "Microsoft.KeyVault/checkNameAvailability/read",
      ),
    ];
  }
  const { nameAvailable, reason, message } = answer.body as {
    nameAvailable?: boolean;
    reason?: string;
    message?: string;
  };
  if (nameAvailable === true) return [];
  if (reason !== "AlreadyExists") {
    return [
      error(
        `azure.vault.name: got ${name}, which Azure does not take (${message ?? ""}); fix: choose another`,
      ),
    ];
  }
  return [error(await whose(client, args))];
}

/** A name that is taken: by another group or location of the subscription, or by somebody else. */
async function whose(client: Management, { environment, settings }: Args): Promise<string> {
  const name = vaultName(environment, settings);
  const scope = `/subscriptions/${settings.subscriptionId}`;
  const $filter = `resourceType eq 'Microsoft.KeyVault/vaults' and name eq '${name}'`;
  const [own] = (await seen(client, `${scope}/resources`, "2021-04-01", { $filter })) as {
    readonly id?: string;
  }[];
  if (own?.id !== undefined) {
    const group = own.id.split("/")[4] ?? "";
    return `azure.vault.name: got ${name}, which this subscription has in ${group}; fix: set azure.vault.mode to adopt and azure.vault.resourceGroup to ${group}, or choose another name`;
  }
  const deleted = `${scope}/providers/Microsoft.KeyVault/deletedVaults`;
  const gone = ((await seen(client, deleted, keyVaultApi)) as Deleted[]).find(
    (one) => one.name?.toLowerCase() === name.toLowerCase(),
  );
  if (gone) {
    return `azure.vault.name: got ${name}, a deleted vault of this subscription in ${gone.properties?.location ?? "another location"}; fix: ${commands(gone, name)}, or choose another name`;
  }
  return `azure.vault.name: got ${name}, which is taken, and by none of this subscription that can be seen: a vault's name is the whole world's; fix: choose another`;
}

/** What can be seen of a list: a narrow role sees none. */
async function seen(
  client: Management,
  id: string,
  apiVersion: string,
  query?: Readonly<Record<string, string>>,
): Promise<readonly unknown[]> {
  try {
    return (await client.list(id, apiVersion, query)) ?? [];
  } catch (failure) {
    if (failure instanceof ManagementError) return [];
    throw failure;
  }
}
