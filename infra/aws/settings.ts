import { z } from "zod";
import { adoptions } from "../contracts/secretStore";
import { limits } from "../limits";
import { regions } from "./partition";

const region = z.enum(regions);

const accountId = z.string().regex(/^\d{12}$/, "12 digits, in quotes");

const arn = z.string().regex(/^arn:[\w-]+:[\w-]+:[\w-]*:\d{0,12}:\S+$/, "an ARN");

/** Names of a role, or of anything that policies name: no wildcard gets in by a setting. */
const exact = (what: string) => z.string().regex(/^[^*?${}\s]+$/, `${what}; no wildcard`);

const vpcEndpointId = z.string().regex(/^vpce-[0-9a-f]{8,17}$/, "vpce- and hex digits");

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html (Name) */
const secretName = z
  .string()
  .regex(/^[\w/+=.@-]{1,512}$/, "letters, digits and /_+=.@-, at most 512")
  // The service adds a hyphen and six characters; a policy for one name would match the other.
  .regex(/^(?!.*-[A-Za-z0-9]{6}$)/, "a name that does not end in a hyphen and six characters");

/** Without quotes it is a time to the engine's YAML reader, which writes it in Go's way. https://pkg.go.dev/time#Time.String */
const instant = z.preprocess(
  (value) =>
    typeof value === "string"
      ? value.replace(/^(\S+) (\d\d:\d\d:\d\d)(\.\d+)? \+0000 UTC$/, "$1T$2Z")
      : value,
  z.iso.datetime({ error: "a time in UTC, such as 2026-12-01T12:00:00Z" }),
);

const kubernetes = {
  namespace: z
    .string()
    .regex(/^[a-z0-9-]+$/, "a namespace; no wildcard")
    .describe("Namespace of the Pods."),
  serviceAccount: z
    .string()
    .regex(/^[a-z0-9.-]+$/, "a service account; no wildcard")
    .describe("Service account of the Pods."),
};

/** Ways of a workload to its role. */
const workload = z.strictObject({
  ecs: z
    .boolean()
    .optional()
    .describe("An execution role and a task role. ECS lets no trust name one cluster."),
  podIdentity: z
    .strictObject({ cluster: exact("a cluster's name").describe("EKS cluster."), ...kubernetes })
    .optional(),
  irsa: z
    .strictObject({
      issuer: z
        .url({ protocol: /^https$/, error: "an https:// address" })
        .describe("The cluster's OIDC issuer; its provider is in IAM already."),
      ...kubernetes,
    })
    .optional(),
  ec2: z.boolean().optional().describe("A role with an instance profile."),
  lambda: z.boolean().optional().describe("A role for functions."),
  oidc: z
    .strictObject({
      subjects: z
        .array(exact("a token's sub"))
        .min(1)
        .describe("The `sub` of the pipeline's tokens, in each form that its issuer sends."),
    })
    .optional(),
});

/** People, by the roles or users that they are. */
const people = z.strictObject({
  principals: z.array(arn).min(1).describe("Roles or users that may assume it, by ARN."),
  requireMfa: z.boolean().default(true).describe("Only with a second factor."),
});

/** The `aws` section of a stack's config. No credential is a setting: they come from the provider's own chain. */
export const awsSettings = z.strictObject({
  accountId: accountId.describe("The account; a run in another one stops."),
  region: region.default("us-east-1").describe("The guide's loader reads in us-east-1."),
  organizationId: z
    .string()
    .regex(/^o-[a-z0-9]{10,32}$/, "o- and 10 to 32 letters or digits")
    .optional()
    .describe("Refuse principals of other organizations."),
  permissionsBoundary: arn
    .optional()
    .describe("Policy that bounds every role that the stack makes."),
  secrets: z
    .strictObject({
      mode: z.enum(adoptions).default("create").describe("Whose the secrets are."),
      names: z
        .record(z.string(), secretName)
        .default({})
        .describe("Other names of secrets, by the name that the guide gives."),
      arns: z
        .record(z.string(), arn)
        .default({})
        .describe("With adopt: the secrets' ARNs, by the name that the guide gives."),
      recoveryDays: z
        .int()
        .min(limits.awsRecoveryDaysMin)
        .max(limits.awsRecoveryDaysMax)
        .default(limits.awsRecoveryDaysMax)
        .describe("Days in which a deleted secret can be restored."),
      replicas: z
        .array(region)
        .default([])
        .describe("Regions with a replica, each with its own key."),
      vpcEndpoints: z
        .array(vpcEndpointId)
        .default([])
        .describe("Values pass through these endpoints alone. Without one, from anywhere, by TLS."),
    })
    .prefault({}),
  encryption: z
    .strictObject({
      keyArn: arn
        .optional()
        .describe(
          "With adopt or external: the key of the secrets. Without it, the one that AWS manages.",
        ),
      rotationDays: z
        .int()
        .min(limits.awsKeyRotationDaysMin)
        .max(limits.awsKeyRotationDaysMax)
        .default(limits.awsKeyRotationDays)
        .describe("Days after which the key gets new material."),
      deletionDays: z
        .int()
        .min(limits.awsRecoveryDaysMin)
        .max(limits.awsRecoveryDaysMax)
        .default(limits.awsRecoveryDaysMax)
        .describe("Days in which the key's deletion can be cancelled."),
    })
    .prefault({}),
  access: z.strictObject({
    app: workload,
    ci: workload.optional(),
    rotator: people
      .optional()
      .describe(
        "Reads and writes whole secrets, to change one field of a JSON: only for the command that does it.",
      ),
    operator: people.describe("Writes whole secrets and reads none."),
    breakGlass: people
      .extend({
        until: instant.describe("When the role ends to be of use, such as 2026-12-01T12:00:00Z."),
      })
      .optional()
      .describe("Reads every key. Off unless the section is there."),
  }),
});

export type AwsSettings = z.output<typeof awsSettings>;
export type WorkloadLogins = z.output<typeof workload>;

/** What each component needs of the settings and so shows: a change touches none that it does not concern. */
export type PlaceSettings = Pick<AwsSettings, "accountId" | "region">;
export type StoreSettings = PlaceSettings &
  Pick<AwsSettings, "organizationId" | "secrets" | "encryption" | "access">;
export type AccessSettings = PlaceSettings &
  Pick<AwsSettings, "permissionsBoundary" | "secrets" | "encryption" | "access">;
