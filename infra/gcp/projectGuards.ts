import { DenyPolicy } from "@pulumi/gcp/iam/denyPolicy";
import { Policy } from "@pulumi/gcp/orgpolicy/policy";
import type * as pulumi from "@pulumi/pulumi";
import type { Children } from "../component";
import { consumers, type Consumer, type Environment } from "../environment";
import { physicalName } from "../naming";
import type { AccessSettings, PlaceSettings } from "./settings";

/** Who reads values: the rest is refused where `denyOthers` is on. */
const readers = consumers.filter((consumer) => consumer !== "operator");

type Members = Readonly<Partial<Record<Consumer, readonly string[]>>>;

/**
 * Whoever is no reader reads no value of the project, whatever he is granted: deny comes before allow, and its owner is
 * no exception. https://cloud.google.com/iam/docs/deny-overview
 */
export const denyOthers = (
  members: Members,
  environment: Environment,
  { projectNumber }: PlaceSettings,
  children: Children,
  dependsOn: readonly pulumi.Resource[],
): DenyPolicy =>
  new DenyPolicy(
    children.name("deny-others"),
    {
      parent: encodeURIComponent(`cloudresourcemanager.googleapis.com/projects/${projectNumber}`),
      name: physicalName(environment.stage, "readers"),
      displayName: `Readers of ${environment.app}, ${environment.stage}`,
      rules: [
        {
          description: "Nobody else reads a value",
          denyRule: {
            deniedPrincipals: ["principalSet://goog/public:all"],
            exceptionPrincipals: readers
              .flatMap((consumer) => members[consumer] ?? [])
              .map(principalOf),
            deniedPermissions: ["secretmanager.googleapis.com/versions.access"],
          },
        },
      ],
    },
    children.options({ dependsOn: [...dependsOn] }),
  );

/** A member as deny policies write it. https://cloud.google.com/iam/docs/principal-identifiers#deny */
export function principalOf(member: string): string {
  const [kind = "", ...rest] = member.split(":");
  const email = rest.join(":");
  if (kind === "serviceAccount") {
    return `principal://iam.googleapis.com/projects/-/serviceAccounts/${email}`;
  }
  if (kind === "user") return `principal://goog/subject/${email}`;
  if (kind === "group") return `principalSet://goog/group/${email}`;
  return member;
}

/** No key of a service account can be made. https://cloud.google.com/resource-manager/docs/organization-policy/restricting-service-accounts */
export const forbidServiceAccountKeys = (
  { projectId }: Pick<AccessSettings, "projectId">,
  children: Children,
): Policy =>
  new Policy(
    children.name("no-keys"),
    {
      name: `projects/${projectId}/policies/iam.disableServiceAccountKeyCreation`,
      parent: `projects/${projectId}`,
      spec: { rules: [{ enforce: "TRUE" }] },
    },
    children.options(),
  );
