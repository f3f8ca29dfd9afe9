import type { Resources } from "./gcpBindings";
import { denialNames, type Caller } from "./gcpMembers";
import { deniable } from "./gcpRoles";
import { ofType } from "./mocks";

interface DenyRule {
  readonly deniedPrincipals?: readonly string[];
  readonly exceptionPrincipals?: readonly string[];
  readonly deniedPermissions?: readonly string[];
  readonly exceptionPermissions?: readonly string[];
  readonly denialCondition?: unknown;
}

interface DenyPolicy {
  readonly parent: string;
  readonly rules: readonly { readonly denyRule: DenyRule }[];
}

/** A rule that has been read: whether it denies somebody a permission on what is below its scope. */
export interface Denial {
  readonly scope: string;
  readonly denies: (caller: Caller, permission: string) => boolean;
}

/** https://cloud.google.com/iam/docs/principal-identifiers#deny */
const principals =
  /^(principalSet:\/\/goog\/(public:all|group\/[^\s*]+)|principal:\/\/(goog\/subject|iam\.googleapis\.com\/projects\/-\/serviceAccounts)\/[^\s/*]+|principal:\/\/iam\.googleapis\.com\/projects\/\d+\/\S+\/subject\/\S+)$/;

/**
 * Deny policies that the engine recorded. A rule holds for whoever is denied and no exception.
 * https://cloud.google.com/iam/docs/deny-overview
 * @throws when a rule has what Google would refuse, or what is not known here: conditions, groups of permissions
 */
export const denialsOf = (resources: Resources): readonly Denial[] =>
  ofType(resources, "gcp:iam/denyPolicy:DenyPolicy").flatMap(({ name, inputs }) => {
    const { parent, rules } = inputs as unknown as DenyPolicy;
    const [, scope] =
      /^cloudresourcemanager\.googleapis\.com\/(projects\/[^/]+)$/.exec(
        parent.includes("/") ? "" : decodeURIComponent(parent),
      ) ?? [];
    if (scope === undefined) throw new Error(`${name}: ${parent} is no URL-encoded project`);
    return rules.map(({ denyRule }) => ({ scope, denies: ruleOf(name, denyRule) }));
  });

function ruleOf(
  name: string,
  {
    deniedPrincipals = [],
    exceptionPrincipals = [],
    deniedPermissions = [],
    exceptionPermissions = [],
    denialCondition,
  }: DenyRule,
): Denial["denies"] {
  if (denialCondition !== undefined) throw new Error(`${name}: a condition is not known here`);
  for (const one of [...deniedPrincipals, ...exceptionPrincipals]) {
    if (!principals.test(one)) throw new Error(`${name}: ${one} is no principal of a deny policy`);
  }
  if (exceptionPrincipals.includes("principalSet://goog/public:all")) {
    throw new Error(`${name}: everybody cannot be an exception`);
  }
  const denied = new Set(deniedPermissions.map((one) => permissionOf(name, one)));
  const exceptions = new Set(exceptionPermissions.map((one) => permissionOf(name, one)));
  return (caller, permission) => {
    const names = denialNames(caller);
    return (
      denied.has(permission) &&
      !exceptions.has(permission) &&
      names.some((one) => deniedPrincipals.includes(one)) &&
      !names.some((one) => exceptionPrincipals.includes(one))
    );
  };
}

/** `secretmanager.googleapis.com/versions.access` as roles write it. */
function permissionOf(name: string, denied: string): string {
  const permission = denied.replace(/^(\w+)\.googleapis\.com\//, "$1.");
  if (deniable.has(permission) && permission !== denied) return permission;
  throw new Error(
    `${name}: ${denied} is no permission that a deny policy names; fix: correct it, or pin it in test/fixtures/gcpPermissions.yaml`,
  );
}
