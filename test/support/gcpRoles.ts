import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Resources } from "./gcpBindings";
import { ofType } from "./mocks";

/** Permissions by their kind: `secretmanager.versions: access add`. */
type Grouped = Readonly<Record<string, string>>;

const fixture = (name: string): unknown =>
  parse(readFileSync(join(__dirname, "..", "fixtures", name), "utf8"));

const flat = (grouped: Grouped): readonly string[] =>
  Object.entries(grouped).flatMap(([kind, verbs]) =>
    verbs.split(/\s+/).map((verb) => `${kind}.${verb}`),
  );

const permissions = fixture("gcpPermissions.yaml") as Readonly<Record<"all" | "deniable", Grouped>>;

/** Every permission that is asked about. */
export const allPermissions: readonly string[] = flat(permissions.all);

const known: ReadonlySet<string> = new Set(allPermissions);

/** @throws when Google has none of the name, as far as is known here */
export function assertPermission(permission: string): void {
  if (known.has(permission)) return;
  throw new Error(
    `no permission ${permission}; fix: correct it, or pin it in test/fixtures/gcpPermissions.yaml`,
  );
}

/** What a deny policy may name. */
export const deniable: ReadonlySet<string> = new Set(flat(permissions.deniable));

const predefined = fixture("gcpRoles.yaml") as Readonly<
  Record<string, { readonly permissions: Grouped }>
>;

/** https://cloud.google.com/iam/docs/creating-custom-roles#before_you_begin */
const ofOrganizations = ["resourcemanager.projects.list"];

interface CustomRole {
  readonly project: string;
  readonly roleId: string;
  readonly permissions: readonly string[];
}

/**
 * Permissions of each role: Google's own that are pinned, and those that the engine recorded.
 * @throws when a role of ours has a permission that Google does not know, or not for a project's role
 */
export function rolesOf(resources: Resources): (role: string) => ReadonlySet<string> {
  const own = ofType(resources, "gcp:projects/iAMCustomRole:IAMCustomRole").map(({ inputs }) => {
    const role = inputs as unknown as CustomRole;
    const name = `projects/${role.project}/roles/${role.roleId}`;
    for (const one of role.permissions) {
      assertPermission(one);
      if (ofOrganizations.includes(one)) throw new Error(`role ${name}: no permission ${one}`);
    }
    return [name, new Set(role.permissions)] as const;
  });
  const google = Object.entries(predefined).map(
    ([name, role]) => [name, new Set(flat(role.permissions))] as const,
  );
  const all = new Map<string, ReadonlySet<string>>([...google, ...own]);
  return (role) => {
    const found = all.get(role);
    if (found) return found;
    throw new Error(`no role ${role}; fix: pin it in test/fixtures/gcpRoles.yaml`);
  };
}
