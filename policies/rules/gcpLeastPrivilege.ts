import { definitionProblems, granting, permissionsOf } from "../gcp/definitions";
import { exceptedReaders, isMember, isWide } from "../gcp/denials";
import { grantProblems } from "../gcp/grants";
import { raw } from "../support";
import type { Rule } from "./rule";

type Props = Readonly<Record<string, unknown>>;

const customRoles = [
  "gcp:projects/iAMCustomRole:IAMCustomRole",
  "gcp:organizations/iAMCustomRole:IAMCustomRole",
];
const denyPolicy = "gcp:iam/denyPolicy:DenyPolicy";
const projectGrant = "gcp:projects/iAMMember:IAMMember";

interface Seen {
  readonly urn: string;
  readonly type: string;
  readonly props: Props;
}

/**
 * A grant is one member's, of a small role, on one resource. A role on the project holds for each secret in it, and a
 * binding that lists all members takes away those of others. Whether a grant without an end was meant to have one, the
 * grant does not say.
 *
 * @link https://cloud.google.com/secret-manager/docs/access-control
 * @link https://cloud.google.com/iam/docs/using-iam-securely
 */
export function gcpLeastPrivilege(): Rule {
  // A role of ours is made before it is granted, so it has been seen by then; what keeps its holder from reading may
  // come later.
  const seen = new Map<string, Seen>();
  const all = (...types: readonly string[]): readonly Seen[] =>
    [...seen.values()].filter(({ type }) => types.includes(type));
  return {
    name: "gcp-least-privilege",
    description:
      "Each grant on Google Cloud is of a small role to one known member on one resource and leaves others' alone, and no role of the program opens another door, because a wider one reaches what it is not for.",
    enforcementLevel: "mandatory",
    controls: [
      ...["CKV_GCP_41", "CKV_GCP_42", "CKV_GCP_44", "CKV_GCP_45", "CKV_GCP_46", "CKV_GCP_47"],
      ...["CKV_GCP_48", "CKV_GCP_49", "CKV_GCP_112", "CKV_GCP_115", "CKV_GCP_116", "CKV_GCP_117"],
      ...["CKV2_GCP_6", "CKV2_GCP_8", "CIS GCP 1.6", "CIS GCP 1.7", "CIS GCP 1.10"],
      ...["CIS GCP 1.12", "prowler secretmanager_secret_not_publicly_accessible"],
    ],
    validateResource: ({ type, urn, props }, report) => {
      const inputs = raw(props);
      if ([...customRoles, denyPolicy, projectGrant].includes(type)) {
        seen.set(urn, { urn, type, props: inputs });
      }
      if (customRoles.includes(type)) {
        for (const problem of definitionProblems(inputs)) report(problem);
      }
      const isOwn = (role: string): boolean =>
        all(...customRoles).some((one) => isRole(role, one.props));
      for (const problem of grantProblems(type, inputs, isOwn)) report(problem);
    },
    validateStack: (_, report) => {
      const excepted = all(denyPolicy).flatMap((one) => exceptedReaders(one.props) ?? []);
      const denied = all(denyPolicy).some((one) => exceptedReaders(one.props) !== undefined);
      for (const role of all(...customRoles)) {
        if (permissionsOf(role.props)?.includes(granting) !== true) continue;
        if (!denied) {
          report(
            `permissions: have ${granting}, by which its holder lets itself read; IAM bounds which roles it grants, not to whom; fix: remove it, or deny reading to all but the readers (gcp.access.denyOthers)`,
            role.urn,
          );
        }
        for (const { urn, props } of all(projectGrant)) {
          const member = String(props["member"]);
          if (!isRole(String(props["role"]), role.props)) continue;
          if (excepted.some((one) => isWide(one) || isMember(one, member))) {
            report(
              `member: ${member} grants roles on secrets, and the deny policy lets it read; fix: take it out of exceptionPrincipals, or give it another role`,
              urn,
            );
          }
        }
      }
    },
  };
}

/** Whether a role's name is that of one that the program makes. */
function isRole(name: string, { project, orgId, roleId }: Props): boolean {
  if (typeof roleId !== "string") return false;
  if (typeof orgId === "string") return name === `organizations/${orgId}/roles/${roleId}`;
  return typeof project === "string"
    ? name === `projects/${project}/roles/${roleId}`
    : name.startsWith("projects/") && name.endsWith(`/roles/${roleId}`);
}
