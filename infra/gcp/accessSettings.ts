import { z } from "zod";
import { exact, guid, instant, podFields, shortName, subjects } from "../fields";
import { member, projectId } from "./fields";

/** Ways of a workload to its service account. None has a key. */
const workload = z.strictObject({
  gke: z
    .strictObject({
      project: projectId
        .optional()
        .describe("The project of the cluster. Without it, the stack's own."),
      ...podFields,
    })
    .optional()
    .describe("Pods of GKE, by Workload Identity."),
  cloudRun: z
    .boolean()
    .optional()
    .describe("Cloud Run services that are given the service account by their own deployment."),
  aws: z
    .strictObject({
      accountId: z.string().regex(/^\d{12}$/, "an account's id, 12 digits, in quotes"),
      roles: z
        .array(
          z
            .string()
            .regex(/^[\w+=,.@-]{1,64}$/, "a role's name without its path; no ARN, no wildcard"),
        )
        .min(1)
        .describe("Names of the roles that the workload runs as."),
    })
    .optional()
    .describe("Workloads on AWS, by Workload Identity Federation."),
  azure: z
    .strictObject({
      tenantId: guid,
      audience: exact("the Application ID URI that tokens are asked for"),
      objectIds: z
        .array(guid)
        .min(1)
        .describe("Object ids of the managed identities that the workload runs as."),
    })
    .optional()
    .describe("Workloads on Azure, by Workload Identity Federation, with tokens of version 1.0."),
  oidc: z.strictObject({ subjects }).optional().describe("Tokens of the pipeline's issuer."),
});

/** People and services, by names of yours. */
const principals = z.strictObject({
  principals: z
    .record(
      shortName,
      z.strictObject({ member: member.describe("As IAM writes it, such as group:a@example.com.") }),
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
  operator: principals.describe("Adds versions and reads none."),
  breakGlass: principals
    .extend({
      from: instant.describe("When it begins, such as 2026-11-01T12:00:00Z."),
      until: instant.describe("When it ends: at most a week later."),
    })
    .optional()
    .describe("Reads every key from one time until another. Off unless the section is there."),
  denyOthers: z
    .boolean()
    .default(false)
    .describe(
      "A deny policy on the project: whoever is not named here reads no value of any secret of it, its owner neither. It needs the organization's role of deny admin, for a project that is the stack's alone.",
    ),
  forbidServiceAccountKeys: z
    .boolean()
    .default(false)
    .describe(
      "Organization policies on the project: no key of a service account can be made or brought along; those that are there stay. It needs the organization's role of policy admin.",
    ),
});

export type WorkloadLogins = z.output<typeof workload>;
export type Principals = z.output<typeof principals>["principals"];
