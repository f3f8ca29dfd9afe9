import { bindingsOf, type Binding, type Resources } from "./gcpBindings";
import { conditionOf, type Projects } from "./gcpConditions";
import { denialsOf } from "./gcpDenials";
import { assertMember, callerOf, type Caller, type Groups } from "./gcpMembers";
import { assertPermission, rolesOf } from "./gcpRoles";

/**
 * A stand-in for Google Cloud's decision of who may do what, as the page describes it; Google publishes no evaluator of
 * its own. It takes what the engine recorded, never what built it. What it does not know it refuses with an error.
 * Not modelled: grants and denials of the organization and of folders, principal access boundaries, tags.
 * https://cloud.google.com/iam/docs/policy-types#evaluation
 */
export interface Question {
  readonly caller: Caller;
  /** As roles write it: `secretmanager.versions.access`. */
  readonly permission: string;
  /** What it is asked of, by its name: `projects/<id>/secrets/<name>/versions/<n>`. */
  readonly resource: string;
  /** When. */
  readonly at: string;
}

/** Who may do what, as recorded. */
export interface Iam {
  readonly allowed: (question: Question) => boolean;
}

/** What a server of the project asks of each request. */
export type Decide = (
  member: string,
  permission: string,
  resource: { readonly name: string },
  time: Date,
) => boolean;

/** Decides for a server of the project as the recorded grants and denials say. */
export function decideFor(resources: Resources, projects: Projects, groups?: Groups): Decide {
  const { allowed } = iamOf(resources, projects);
  return (member, permission, { name }, time) =>
    allowed({
      ...{ caller: callerOf(member, groups), permission, resource: name },
      at: time.toISOString(),
    });
}

type Grant = Omit<Binding, "condition"> & {
  readonly permissions: ReadonlySet<string>;
  readonly holds: (question: Question) => boolean;
};

/**
 * What the recorded grants and denials allow.
 * @throws when one of them is of a role, of somebody or with a condition that Google would refuse, or that is not known
 */
export function iamOf(resources: Resources, projects: Projects): Iam {
  const permissionsOf = rolesOf(resources);
  const ids = new Map<string, string>();
  const byId = (name: string): string => {
    const id = ids.get(name) ?? withId(name, projects);
    ids.set(name, id);
    return id;
  };
  const grants = bindingsOf(resources).map((binding): Grant => {
    assertMember(binding.member);
    return {
      ...binding,
      scope: byId(binding.scope),
      permissions: permissionsOf(binding.role),
      holds: conditionOf(binding, projects),
    };
  });
  const byMember = new Map<string, Grant[]>();
  for (const one of grants) byMember.set(one.member, [...(byMember.get(one.member) ?? []), one]);
  const denials = denialsOf(resources).map(({ scope, ...rest }) => ({
    ...{ scope: byId(scope), ...rest },
  }));
  return {
    allowed(question) {
      const { caller, permission } = question;
      assertPermission(permission);
      const resource = byId(question.resource);
      if (denials.some((one) => isWithin(resource, one.scope) && one.denies(caller, permission))) {
        return false;
      }
      return caller
        .flatMap((name) => byMember.get(name) ?? [])
        .some(
          (one) =>
            one.permissions.has(permission) &&
            isWithin(resource, one.scope) &&
            one.holds({ ...question, resource }),
        );
    },
  };
}

/** A grant holds for what is below it too. https://cloud.google.com/iam/docs/resource-hierarchy-access-control */
const isWithin = (resource: string, scope: string): boolean =>
  resource === scope || resource.startsWith(`${scope}/`);

/** A project's name by its id. @throws when nobody knows the project */
function withId(name: string, projects: Projects): string {
  const [, project = "", rest = ""] = /^projects\/([^/]+)(\/.*)?$/.exec(name) ?? [];
  const id = Object.keys(projects).find((one) => one === project || projects[one] === project);
  if (id === undefined) throw new Error(`${name}: of no project that is known`);
  return `projects/${id}${rest}`;
}
