import { limits } from "../../infra/limits";
import { inProd, type Seen } from "../inProd";
import { record } from "../support";
import { withoutVersion } from "../valueBearing/table";
import type { Rule } from "./rule";

type Props = Readonly<Record<string, unknown>>;

/**
 * Settings that may be looser elsewhere. Whoever has an account's key is nobody in its log; a firewall that lets in half
 * of the internet is none.
 *
 * @link https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent
 * @link https://learn.microsoft.com/azure/key-vault/general/network-security
 */
export const azureStrictInProd = (): Rule => ({
  name: "azure-strict-in-prod",
  description:
    "In prod the archive of Azure is reached by identities over TLS only and kept for long, and no vault is open to a wide range, because what is loosened for trying out must not stay.",
  enforcementLevel: "mandatory",
  controls: [...["CKV_AZURE_44", "CKV_AZURE_3", "CKV_AZURE_109"], ...["CIS Azure 8.3.7"]],
  validateResource: inProd(({ type, props, ignored }: Seen) =>
    ignored.includes("properties") ? [] : [...(checks[withoutVersion(type)]?.(props) ?? [])],
  ),
});

const checks: Readonly<Record<string, (props: Props) => Generator<string>>> = {
  "azure-native:keyvault:Vault": ({ properties }) => vault(record(properties)),
  "azure-native:storage:StorageAccount": archive,
};

function* vault({ networkAcls }: Props): Generator<string> {
  const { ipRules } = record(networkAcls);
  for (const rule of [ipRules ?? []].flat()) {
    const range = record(rule)["value"];
    const [, prefix = "32"] = String(range).split("/");
    if (typeof range !== "string" || Number(prefix) < limits.azureIpPrefixInProd) {
      yield `properties.networkAcls.ipRules: got ${String(range)}; prod takes no range wider than /${String(limits.azureIpPrefixInProd)}; fix: name the addresses that are meant`;
    }
  }
}

function* archive(props: Props): Generator<string> {
  if ((props["allowBlobPublicAccess"] ?? false) !== false) {
    yield "allowBlobPublicAccess: is on; fix: set it to false";
  }
  if (props["minimumTlsVersion"] !== "TLS1_2" && props["minimumTlsVersion"] !== "TLS1_3") {
    yield "minimumTlsVersion: is below TLS1_2, or missing, which is TLS1_0; fix: set it to TLS1_2";
  }
  if (props["enableHttpsTrafficOnly"] === false) {
    yield "enableHttpsTrafficOnly: is off; fix: remove it";
  }
  const off = props["publicNetworkAccess"] === "Disabled";
  if (!off && record(props["networkRuleSet"])["defaultAction"] !== "Deny") {
    yield "networkRuleSet.defaultAction: is not Deny, and public access is not off; fix: set it to Deny";
  }
  const { immutabilityPolicy } = record(props["immutableStorageWithVersioning"]);
  const { immutabilityPeriodSinceCreationInDays: days } = record(immutabilityPolicy);
  if (typeof days === "number" && days < limits.azureArchiveDaysInProd) {
    yield `immutabilityPeriodSinceCreationInDays: got ${String(days)}; prod takes ${String(limits.azureArchiveDaysInProd)} or more; fix: raise azure.audit.storage.retentionDays`;
  }
}
