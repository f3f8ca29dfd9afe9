import { z } from "zod";
import { adoptions } from "../contracts/secretStore";
import { limits } from "../limits";
import { accessSettings } from "./accessSettings";
import { alertSettings, auditSettings } from "./auditSettings";
import { keyName, projectId, projectNumber, region, secretName } from "./fields";
import { networkSettings } from "./networkSettings";
import { pipelineSettings } from "./pipelineSettings";

/** The `gcp` section of a stack's config. No credential is a setting: they come from the provider's own chain. */
export const gcpSettings = z.strictObject({
  projectId: projectId.describe("The project; a run in another one stops."),
  projectNumber: projectNumber.describe(
    "Its number, which conditions, service agents and federated members are named by.",
  ),
  location: region.describe("The region of what has one."),
  apis: z
    .enum(["enable", "external"])
    .default("enable")
    .describe("Who turns the project's services on. A destroy leaves them on."),
  secrets: z
    .strictObject({
      mode: z.enum(adoptions).default("create").describe("Whose the secrets are."),
      names: z
        .record(z.string(), secretName)
        .default({})
        .describe("Other names of secrets, by the name that the guide gives."),
      replication: z
        .enum(["userManaged", "automatic", "regional"])
        .default("userManaged")
        .describe(
          "Where values are: in `locations`, wherever Google likes, or in secrets of one region, which the guide's loader does not read. It never changes afterwards.",
        ),
      locations: z
        .array(region)
        .min(1)
        .optional()
        .describe("With userManaged: the regions of the replicas. Without it, the location."),
      destroyDelayDays: z
        .int()
        .min(limits.gcpDestroyDelayDaysMin)
        .max(limits.gcpDestroyDelayDaysMax)
        .default(limits.gcpDestroyDelayDays)
        .describe("Days in which a destroyed version can be brought back."),
    })
    .prefault({}),
  encryption: z
    .strictObject({
      mode: z
        .enum(["create", "external", "google"])
        .default("create")
        .describe(
          "Whose the key is: a key ring and a key of the stack's own for each location, keys that exist, such as after a destroy, or Google's own.",
        ),
      keys: z
        .record(z.string(), keyName)
        .default({})
        .describe("With external: the key of each location; `global` with automatic."),
      rotationDays: z
        .int()
        .min(limits.gcpKeyRotationDaysMin)
        .max(limits.gcpKeyRotationDaysMax)
        .default(limits.gcpKeyRotationDays)
        .describe("Days between two versions of the key."),
      protection: z
        .enum(["software", "hsm"])
        .default("software")
        .describe("Where the key's material is kept."),
    })
    .prefault({}),
  network: networkSettings.prefault({}),
  federation: z
    .strictObject({
      name: z
        .string()
        .regex(
          /^(?!gcp-)[a-z][a-z0-9-]{2,24}[a-z0-9]$/,
          "4 to 26 lower-case letters, digits and hyphens; not gcp- first",
        )
        .optional()
        .describe(
          "How names of identity pools begin, which a destroy keeps taken for 30 days. Without it, `promptsentinel-<stage>`.",
        ),
    })
    .prefault({}),
  access: accessSettings,
  pipeline: pipelineSettings
    .optional()
    .describe("The pipeline's own service accounts. Off unless the section is there."),
  audit: auditSettings.prefault({}),
  alerts: alertSettings.prefault({}),
});

export type GcpSettings = z.output<typeof gcpSettings>;

/** What each component needs of the settings and so shows: a change touches none that it does not concern. */
export type PlaceSettings = Pick<GcpSettings, "projectId" | "projectNumber" | "location">;
export type StoreSettings = PlaceSettings & Pick<GcpSettings, "apis" | "secrets" | "encryption">;
export type AccessSettings = PlaceSettings &
  Pick<GcpSettings, "secrets" | "network" | "access" | "federation">;
export type TrailSettings = PlaceSettings & Pick<GcpSettings, "audit">;
export type AlertsSettings = PlaceSettings &
  Pick<GcpSettings, "secrets" | "access" | "federation" | "encryption" | "audit" | "alerts">;
