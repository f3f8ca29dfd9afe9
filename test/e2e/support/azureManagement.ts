import { group, otherVault, vault, type RoleName, type Who } from "./azureCalls";

const nobody: readonly Who[] = [];
const both: readonly Who[] = ["preview", "apply"];
const apply: readonly Who[] = ["apply"];

/** Who may do what in the stack's group, written by hand. */
export const management: Readonly<Record<string, readonly Who[]>> = {
  "Microsoft.Resources/subscriptions/resourceGroups/read": both,
  "Microsoft.Resources/subscriptions/resourceGroups/write": nobody,
  "Microsoft.Resources/subscriptions/resourceGroups/delete": nobody,
  "Microsoft.Resources/deployments/write": nobody,

  "Microsoft.KeyVault/vaults/read": both,
  // Metadata alone: https://learn.microsoft.com/azure/role-based-access-control/permissions/security#microsoftkeyvault
  "Microsoft.KeyVault/vaults/secrets/read": both,
  // By these one lets oneself in, opens the network, or puts a value in.
  "Microsoft.KeyVault/vaults/write": nobody,
  "Microsoft.KeyVault/vaults/delete": nobody,
  "Microsoft.KeyVault/vaults/deploy/action": nobody,
  "Microsoft.KeyVault/vaults/accessPolicies/write": nobody,
  "Microsoft.KeyVault/vaults/secrets/write": nobody,
  "Microsoft.KeyVault/vaults/keys/write": nobody,
  "Microsoft.KeyVault/vaults/PrivateEndpointConnectionsApproval/action": nobody,
  "Microsoft.KeyVault/locations/deletedVaults/purge/action": nobody,

  "Microsoft.ManagedIdentity/userAssignedIdentities/read": both,
  "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/read": both,
  // By these one becomes the application.
  "Microsoft.ManagedIdentity/userAssignedIdentities/write": nobody,
  "Microsoft.ManagedIdentity/userAssignedIdentities/delete": nobody,
  "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action": nobody,
  "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write": nobody,
  "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/delete": nobody,

  "Microsoft.Authorization/roleAssignments/read": both,
  "Microsoft.Authorization/roleDefinitions/read": both,
  "Microsoft.Authorization/locks/read": both,
  // Who may grant is asked apart, by what is granted; in the group itself nobody may.
  "Microsoft.Authorization/roleAssignments/write": nobody,
  "Microsoft.Authorization/roleAssignments/delete": nobody,
  "Microsoft.Authorization/roleDefinitions/write": nobody,
  "Microsoft.Authorization/roleDefinitions/delete": nobody,
  "Microsoft.Authorization/roleEligibilityScheduleRequests/read": both,
  "Microsoft.Authorization/roleEligibilityScheduleRequests/write": nobody,
  "Microsoft.Authorization/roleEligibilitySchedules/read": both,
  "Microsoft.Authorization/roleManagementPolicies/write": nobody,
  "Microsoft.Authorization/elevateAccess/action": nobody,
  "Microsoft.Authorization/locks/write": nobody,
  "Microsoft.Authorization/locks/delete": nobody,

  "Microsoft.Insights/diagnosticSettings/read": both,
  "Microsoft.Insights/diagnosticSettings/write": nobody,
  "Microsoft.Insights/diagnosticSettings/delete": nobody,
  ...written("Microsoft.EventGrid/eventSubscriptions"),
  ...written("Microsoft.Insights/actionGroups"),
  ...written("Microsoft.Insights/activityLogAlerts"),
  ...written("Microsoft.Insights/scheduledQueryRules"),

  "Microsoft.OperationalInsights/workspaces/read": both,
  // A rule runs with the rights of whoever changed it last.
  "Microsoft.OperationalInsights/workspaces/query/read": apply,
  "Microsoft.OperationalInsights/workspaces/query/AZKVAuditLogs/read": apply,
  "Microsoft.OperationalInsights/workspaces/query/AzureDiagnostics/read": apply,
  "Microsoft.OperationalInsights/workspaces/query/AzureMetrics/read": apply,
  "Microsoft.OperationalInsights/workspaces/write": nobody,
  "Microsoft.OperationalInsights/workspaces/delete": nobody,
  "Microsoft.OperationalInsights/workspaces/purge/action": nobody,
  "Microsoft.OperationalInsights/workspaces/sharedKeys/action": nobody,

  "Microsoft.Storage/storageAccounts/read": both,
  "Microsoft.Storage/storageAccounts/managementPolicies/read": both,
  "Microsoft.Storage/storageAccounts/write": nobody,
  "Microsoft.Storage/storageAccounts/delete": nobody,
  "Microsoft.Storage/storageAccounts/listKeys/action": nobody,
  "Microsoft.Storage/storageAccounts/listAccountSas/action": nobody,
  "Microsoft.Storage/storageAccounts/regenerateKey/action": nobody,
  "Microsoft.Storage/storageAccounts/managementPolicies/write": nobody,
  "Microsoft.Storage/storageAccounts/managementPolicies/delete": nobody,
  "Microsoft.Storage/storageAccounts/blobServices/write": nobody,

  "Microsoft.EventGrid/systemTopics/read": both,
  "Microsoft.EventGrid/systemTopics/write": nobody,
  "Microsoft.EventGrid/systemTopics/delete": nobody,
  ...written("Microsoft.EventGrid/systemTopics/eventSubscriptions"),

  "Microsoft.Network/privateEndpoints/read": both,
  "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/read": both,
  "Microsoft.Network/privateDnsZones/read": both,
  "Microsoft.Network/privateDnsZones/virtualNetworkLinks/read": both,
  "Microsoft.Network/privateEndpoints/write": nobody,
  "Microsoft.Network/privateEndpoints/delete": nobody,
  "Microsoft.Network/privateDnsZones/write": nobody,
  "Microsoft.Network/privateDnsZones/A/write": nobody,
};

