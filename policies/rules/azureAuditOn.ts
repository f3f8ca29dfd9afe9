import { limits } from "../../infra/limits";
import { isIdOf, isVault } from "../azure/scopes";
import { isSet, raw, record } from "../support";
import { withoutVersion } from "../valueBearing/table";
import type { Rule } from "./rule";

type Props = Readonly<Record<string, unknown>>;
interface Seen {
  readonly urn: string;
  readonly props: Props;
}

const vault = "azure-native:keyvault:Vault";
const setting = "azure-native:monitor:DiagnosticSetting";
const account = "azure-native:storage:StorageAccount";

const off = (props: Props): readonly string[] =>
  props["enabled"] === false ? ["enabled: is off, so nobody is told; fix: remove it"] : [];

const checks: Readonly<Record<string, (props: Props) => readonly string[]>> = {
  [setting]: (props) =>
    isVault(props["resourceUri"]) && !hearsReads(props)
      ? ["logs: leave AuditEvent out; fix: add the category AuditEvent, enabled"]
      : [],
  "azure-native:operationalinsights:Workspace": (props) => {
    const days = props["retentionInDays"];
    const { immediatePurgeDataOn30Days, disableLocalAuth } = record(props["features"]);
    const { dailyQuotaGb = -1 } = record(props["workspaceCapping"]);
    return [
      ...(typeof days === "number" && days >= limits.azureLogDaysMin
        ? []
        : [
            `retentionInDays: is missing or below ${String(limits.azureLogDaysMin)}; fix: set it to ${String(limits.azureLogDaysMin)} or more`,
          ]),
      ...((immediatePurgeDataOn30Days ?? false) !== false
        ? ["features.immediatePurgeDataOn30Days: is on; fix: remove it"]
        : []),
      ...(disableLocalAuth === true
        ? []
        : [
            "features.disableLocalAuth: is not on, so that whoever has a key writes rows of his own; fix: set it to true",
          ]),
      ...(dailyQuotaGb === -1
        ? []
        : ["workspaceCapping.dailyQuotaGb: a day's events end at it; fix: remove it"]),
    ];
  },
  "azure-native:monitor:ActionGroup": off,
  "azure-native:monitor:ActivityLogAlert": off,
  "azure-native:monitor:ScheduledQueryRule": off,
};

/** https://learn.microsoft.com/azure/key-vault/general/howto-logging */
const hearsReads = ({ logs }: Props): boolean =>
  [logs ?? []]
    .flat()
    .map(record)
    .some(
      ({ category, categoryGroup, enabled }) =>
        enabled === true &&
        (category === "AuditEvent" || categoryGroup === "audit" || categoryGroup === "allLogs"),
    );

/**
 * What is not logged raises no alert: a vault's own log is off until a setting sends it somewhere.
 *
 * @link https://learn.microsoft.com/azure/key-vault/general/logging
 * @link https://learn.microsoft.com/azure/storage/blobs/immutable-storage-overview
 */
export function azureAuditOn(): Rule {
  // A stack as a whole is shown as the provider answers, without the ids that settings name: so they are kept.
  const seen = new Map<string, Seen[]>();
  const of = (type: string): readonly Seen[] => seen.get(type) ?? [];
  return {
    name: "azure-audit-on",
    description:
      "Each vault of Azure sends every read to a workspace that keeps it, an archive cannot be changed, and no alert is off, because an alert on what is not logged never comes.",
    enforcementLevel: "mandatory",
    controls: ["CIS Azure 6.1.1.4", "Azure Policy: resource logs in Key Vault should be enabled"],
    validateResource: ({ type, urn, props }, report) => {
      const plain = withoutVersion(type);
      const inputs = raw(props);
      if ([vault, setting, account].includes(plain)) {
        seen.set(plain, [...of(plain).filter((one) => one.urn !== urn), { urn, props: inputs }]);
      }
      for (const problem of checks[plain]?.(inputs) ?? []) report(problem);
    },
    validateStack: (_, report) => {
      const settings = of(setting).map(({ props }) => props);
      for (const { urn, props } of of(vault).filter((one) => !isHeard(one.props, settings))) {
        report(
          `${shown(props["vaultName"])}: no diagnostic setting sends its AuditEvent to a workspace; fix: add one`,
          urn,
        );
      }
      for (const { urn, props } of of(account).filter((one) => isLoose(one.props, settings))) {
        report(
          `${shown(props["accountName"])}: keeps logs that can be changed, or takes no more of them; fix: enable immutableStorageWithVersioning with a period and allowProtectedAppendWrites`,
          urn,
        );
      }
    },
  };
}

const isHeard = (props: Props, settings: readonly Props[]): boolean =>
  settings.some(
    (one) =>
      hearsReads(one) &&
      isSet(one["workspaceId"]) &&
      isIdOf(one["resourceUri"], {
        group: props["resourceGroupName"],
        type: "Microsoft.KeyVault/vaults",
        name: props["vaultName"],
      }),
  );

/** An archive of settings that holds no days, or that does not let the log of an hour grow. */
function isLoose(props: Props, settings: readonly Props[]): boolean {
  const { resourceGroupName: group, accountName: name } = props;
  const { enabled, immutabilityPolicy } = record(props["immutableStorageWithVersioning"]);
  const {
    immutabilityPeriodSinceCreationInDays: days,
    state,
    allowProtectedAppendWrites: appends,
  } = record(immutabilityPolicy);
  const holds = enabled === true && state !== "Disabled" && typeof days === "number" && days > 0;
  return (
    !(holds && appends === true) &&
    settings.some((one) =>
      isIdOf(one["storageAccountId"], { group, type: "Microsoft.Storage/storageAccounts", name }),
    )
  );
}

const shown = (name: unknown): string => (typeof name === "string" ? name : "its name");
