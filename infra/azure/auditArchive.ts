import { ManagementPolicy } from "@pulumi/azure-native/storage/managementPolicy";
import { StorageAccount } from "@pulumi/azure-native/storage/storageAccount";
import type * as pulumi from "@pulumi/pulumi";
import type { Children } from "../component";
import type { Environment } from "../environment";
import { explainKept, explainLock } from "./errorHooks";
import { archiveName, groupName, ownId } from "./layout";
import type { TrailSettings } from "./settings";

/** The archive, and what has to be there before a log is sent to it. */
export interface MadeArchive {
  readonly id: string;
  readonly ready: readonly pulumi.Resource[];
}

/** Id of the archive. */
export const archiveId = (environment: Environment, settings: TrailSettings): string =>
  ownId(
    environment,
    settings,
    "Microsoft.Storage/storageAccounts",
    archiveName(environment, settings),
  );

/**
 * The storage account of the logs: none is changed or deleted before its time, once the archive is locked, and then it
 * is deleted. It outlives the stack, because locked logs cannot go. It is in the vault's location, and lets in what sends the logs:
 * https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings#destinations
 */
export function madeArchive(
  environment: Environment,
  settings: TrailSettings,
  children: Children,
): MadeArchive {
  const { lock, retentionDays } = settings.audit.storage;
  const accountName = archiveName(environment, settings);
  const resourceGroupName = groupName(environment, settings);
  const account = new StorageAccount(
    children.name("archive"),
    {
      ...{ resourceGroupName, accountName, location: settings.location },
      kind: "StorageV2",
      sku: { name: "Standard_LRS" },
      minimumTlsVersion: "TLS1_2",
      enableHttpsTrafficOnly: true,
      allowBlobPublicAccess: false,
      // No page says that Azure Monitor can do without the account's keys, and whoever sets it up needs them listed. Behind
      // this firewall a key opens nothing, and what is held it cannot change.
      // https://learn.microsoft.com/azure/azure-monitor/fundamentals/roles-permissions-security
      allowSharedKeyAccess: true,
      allowCrossTenantReplication: false,
      isLocalUserEnabled: false,
      encryption: {
        keySource: "Microsoft.Storage",
        requireInfrastructureEncryption: true,
        services: { blob: { enabled: true, keyType: "Account" } },
      },
      // With public access off trusted services would be let in as well, and the firewall says it plainly.
      publicNetworkAccess: "Enabled",
      networkRuleSet: {
        defaultAction: "Deny",
        bypass: "AzureServices",
        ipRules: [],
        virtualNetworkRules: [],
      },
      immutableStorageWithVersioning: {
        enabled: true,
        immutabilityPolicy: {
          immutabilityPeriodSinceCreationInDays: retentionDays,
          state: lock === "locked" ? "Locked" : "Unlocked",
          // An hour's log is one blob that grows.
          // https://learn.microsoft.com/azure/storage/blobs/immutable-time-based-retention-policy-overview#allow-protected-append-blobs-writes
          allowProtectedAppendWrites: true,
        },
      },
      tags: environment.tags,
    },
    children.options({
      retainOnDelete: true,
      hooks: {
        onError: [
          explainKept(children.name("archive"), accountName, "azure.audit.mode"),
          ...(lock === "locked" ? [explainLock(children.name("archive"))] : []),
        ],
      },
    }),
  );
  const lifecycle = new ManagementPolicy(
    children.name("archive-lifecycle"),
    {
      ...{ resourceGroupName, accountName },
      // The only name that there is.
      managementPolicyName: "default",
      policy: { rules: [expiry(retentionDays)] },
    },
    children.options({
      retainOnDelete: true,
      dependsOn: [account],
      hooks: {
        onError: [
          explainKept(
            children.name("archive-lifecycle"),
            `${accountName}'s lifecycle`,
            "azure.audit.mode",
          ),
        ],
      },
    }),
  );
  return { id: archiveId(environment, settings), ready: [account, lifecycle] };
}

/**
 * Deletes what is past its time: a blob a day after nothing holds it any more, its versions likewise. Append blobs are
 * deleted, not moved to a cheaper tier.
 * https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-overview
 */
const expiry = (days: number) => ({
  name: "logs",
  enabled: true,
  type: "Lifecycle",
  definition: {
    filters: { blobTypes: ["appendBlob", "blockBlob"] },
    actions: {
      baseBlob: { delete: { daysAfterModificationGreaterThan: days + 1 } },
      version: { delete: { daysAfterCreationGreaterThan: days + 1 } },
    },
  },
});