/** Kinds that a day's changes touch. */
function written(kind: string): Readonly<Record<string, readonly Who[]>> {
  return { [`${kind}/read`]: both, [`${kind}/write`]: apply, [`${kind}/delete`]: apply };
}

/** Where somebody tries to grant. */
export const grantScopes = {
  secret: `${vault}/secrets/openai-api-key`,
  vault,
  group,
  otherVault,
} as const;

/** One grant that somebody tries to make, or to take back: what, whom to, and where. */
export type Grant = readonly [role: RoleName, to: Who, on: keyof typeof grantScopes];

/** What `apply` grants and takes back. */
export const granted: readonly Grant[] = [
  ["reader", "app", "secret"],
  ["reader", "ci", "secret"],
  ["rotator", "rotator", "secret"],
];

/**
 * What `apply` could grant besides: a condition knows no scope, only who and which role, so readers
 * can be given more of the stack's own vault. Whoever reviews a change sees it in the preview, and the audit alerts.
 * https://learn.microsoft.com/azure/role-based-access-control/conditions-authorization-actions-attributes
 */
export const leftOpen: readonly Grant[] = [
  ["reader", "app", "vault"],
  ["reader", "ci", "vault"],
  ["rotator", "rotator", "vault"],
];

export const neverGranted: readonly Grant[] = [
  ["rotator", "app", "secret"],
  ["rotator", "ci", "secret"],
  ["reader", "rotator", "secret"],
  ["reader", "apply", "secret"],
  ["reader", "apply", "vault"],
  ["rotator", "apply", "secret"],
  ["grants", "apply", "vault"],
  ["reader", "preview", "secret"],
  ["reader", "unknown", "secret"],
  ["rotator", "unknown", "vault"],
  ["reader", "operator", "secret"],
  ["reader", "breakGlass", "vault"],
  ["writer", "operator", "vault"],
  ["writer", "app", "secret"],
  ["officer", "app", "secret"],
  ["officer", "rotator", "vault"],
  ["grants", "app", "vault"],
  ["reader", "app", "group"],
  ["rotator", "rotator", "group"],
  ["reader", "app", "otherVault"],
];
