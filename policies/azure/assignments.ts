import { isSet, isUnknown, record } from "../support";
import { grantsRoles, readsValues, roleGuid, roleName, type Role } from "./roles";
import { isInGroup, isSecret, isVault } from "./scopes";

type Props = Readonly<Record<string, unknown>>;
/** Of whom a principal can be. Azure waits for one that is new only when it is told. */
const principalTypes = ["User", "Group", "ServicePrincipal"];

/** The role of a GUID that a program may assign: a built-in one, or one that it has made. */
export type Roles = (guid: string) => Role | undefined;

/** What is wrong with a grant, by its type. */
export const grants: Readonly<Record<string, (props: Props, roles: Roles) => Generator<string>>> = {
  "azure-native:authorization:RoleAssignment": assignmentProblems,
  "azure-native:authorization:PimRoleEligibilitySchedule": eligibilityProblems,
};

function* assignmentProblems(props: Props, roles: Roles): Generator<string> {
  const { scope, principalType } = props;
  if (!principalTypes.includes(String(principalType))) {
    yield `principalType: is missing or none of ${principalTypes.join(", ")}; fix: set it, or Azure looks for the principal where it may not be yet`;
  }
  const role = yield* roleProblems(props, roles);
  if (!isInGroup(scope)) {
    yield "scope: is not known, or a subscription or more; allowed: a resource group or something in it; fix: compute it from the settings";
  }
  if (role && readsValues(role) && !isSecret(scope)) {
    yield "scope: a role that reads values is assigned on more than one secret; fix: assign it on each secret that is read, or make people eligible for it";
  }
  if (role && grantsRoles(role)) yield* conditionProblems(props, roles);
}

/** People read after activating a role, until a day. https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-resource-roles-assign-roles */
function* eligibilityProblems(props: Props, roles: Roles): Generator<string> {
  const role = yield* roleProblems(props, roles);
  if (role && grantsRoles(role)) {
    yield "roleDefinitionId: grants roles; fix: make people eligible for reading alone";
  }
  if (!isVault(props["scope"]) && !isSecret(props["scope"])) {
    yield "scope: is not known, or more than a vault; allowed: a vault or a secret; fix: compute it from the settings";
  }
  const { type, duration } = record(record(record(props["scheduleInfo"])["expiration"]));
  if (type !== "AfterDuration" || !isSet(duration)) {
    yield "scheduleInfo.expiration: it never ends; allowed: AfterDuration, which is all that the provider passes on; fix: say from when and for how long";
  }
}

function* roleProblems(props: Props, roles: Roles): Generator<string, Role | undefined> {
  const guid = roleGuid(props["roleDefinitionId"]);
  if (guid === undefined) {
    yield "roleDefinitionId cannot be read: it is no role, or it is not known before the run; fix: compute it from the settings, so that a preview shows it";
    return undefined;
  }
  const role = roles(guid);
  if (role === undefined) {
    yield `roleDefinitionId: got ${roleName(guid)}; allowed: Key Vault Secrets User and roles that the program makes before it assigns them; fix: make a role of what is needed`;
  }
  return role;
}

const attribute = (name: string): RegExp =>
  new RegExp(
    String.raw`@Request\[Microsoft\.Authorization/roleAssignments:${name}\]\s+ForAnyOfAnyValues:GuidEquals\s*\{([^}]*)\}`,
    "gi",
  );

/** Who grants, grants named roles to named principals. https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples */
function* conditionProblems(props: Props, roles: Roles): Generator<string> {
  const { condition, conditionVersion } = props;
  if (!isSet(condition) || typeof condition !== "string" || conditionVersion !== "2.0") {
    yield "condition: a role that grants is assigned without one; fix: add one that names roles and principals, in version 2.0";
    return;
  }
  // New principals are known after the run alone.
  if (isUnknown(condition)) return;
  for (const name of ["RoleDefinitionId", "PrincipalId"]) {
    if (condition.match(attribute(name)) === null) {
      yield `condition: does not name what ${name} a grant may have; fix: add it with ForAnyOfAnyValues:GuidEquals`;
    }
  }
  const named = [...condition.matchAll(attribute("RoleDefinitionId"))];
  for (const guid of named.flatMap(([, list = ""]) => list.split(",").map((one) => one.trim()))) {
    const role = roles(guid.toLowerCase());
    if (role === undefined || grantsRoles(role)) {
      yield `condition: lets it grant ${roleName(guid)}; allowed: roles of readers; fix: remove it`;
    }
  }
}
