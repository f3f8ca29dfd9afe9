import { limits } from "../../infra/limits";
import { isSet, raw, record } from "../support";
import { withoutVersion } from "../valueBearing/table";
import type { Rule } from "./rule";

type Props = Readonly<Record<string, unknown>>;

/**
 * What guards secrets besides their readers' grants: a time in which a deletion can be taken back and nobody can end, one
 * way to grants alone, and no address that everybody reaches.
 *
 * @link https://learn.microsoft.com/azure/key-vault/general/secure-key-vault
 */
export const azureGuardedSecrets: Rule = {
  name: "azure-guarded-secrets",
  description:
    "Each vault of Azure has role-based access alone, purge protection with a time to take a deletion back, and no way in from everywhere, because grants alone are one mistake away from everybody.",
  enforcementLevel: "mandatory",
  controls: [
    ...["CKV_AZURE_42", "CKV_AZURE_110", "CKV_AZURE_111", "CKV_AZURE_109", "CKV_AZURE_189"],
    ...["CIS Azure 8.3.5", "CIS Azure 8.3.6", "CIS Azure 8.3.7"],
  ],
  validateResource: ({ type, props, opts }, report) => {
    if (withoutVersion(type) !== "azure-native:keyvault:Vault") return;
    // Of what is adopted, the owner's settings are left alone, and the program does not see them.
    if (opts.ignoreChanges.includes("properties")) return;
    const properties = record(raw(props)["properties"]);
    for (const problem of [...vault(properties), ...network(properties)]) report(problem);
  },
};

function* vault(properties: Props): Generator<string> {
  for (const name of ["enableRbacAuthorization", "enablePurgeProtection"]) {
    if (properties[name] !== true) yield `properties.${name}: is not on; fix: set it to true`;
  }
  if (isSet(properties["accessPolicies"])) {
    yield "properties.accessPolicies: are set; allowed: none; fix: remove them and assign roles";
  }
  if (properties["enableSoftDelete"] === false) {
    yield "properties.enableSoftDelete: is off; fix: remove it";
  }
  const days = properties["softDeleteRetentionInDays"];
  if (typeof days === "number" && days < limits.azureSoftDeleteDaysMin) {
    yield `properties.softDeleteRetentionInDays: got ${String(days)}; allowed: ${String(limits.azureSoftDeleteDaysMin)} to ${String(limits.azureSoftDeleteDaysMax)}; fix: raise it`;
  }
  for (const name of [
    "enabledForDeployment",
    "enabledForDiskEncryption",
    "enabledForTemplateDeployment",
  ]) {
    if ((properties[name] ?? false) !== false) {
      yield `properties.${name}: is on, so that Azure's own services take what is in the vault; fix: set it to false`;
    }
  }
}

/** Without rules of its own, a vault takes calls from everywhere. https://learn.microsoft.com/azure/key-vault/general/network-security */
function* network({ publicNetworkAccess, networkAcls }: Props): Generator<string> {
  const off = String(publicNetworkAccess).toLowerCase() === "disabled";
  if (!off && record(networkAcls)["defaultAction"] !== "Deny") {
    yield "properties.networkAcls.defaultAction: is not Deny, and public access is not off; fix: set it to Deny and list who reaches the vault, or turn publicNetworkAccess to Disabled";
  }
}
