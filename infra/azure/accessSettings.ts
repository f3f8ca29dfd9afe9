import { z } from "zod";
import { guid, instant, podFields, shortName, subjects } from "../fields";

/** Ways of a workload to its identity. */
const workload = z.strictObject({
  aks: z
    .strictObject({
      issuer: z
        .url({ protocol: /^https$/, error: "an https:// address" })
        .describe("The cluster's OIDC issuer."),
      ...podFields,
    })
    .optional(),
  containerApps: z
    .boolean()
    .optional()
    .describe("Container Apps that are given the identity by their own deployment."),
  appService: z
    .boolean()
    .optional()
    .describe("Apps of App Service that are given the identity by their own deployment."),
  oidc: z.strictObject({ subjects }).optional(),
});

/** Of whom an object id is. Azure waits for an identity that is new only when it is told. */
export const principalTypes = ["User", "Group", "ServicePrincipal"] as const;

/** People and services of the directory, by names of yours. */
const principals = z.strictObject({
  principals: z
    .record(
      shortName,
      z.strictObject({
        objectId: guid.describe("Its object id in Entra ID."),
        type: z.enum(principalTypes).describe("What it is."),
      }),
    )
    .refine((all) => Object.keys(all).length > 0, "at least one")
    .describe("Who they are, by names of yours, which never change."),
});

/** Who gets an identity, and how it proves who it is. */
export const accessSettings = z.strictObject({
  app: workload,
  ci: workload.optional(),
  rotator: principals
    .optional()
    .describe("Reads and writes what rotates: only for the command or function that does it."),
  operator: principals
    .extend({
      byName: z
        .boolean()
        .default(false)
        .describe(
          "Bind it to the stack's names by a condition, which Key Vault has in preview: for a vault that holds others' secrets too.",
        ),
    })
    .describe("Writes secrets and reads none."),
  breakGlass: principals
    .extend({
      from: instant.describe("When it begins to be eligible, such as 2026-11-01T12:00:00Z."),
      until: instant.describe("When that ends: at most a year later."),
    })
    .optional()
    .describe(
      "Reads every key after activating it in Privileged Identity Management, which needs Entra ID P2. Off unless the section is there.",
    ),
});

export type WorkloadLogins = z.output<typeof workload>;
export type Principals = z.output<typeof principals>["principals"];
