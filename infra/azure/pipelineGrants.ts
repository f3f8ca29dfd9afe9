import type { CiRole } from "../contracts/ciAccess";
import type { Environment } from "../environment";
import { roleGuid, type Permissions } from "./roles";
import type { PlaceSettings } from "./settings";

/** Kinds of things that the program makes, by their providers. */
const kinds = {
  "Microsoft.KeyVault": ["vaults", "vaults/secrets"],
  "Microsoft.ManagedIdentity": [
    "userAssignedIdentities",
    "userAssignedIdentities/federatedIdentityCredentials",
  ],
  "Microsoft.Authorization": [
    ...["roleAssignments", "roleDefinitions", "locks"],
    ...["roleEligibilitySchedules", "roleEligibilityScheduleRequests"],
  ],
  "Microsoft.Insights": [
    ...["actionGroups", "activityLogAlerts", "scheduledQueryRules", "diagnosticSettings"],
  ],
  "Microsoft.OperationalInsights": ["workspaces"],
  "Microsoft.Storage": ["storageAccounts", "storageAccounts/managementPolicies"],
  "Microsoft.EventGrid": [
    ...["systemTopics", "systemTopics/eventSubscriptions", "eventSubscriptions"],
  ],
  "Microsoft.Network": [
    ...["privateEndpoints", "privateEndpoints/privateDnsZoneGroups", "privateDnsZones"],
    "privateDnsZones/virtualNetworkLinks",
  ],
} as const;

/**
 * Of these `apply` writes what its changes touch from day to day. The vault is not among them, because who writes it can
 * turn it to access policies and let itself in; nor identities and their credentials, by which one becomes the
 * application; nor the audit.
 * https://learn.microsoft.com/azure/key-vault/general/rbac-guide#managing-administrative-access-to-key-vault
 */
const written = [
  ...["actionGroups", "activityLogAlerts", "scheduledQueryRules"].map(
    (kind) => `Microsoft.Insights/${kind}`,
  ),
  // The second is that of a vault whose topic is its owner's.
  ...["systemTopics/eventSubscriptions", "eventSubscriptions"].map(
    (kind) => `Microsoft.EventGrid/${kind}`,
  ),
] as const;

/**
 * A rule over the log runs with the rights of whoever changed it last: rows say who called what, and no value.
 * https://learn.microsoft.com/azure/azure-monitor/alerts/log-alert-rule-health
 */
const queried = [
  "Microsoft.OperationalInsights/workspaces/query/read",
  ...["AZKVAuditLogs", "AzureDiagnostics", "AzureMetrics"].map(
    (table) => `Microsoft.OperationalInsights/workspaces/query/${table}/read`,
  ),
];

const reads = [
  "Microsoft.Resources/subscriptions/resourceGroups/read",
  ...Object.entries(kinds).flatMap(([provider, names]) =>
    names.map((name) => `${provider}/${name}/read`),
  ),
];

/** What `preview` and `apply` may do in the resource group. Neither reads a value: no data action is among them. */
export const pipelinePermissions: Readonly<Record<CiRole, Permissions>> = {
  preview: { actions: reads, dataActions: [] },
  apply: {
    actions: [
      ...reads,
      ...written.flatMap((kind) => [`${kind}/write`, `${kind}/delete`]),
      ...queried,
    ],
    dataActions: [],
  },
};

/** What `apply` grants and withdraws, bounded by `grantsCondition`. */
export const grantsPermissions: Permissions = {
  actions: [
    "Microsoft.Authorization/roleAssignments/read",
    "Microsoft.Authorization/roleAssignments/write",
    "Microsoft.Authorization/roleAssignments/delete",
  ],
  dataActions: [],
};

/** Object ids, and the role that they may be granted. */
export interface Grantable {
  readonly role: "secretsUser" | "rotator";
  readonly principalIds: readonly string[];
}

/**
 * `apply` grants each reader its own role: neither to itself nor to anybody else. A condition knows no scope, so it could
 * grant one on the whole vault too; that is in the preview, and an alert.
 * https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples#example-constrain-roles-and-specific-groups
 */
export function grantsCondition(
  grantable: readonly Grantable[],
  environment: Environment,
  settings: PlaceSettings,
): string {
  const clause = (action: "write" | "delete", source: "Request" | "Resource"): string => {
    const is = (attribute: string, ids: readonly string[]): string =>
      `@${source}[Microsoft.Authorization/roleAssignments:${attribute}] ForAnyOfAnyValues:GuidEquals {${ids.join(", ")}}`;
    const pairs = grantable.map(
      ({ role, principalIds }) =>
        `(${is("RoleDefinitionId", [roleGuid(role, environment, settings)])} AND ${is("PrincipalId", principalIds)})`,
    );
    return `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/${action}'})) OR ${pairs.join(" OR ")})`;
  };
  return `${clause("write", "Request")} AND ${clause("delete", "Resource")}`;
}
