import type { Finding, PlatformArgs } from "../../infra/contracts/platform";
import { vaultGroup, vaultId, vaultName } from "../../infra/azure/layout";
import type { AzureSettings } from "../../infra/azure/settings";
import { reasonOf, type Management, type ManagementAnswer } from "../../stores/azure/management";
import { keyVaultApi, nameFindings } from "./azureVaultName";
import { error } from "./findings";

type Args = PlatformArgs<AzureSettings>;

/** By its tag, which the program gives to all that it makes. */
export const isOurs = ({ body }: ManagementAnswer): boolean =>
  (body as { tags?: Readonly<Record<string, string>> }).tags?.["managed-by"] === "pulumi";

interface Looked {
  /** Whether the vault is there. */
  readonly found: boolean;
  readonly findings: readonly Finding[];
}

/** Whether the vault is there, or its name free, as the mode says. https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/get */
export async function vaultFindings(client: Management, args: Args): Promise<Looked> {
  const { environment, settings } = args;
  const { mode } = settings.vault;
  const answer = await client.get(vaultId(environment, settings), keyVaultApi);
  if (answer.status === 200) return { found: true, findings: [...existing(answer, args)] };
  if (answer.status === 404) {
    return {
      found: false,
      findings: mode === "create" ? await nameFindings(client, args) : [none(args)],
    };
  }
  const name = vaultName(environment, settings);
  return {
    found: false,
    findings: [
      error(
        `${name}: could not be looked at (${String(answer.status)} ${reasonOf(answer)}); fix: log in with a role that may Microsoft.KeyVault/vaults/read in ${vaultGroup(environment, settings)}`,
      ),
    ],
  };
}

function none({ environment, settings }: Args): Finding {
  const what = settings.vault.mode === "adopt" ? "adopt" : "use";
  return error(
    `azure.vault.name: there is no vault ${vaultName(environment, settings)} in ${vaultGroup(environment, settings)} to ${what}; fix: set azure.vault.mode to create, or name the one that exists, and its azure.vault.resourceGroup`,
  );
}

function* existing(answer: ManagementAnswer, { environment, settings }: Args): Generator<Finding> {
  const name = vaultName(environment, settings);
  const { properties = {} } = answer.body as {
    properties?: { tenantId?: string; enableRbacAuthorization?: boolean };
  };
  if (properties.tenantId !== settings.tenantId) {
    yield error(
      `azure.tenantId: got ${settings.tenantId}, and the vault ${name} is of ${properties.tenantId ?? "no directory"}; fix: correct azure.tenantId, or name another vault`,
    );
  }
  if (settings.vault.mode === "create") {
    if (!isOurs(answer)) {
      yield error(
        `azure.vault.mode: got create, but ${name} exists and is not ours; allowed: adopt (tracked, never deleted), external (left alone); fix: set azure.vault.mode to adopt, or choose another name (azure.vault.name)`,
      );
    } else if (settings.vault.recover) {
      yield error(
        `azure.vault.recover: got true, and ${name} is there, not deleted; fix: set azure.vault.recover to false`,
      );
    }
    return;
  }
  // Without it Azure asks access policies and no grant of ours counts, and by default an old vault is without it.
  // https://learn.microsoft.com/azure/key-vault/general/rbac-migration
  if (properties.enableRbacAuthorization !== true) {
    yield error(
      `${name}: asks access policies, so no grant of the program would count; fix: give its users roles, then \`az keyvault update --name ${name} --resource-group ${vaultGroup(environment, settings)} --enable-rbac-authorization true\``,
    );
  }
}
