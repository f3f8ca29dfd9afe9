import type { Finding, PlatformArgs } from "../../infra/contracts/platform";
import { isSeeded, secretName, vaultId, vaultName } from "../../infra/azure/layout";
import type { AzureSettings } from "../../infra/azure/settings";
import { ManagementError, type Management } from "../../stores/azure/management";
import { keyVaultApi } from "./azureVaultName";

/**
 * Whether each key that is said to have its value has a secret, which a grant on it needs. The list is the management
 * API's, which never returns a value, and goes past the vault's firewall; one call for all, because a subscription takes
 * 250 reads at once. https://learn.microsoft.com/rest/api/keyvault/keyvault/secrets/list
 * https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
 */
export async function seeded(
  client: Management,
  { environment, settings }: PlatformArgs<AzureSettings>,
): Promise<readonly Finding[]> {
  const keys = environment.keys.filter((key) => isSeeded(key, settings));
  if (keys.length === 0) return [];
  const vault = vaultName(environment, settings);
  try {
    const list = await client.list(`${vaultId(environment, settings)}/secrets`, keyVaultApi);
    const names = (list ?? []).map((one) => (one as { name?: string }).name?.toLowerCase());
    return keys
      .map((key) => ({ id: key.id, name: secretName(key, settings) }))
      .filter(({ name }) => !names.includes(name.toLowerCase()))
      .map(({ id, name }) => ({
        severity: "error",
        message: `azure.secrets.seeded: ${name} is not in ${vault}, so no grant on it can be made; fix: put its first value in, or take ${id} out of azure.secrets.seeded`,
      }));
  } catch (failure) {
    if (!(failure instanceof ManagementError)) throw failure;
    return [
      {
        severity: "warning",
        message: `azure.secrets.seeded: not checked (${String(failure.status)} ${failure.reason}); it needs Microsoft.KeyVault/vaults/secrets/read on ${vault}`,
      },
    ];
  }
}
