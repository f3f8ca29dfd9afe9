import { z } from "zod";
import { adoptions } from "../contracts/secretStore";
import { limits } from "../limits";
import { accessSettings } from "./accessSettings";
import { alertSettings, auditSettings } from "./auditSettings";
import { accountId, arn, region, secretName, vpcEndpointId } from "./fields";
import { networkSettings } from "./networkSettings";
import { pipelineSettings } from "./pipelineSettings";

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
  access: accessSettings,
  network: networkSettings.optional(),
  pipeline: pipelineSettings
    .optional()
    .describe("The pipeline's own roles in the account. Off unless the section is there."),
  audit: auditSettings.prefault({}),
  alerts: alertSettings.prefault({}),
});

export type AwsSettings = z.output<typeof awsSettings>;

/** What each component needs of the settings and so shows: a change touches none that it does not concern. */
export type PlaceSettings = Pick<AwsSettings, "accountId" | "region">;
export type StoreSettings = PlaceSettings &
  Pick<AwsSettings, "organizationId" | "secrets" | "encryption" | "access" | "network">;
export type TrailSettings = PlaceSettings & Pick<AwsSettings, "audit">;
export type AlertsSettings = PlaceSettings &
  Pick<
    AwsSettings,
    "secrets" | "encryption" | "access" | "audit" | "alerts" | "permissionsBoundary"
  >;
export type AccessSettings = PlaceSettings &
  Pick<AwsSettings, "permissionsBoundary" | "secrets" | "encryption" | "access" | "network">;
