import { z } from "zod";
import { guid } from "../fields";
import { adoptions } from "../contracts/secretStore";
import { limits } from "../limits";
import { accessSettings } from "./accessSettings";
import { alertSettings, auditSettings } from "./auditSettings";
import { cloudNames } from "./cloud";
import { location, resourceGroupName, secretName, vaultName } from "./fields";
import { networkSettings } from "./networkSettings";
import { pipelineSettings } from "./pipelineSettings";

/** The `azure` section of a stack's config. No credential is a setting: they come from the provider's own chain. */
export const azureSettings = z.strictObject({
  subscriptionId: guid.describe("The subscription; a run in another one stops."),
  tenantId: guid.describe("The directory of the subscription and of whoever reaches the vault."),
  cloud: z.enum(cloudNames).default("public").describe("Which of Azure's clouds."),
  location: location.describe("Where everything is, by its short name such as westeurope."),
  resourceGroup: z
    .strictObject({
      mode: z.enum(["create", "external"]).default("create").describe("Whose the group is."),
      name: resourceGroupName
        .optional()
        .describe("Its name. Without it, `promptsentinel-<stage>`."),
    })
    .prefault({}),
  vault: z
    .strictObject({
      mode: z.enum(adoptions).default("create").describe("Whose the vault is."),
      name: vaultName
        .optional()
        .describe(
          "Its name, which is the whole world's. Without it, `ps-<stage>-` and a digest of the subscription.",
        ),
      resourceGroup: resourceGroupName
        .optional()
        .describe("With adopt or external: the vault's group. Without it, the stack's own."),
      recover: z
        .boolean()
        .default(false)
        .describe(
          "Bring the deleted vault of the name back, as it was, in one up; then refresh, turn it off, and run again for its settings and grants.",
        ),
      sku: z
        .enum(["standard", "premium"])
        .default("standard")
        .describe("Premium has keys in hardware, which secrets do not use."),
      softDeleteDays: z
        .int()
        .min(limits.azureSoftDeleteDaysMin)
        .max(limits.azureSoftDeleteDaysMax)
        .default(limits.azureSoftDeleteDaysMax)
        .describe("Days in which a deleted secret, or the vault, can be recovered."),
    })
    .prefault({}),
  secrets: z
    .strictObject({
      names: z
        .record(z.string(), secretName)
        .default({})
        .describe("Other names of secrets, by the name that the guide gives."),
      seeded: z
        .union([z.literal("all"), z.array(z.string())], {
          error: "`all`, or a list of the catalogue's ids",
        })
        .default([])
        .describe(
          "Keys that have their first value, by catalogue id, or `all`: a grant on one secret needs the secret, so readers get theirs in the up after it.",
        ),
    })
    .prefault({}),
  network: networkSettings.prefault({}),
  access: accessSettings,
  pipeline: pipelineSettings
    .optional()
    .describe(
      "The pipeline's own identities in the resource group. Off unless the section is there.",
    ),
  audit: auditSettings.prefault({}),
  alerts: alertSettings.prefault({}),
});

export type AzureSettings = z.output<typeof azureSettings>;

/** What each component needs of the settings and so shows: a change touches none that it does not concern. */
export type PlaceSettings = Pick<
  AzureSettings,
  "subscriptionId" | "tenantId" | "cloud" | "location" | "resourceGroup"
>;
export type StoreSettings = PlaceSettings & Pick<AzureSettings, "vault" | "secrets" | "network">;
export type AccessSettings = PlaceSettings & Pick<AzureSettings, "vault" | "secrets" | "access">;
export type TrailSettings = PlaceSettings & Pick<AzureSettings, "vault" | "audit">;
export type AlertsSettings = PlaceSettings &
  Pick<AzureSettings, "vault" | "secrets" | "access" | "audit" | "alerts">;
