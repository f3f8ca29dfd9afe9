import { areTexts } from "../support";

/**
 * What lets its holder in by another door, or unseen. Names: https://cloud.google.com/iam/docs/permissions-reference
 */
const doors: readonly (readonly [permissions: RegExp, why: string])[] = [
  [/^secretmanager\.versions\.access$/, "reads every value of the project"],
  // Nothing brings a secret back. https://cloud.google.com/secret-manager/docs/delete-secret
  [/^secretmanager\.secrets\.delete$/, "deletes values for good"],
  [/^resourcemanager\.\w+\.setIamPolicy$/, "grants itself whatever it likes"],
  [/^iam\.roles\.(create|update|undelete)$/, "widens its own role"],
  [
    /^iam\.(serviceAccounts\.(actAs|getAccessToken|getOpenIdToken|implicitDelegation|setIamPolicy|signBlob|signJwt)|serviceAccountKeys\.create)$/,
    "becomes a service account",
  ],
  [
    /^iam\.(workloadIdentityPool|workforcePool)\w*\.(create|update|undelete|set\w+)$/,
    "lets others' tokens in",
  ],
  [/^iam\.denypolicies\.(create|update|delete)$/, "takes away what is denied"],
  [/^orgpolicy\.(policy\.set|policies\.(create|update|delete))$/, "takes constraints away"],
  [
    /^cloudkms\.((cryptoKeys|keyRings)\.setIamPolicy|cryptoKeyVersions\.(destroy|update|use\w+|manage\w+))$/,
    "uses or destroys the key that values are under",
  ],
  [
    /^logging\.((sinks|buckets)\.(update|delete)|exclusions\.(create|update)|settings\.update|logs\.delete)$/,
    "turns the audit off, or deletes it",
  ],
  [
    /^storage\.(buckets\.(update|delete|setIamPolicy)|objects\.(delete|update|setRetention))$/,
    "changes the archive",
  ],
];

/** By what a role grants readers their secrets, and so itself. */
export const granting = "secretmanager.secrets.setIamPolicy";

/** The permissions of a role of ours; undefined when one of them is not known or is none. */
export const permissionsOf = ({
  permissions,
}: Readonly<Record<string, unknown>>): readonly string[] | undefined =>
  areTexts(permissions) && permissions.length > 0 ? permissions : undefined;

/** What is wrong with a role of ours. */
export function* definitionProblems(props: Readonly<Record<string, unknown>>): Generator<string> {
  const permissions = permissionsOf(props);
  if (permissions === undefined) {
    yield "permissions cannot be read: they are none, or not known before the run; fix: compute them from the settings, so that a preview shows them";
  }
  for (const one of permissions ?? []) {
    if (one.includes("*")) {
      yield `permissions: have ${one}; allowed: permissions by name; fix: name those that are needed`;
    }
    for (const [, why] of doors.filter(([door]) => door.test(one))) {
      yield `permissions: have ${one}, by which its holder ${why}; fix: remove it and leave that to an administrator`;
    }
  }
}
