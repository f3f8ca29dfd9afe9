/** Where a resource is, by its inputs in braces, and the version of the API that the provider asks. */
interface Located {
  readonly id: string;
  readonly apiVersion: string;
}

const group = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}";
const inGroup = (rest: string, apiVersion: string): Located => ({
  id: `${group}/providers/${rest}`,
  apiVersion,
});
const onScope = (scope: string, rest: string, apiVersion: string): Located => ({
  id: `/{${scope}}/providers/${rest}`,
  apiVersion,
});

const identity = "Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}";
const account = "Microsoft.Storage/storageAccounts/{accountName}";
const endpoint = "Microsoft.Network/privateEndpoints/{privateEndpointName}";
const zone = "Microsoft.Network/privateDnsZones/{privateZoneName}";
const topic = "Microsoft.EventGrid/systemTopics/{systemTopicName}";

/** By the "Import" section and the version of each resource: https://www.pulumi.com/registry/packages/azure-native/api-docs/ */
export const located: Readonly<Record<string, Located>> = {
  "azure-native:resources:ResourceGroup": { id: group, apiVersion: "2024-03-01" },
  "azure-native:keyvault:Vault": inGroup("Microsoft.KeyVault/vaults/{vaultName}", "2024-11-01"),
  "azure-native:managedidentity:UserAssignedIdentity": inGroup(identity, "2023-01-31"),
  "azure-native:managedidentity:FederatedIdentityCredential": inGroup(
    `${identity}/federatedIdentityCredentials/{federatedIdentityCredentialResourceName}`,
    "2023-01-31",
  ),
  "azure-native:authorization:RoleAssignment": onScope(
    "scope",
    "Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
    "2022-04-01",
  ),
  "azure-native:authorization:RoleDefinition": onScope(
    "scope",
    "Microsoft.Authorization/roleDefinitions/{roleDefinitionId}",
    "2022-05-01-preview",
  ),
  "azure-native:authorization:ManagementLockByScope": onScope(
    "scope",
    "Microsoft.Authorization/locks/{lockName}",
    "2020-05-01",
  ),
  "azure-native:network:PrivateEndpoint": inGroup(endpoint, "2024-05-01"),
  "azure-native:network:PrivateDnsZoneGroup": inGroup(
    `${endpoint}/privateDnsZoneGroups/{privateDnsZoneGroupName}`,
    "2024-05-01",
  ),
  "azure-native:privatedns:PrivateZone": inGroup(zone, "2024-06-01"),
  "azure-native:privatedns:VirtualNetworkLink": inGroup(
    `${zone}/virtualNetworkLinks/{virtualNetworkLinkName}`,
    "2024-06-01",
  ),
  "azure-native:operationalinsights:Workspace": inGroup(
    "Microsoft.OperationalInsights/workspaces/{workspaceName}",
    "2023-09-01",
  ),
  "azure-native:storage:StorageAccount": inGroup(account, "2024-01-01"),
  "azure-native:storage:ManagementPolicy": inGroup(
    `${account}/managementPolicies/{managementPolicyName}`,
    "2024-01-01",
  ),
  "azure-native:monitor:DiagnosticSetting": onScope(
    "resourceUri",
    "Microsoft.Insights/diagnosticSettings/{name}",
    "2021-05-01-preview",
  ),
  "azure-native:monitor:ActionGroup": inGroup(
    "Microsoft.Insights/actionGroups/{actionGroupName}",
    "2024-10-01-preview",
  ),
  "azure-native:monitor:ActivityLogAlert": inGroup(
    "Microsoft.Insights/activityLogAlerts/{activityLogAlertName}",
    "2020-10-01",
  ),
  "azure-native:monitor:ScheduledQueryRule": inGroup(
    "Microsoft.Insights/scheduledQueryRules/{ruleName}",
    "2025-01-01-preview",
  ),
  "azure-native:eventgrid:SystemTopic": inGroup(topic, "2025-02-15"),
  "azure-native:eventgrid:SystemTopicEventSubscription": inGroup(
    `${topic}/eventSubscriptions/{eventSubscriptionName}`,
    "2025-02-15",
  ),
};

/** A request of the directory's, which has no id that its inputs tell. */
export const eligibility = "azure-native:authorization:PimRoleEligibilitySchedule";

/** The types that can be looked up. */
export const recoverable: readonly string[] = [...Object.keys(located), eligibility];
