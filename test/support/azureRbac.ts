import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { isWithin, permits, type Permission } from "./azureActions";
import { conditionOf, type Attributes } from "./azureConditions";
import { ofType, type Recorded } from "./mocks";

/**
 * A stand-in for Azure's decision of who may do what, as the page describes it; Azure publishes no evaluator of its own.
 * It takes what the engine recorded, never what built it. Not modelled: deny assignments, which no program of this
 * project can make, and who is in a group: a group is asked by its own id.
 * https://learn.microsoft.com/azure/role-based-access-control/overview#how-azure-rbac-determines-if-a-user-has-access-to-a-resource
 */
export interface Question {
  /** Object id of whoever asks. */
  readonly principalId: string;
  readonly plane: "management" | "data";
  readonly action: string;
  /** Id of what it is asked of. */
  readonly scope: string;
  readonly request?: Attributes;
  readonly resource?: Attributes;
  /** Whether the principal has activated what it is eligible for. @default false */
  readonly activated?: boolean;
  /** When it is asked; needed of an activated one. */
  readonly at?: string;
}

/** Who may do what, as recorded. */
export interface Rbac {
  readonly allowed: (question: Question) => boolean;
}

export type Resources = readonly Pick<Recorded, "name" | "type" | "inputs">[];

interface Assignment {
  readonly principalId: string;
  readonly roleDefinitionId: string;
  readonly scope: string;
  readonly condition?: string;
  readonly conditionVersion?: string;
}

interface Eligibility extends Omit<Assignment, "condition"> {
  readonly scheduleInfo: {
    readonly startDateTime: string;
    readonly expiration: { readonly type: string; readonly duration: string };
  };
}

interface Role {
  readonly assignableScopes: readonly string[];
  readonly permissions: readonly Permission[];
}

const builtIn = parse(
  readFileSync(join(__dirname, "..", "fixtures", "azureRoles.yaml"), "utf8"),
) as Readonly<Record<string, Permission>>;

type RecordedRole = Role & { readonly roleDefinitionId: string };
interface RecordedVault {
  readonly properties: { readonly enableRbacAuthorization?: boolean };
}

const inputsOf = (resources: Resources, type: string): readonly unknown[] =>
  ofType(resources, `azure-native:${type}`).map(({ inputs }) => inputs);

/**
 * What the recorded roles, assignments and eligibilities allow.
 * @throws when an assignment is of a role that nobody knows, or where its role cannot be assigned, or its condition
 * cannot be read: Azure would refuse it, or this stand-in cannot tell
 */
export function rbacOf(resources: Resources): Rbac {
  const roles = inputsOf(resources, "authorization:RoleDefinition") as readonly RecordedRole[];
  const own = new Map(roles.map((role) => [role.roleDefinitionId, role]));
  const granted = ({ roleDefinitionId, scope, ...rest }: Assignment) => {
    const id = roleDefinitionId.split("/").at(-1) ?? "";
    const known = builtIn[id];
    const role = own.get(id) ?? (known && { assignableScopes: ["/"], permissions: [known] });
    if (!role) throw new Error(`no role ${id}; fix: pin it in test/fixtures/azureRoles.yaml`);
    if (!role.assignableScopes.some((outer) => isWithin(scope, outer))) {
      throw new Error(`role ${id} cannot be assigned on ${scope}`);
    }
    if (rest.condition !== undefined && rest.conditionVersion !== "2.0") {
      throw new Error(`a condition on ${scope} is not of version 2.0`);
    }
    const condition = rest.condition === undefined ? () => true : conditionOf(rest.condition);
    return { ...rest, scope, permissions: role.permissions, condition };
  };
  const assigned = inputsOf(resources, "authorization:RoleAssignment") as readonly Assignment[];
  const active = assigned.map(granted);
  const eligible = (
    inputsOf(resources, "authorization:PimRoleEligibilitySchedule") as readonly Eligibility[]
  ).map((one) => ({ ...granted(one), times: timesOf(one) }));
  const dataByRoles = usesRbac(resources);
  return {
    allowed({ principalId, plane, action, scope, request = {}, resource = {}, ...when }) {
      if (plane === "data" && !dataByRoles) return false;
      const activated = eligible.filter(({ times }) => when.activated && isAt(when.at, times));
      return [...active, ...activated].some(
        (one) =>
          one.principalId === principalId &&
          isWithin(scope, one.scope) &&
          one.permissions.some((permission) => permits(permission, plane, action)) &&
          one.condition({ action, request, resource }),
      );
    },
  };
}

/** Where a vault of the program's has access policies instead, roles say nothing of its data. */
const usesRbac = (resources: Resources): boolean =>
  (inputsOf(resources, "keyvault:Vault") as readonly RecordedVault[]).every(
    ({ properties }) => properties.enableRbacAuthorization === true,
  );

interface Times {
  readonly from: number;
  readonly until: number;
}

/** A duration of seconds is all of ISO 8601 that the program writes. */
function timesOf({ scheduleInfo: { startDateTime, expiration } }: Eligibility): Times {
  const from = Date.parse(startDateTime);
  const [, seconds] = /^PT(\d+)S$/.exec(expiration.duration) ?? [];
  if (expiration.type === "AfterDuration" && seconds !== undefined && !Number.isNaN(from)) {
    return { from, until: from + Number(seconds) * 1000 };
  }
  throw new Error(`an eligibility without an end: ${JSON.stringify(expiration)}`);
}

function isAt(at: string | undefined, { from, until }: Times): boolean {
  const time = Date.parse(at ?? "");
  if (Number.isNaN(time)) throw new Error("activated when? `at` is missing");
  return from <= time && time < until;
}
