import { ServicePerimeterResource } from "@pulumi/gcp/accesscontextmanager/servicePerimeterResource";
import { DenyPolicy } from "@pulumi/gcp/iam/denyPolicy";
import { Policy } from "@pulumi/gcp/orgpolicy/policy";
import type { Children } from "../component";
import { consumers, type Environment } from "../environment";
import { physicalName } from "../naming";
import { explainPerimeter } from "./errorHooks";
import { membersOfConsumer } from "./grants";
import type { AccessSettings, PlaceSettings } from "./settings";

/** Who reads values: the rest is refused where `denyOthers` is on. */
const readers = consumers.filter((consumer) => consumer !== "operator");

/**
 * Whoever is no reader reads no value of the project, whatever he is granted: deny comes before allow, and its owner is
 * no exception. https://cloud.google.com/iam/docs/deny-overview
 */
export const denyOthers = (
  environment: Environment,
  settings: PlaceSettings & Pick<AccessSettings, "access">,
  children: Children,
): DenyPolicy =>
  new DenyPolicy(
    children.name("deny-others"),
    {
      parent: encodeURIComponent(
        `cloudresourcemanager.googleapis.com/projects/${settings.projectNumber}`,
      ),
      name: physicalName(environment.stage, "readers"),
      displayName: `Readers of ${environment.app}, ${environment.stage}`,
      rules: [
        {
          description: "Nobody else reads a value",
          denyRule: {
            deniedPrincipals: ["principalSet://goog/public:all"],
            exceptionPrincipals: readers
              .flatMap((consumer) => membersOfConsumer(consumer, environment, settings))
              .map(principalOf),
            deniedPermissions: ["secretmanager.googleapis.com/versions.access"],
          },
        },
      ],
    },
    children.options(),
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

/**
 * No key of a service account can be made or brought along, nor one of HMAC; those that are there stay.
 * https://cloud.google.com/organization-policy/restrict-service-accounts
 */
export const forbidServiceAccountKeys = (
  { projectId }: Pick<AccessSettings, "projectId">,
  children: Children,
): readonly Policy[] =>
  (["Creation", "Upload"] as const).map(
    (what) =>
      new Policy(
        children.name(`no-key-${what.toLowerCase()}`),
        {
          name: `projects/${projectId}/policies/iam.managed.disableServiceAccountKey${what}`,
          parent: `projects/${projectId}`,
          spec: { rules: [{ enforce: "TRUE" }] },
        },
        children.options(),
      ),
  );

/**
 * The project joins a perimeter that exists, after everything that could be refused from outside it. A destroy keeps it
 * there: the secrets stay too. https://cloud.google.com/vpc-service-controls/docs/service-perimeters
 */
export function joinPerimeter(
  perimeterName: string,
  { projectNumber }: PlaceSettings,
  children: Children,
): ServicePerimeterResource {
  const own = children.name("perimeter");
  return new ServicePerimeterResource(
    own,
    { perimeterName, resource: `projects/${projectNumber}` },
    children.options({ retainOnDelete: true, hooks: { onError: [explainPerimeter(own)] } }),
  );
}
