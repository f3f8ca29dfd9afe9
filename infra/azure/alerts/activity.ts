/** Changes that the activity log has; a name of an operation is compared without regard to case. */
export interface Changes {
  /** Tells the alert's parts apart, when it has several. @default none */
  readonly part?: string;
  /** Beginnings of the ids of what is changed. */
  readonly in: readonly string[];
  readonly operations: readonly string[];
  /** What is changed, exactly. @default whatever is below `in` */
  readonly on?: readonly string[];
}

interface Leaf {
  readonly field: string;
  readonly equals: string;
}

/** What the activity log's alerts compare. https://learn.microsoft.com/rest/api/monitor/activity-log-alerts/create-or-update */
export interface Condition {
  readonly allOf: (Leaf | { readonly anyOf: Leaf[] })[];
}

const any = (field: string, values: readonly string[]): Condition["allOf"][number] => ({
  anyOf: values.map((equals) => ({ field, equals })),
});

/**
 * A change is told once it is done, or taken on where it goes on by itself: its start is an event of its own.
 * https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema#administrative-category
 */
export const changeCondition = ({ operations, on }: Changes): Condition => ({
  allOf: [
    { field: "category", equals: "Administrative" },
    any("operationName", operations),
    any("status", ["Succeeded", "Accepted"]),
    ...(on ? [any("resourceId", on)] : []),
  ],
});

/**
 * A log search rule that does not run: its query is refused, or the service has turned it off after a week of that.
 * https://learn.microsoft.com/azure/azure-monitor/alerts/log-alert-rule-health
 */
export const healthCondition: Condition = {
  allOf: [
    { field: "category", equals: "ResourceHealth" },
    { field: "resourceType", equals: "Microsoft.Insights/scheduledQueryRules" },
    any("properties.currentHealthStatus", ["Degraded", "Unavailable"]),
  ],
};

const writeAndDelete = (...types: readonly string[]): readonly string[] =>
  types.flatMap((type) => [`${type}/write`, `${type}/delete`]);

/** Operations by what they change. https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations */
export const operations = {
  /** Who has which role, may activate one, and under which conditions. */
  grants: [
    ...writeAndDelete(
      "Microsoft.Authorization/roleAssignments",
      "Microsoft.Authorization/roleDefinitions",
    ),
    "Microsoft.Authorization/roleEligibilityScheduleRequests/write",
    "Microsoft.Authorization/roleManagementPolicies/write",
  ],
  /** Whose tokens an identity takes. */
  identities: writeAndDelete(
    "Microsoft.ManagedIdentity/userAssignedIdentities",
    "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
  ),
  vaults: [
    "Microsoft.KeyVault/vaults/delete",
    "Microsoft.Resources/subscriptions/resourceGroups/delete",
  ],
  activations: ["Microsoft.Authorization/roleAssignmentScheduleRequests/write"],
  audit: [
    ...writeAndDelete(
      "Microsoft.Insights/diagnosticSettings",
      "Microsoft.OperationalInsights/workspaces",
      "Microsoft.OperationalInsights/workspaces/tables",
      "Microsoft.Storage/storageAccounts",
      "Microsoft.Storage/storageAccounts/managementPolicies",
      "Microsoft.Storage/storageAccounts/blobServices/containers",
      "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies",
      "Microsoft.Authorization/locks",
      "Microsoft.Insights/scheduledQueryRules",
      "Microsoft.Insights/activityLogAlerts",
      "Microsoft.Insights/actionGroups",
    ),
    "Microsoft.OperationalInsights/workspaces/purge/action",
    "Microsoft.Storage/storageAccounts/blobServices/write",
    // What the service does itself: https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-troubleshoot-log
    "Microsoft.Insights/scheduledQueryRules/disable/action",
  ],
  /** A processing rule keeps alerts from being told. https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-processing-rules */
  silencers: ["Microsoft.AlertsManagement/actionRules/write"],
} as const satisfies Record<string, readonly string[]>;
