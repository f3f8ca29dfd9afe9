import { grantsRoles, readsValues, roleOf } from "./roles";
import { isInGroup } from "./scopes";

/**
 * What lets its holder in by another door. Names: https://learn.microsoft.com/azure/role-based-access-control/permissions/security#microsoftkeyvault
 */
const doors: readonly (readonly [actions: RegExp, why: string])[] = [
  [
    /^Microsoft\.KeyVault\/vaults\/(write|accessPolicies\/write)$/i,
    "turns the vault to access policies and lets itself in",
  ],
  [
    /^Microsoft\.KeyVault\/vaults\/(deploy\/action|secrets\/write)$/i,
    "takes or puts a value through a deployment",
  ],
  [
    /^Microsoft\.Authorization\/(roleDefinitions\/write|elevateAccess\/action)$/i,
    "widens its own role",
  ],
  [
    /^Microsoft\.ManagedIdentity\/userAssignedIdentities\/(federatedIdentityCredentials\/write|assign\/action)$/i,
    "becomes a workload's identity",
  ],
  [/^Microsoft\.Authorization\/locks\/(write|delete)$/i, "takes the audit's locks away"],
  [/^Microsoft\.Insights\/diagnosticSettings\/(write|delete)$/i, "turns the audit off"],
  [/^Microsoft\.Storage\/storageAccounts\/listKeys\/action$/i, "gets the keys of the archive"],
];

/** What is wrong with a role of ours. */
export function* definitionProblems(props: Readonly<Record<string, unknown>>): Generator<string> {
  const role = roleOf(props["permissions"]);
  if (role === undefined) {
    yield "permissions cannot be read: they are none, or not known before the run; fix: compute them from the settings, so that a preview shows them";
  }
  const { actions, dataActions } = role ?? { actions: [], dataActions: [] };
  for (const action of [...actions, ...dataActions].filter((one) => one.includes("*"))) {
    yield `permissions: allow ${action}; allowed: actions by name; fix: name those that are needed`;
  }
  for (const [door, why] of doors) {
    for (const action of actions.filter((one) => door.test(one))) {
      yield `permissions: allow ${action}, by which its holder ${why}; fix: remove it and leave that to an administrator`;
    }
  }
  if (role && grantsRoles(role) && readsValues(role)) {
    yield "permissions: grant roles and read values in one; fix: make two roles of it";
  }
  const scopes = props["assignableScopes"];
  if (!Array.isArray(scopes) || scopes.length === 0 || !scopes.every(isInGroup)) {
    yield "assignableScopes: are missing, not known, or wider than a resource group; allowed: resource groups by id; fix: name the stack's own";
  }
}
