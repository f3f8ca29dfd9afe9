import { z } from "zod";
import { exact, instant, podFields, subjects } from "../fields";
import { arn } from "./fields";

/** Ways of a workload to its role. */
const workload = z.strictObject({
  ecs: z
    .boolean()
    .optional()
    .describe("An execution role and a task role. ECS lets no trust name one cluster."),
  podIdentity: z
    .strictObject({ cluster: exact("a cluster's name").describe("EKS cluster."), ...podFields })
    .optional(),
  irsa: z
    .strictObject({
      issuer: z
        .url({ protocol: /^https$/, error: "an https:// address" })
        .describe("The cluster's OIDC issuer; its provider is in IAM already."),
      ...podFields,
    })
    .optional(),
  ec2: z.boolean().optional().describe("A role with an instance profile."),
  lambda: z.boolean().optional().describe("A role for functions."),
  oidc: z.strictObject({ subjects }).optional(),
});

/** People, by the roles or users that they are. */
const people = z.strictObject({
  principals: z.array(arn).min(1).describe("Roles or users that may assume it, by ARN."),
  requireMfa: z.boolean().default(true).describe("Only with a second factor."),
});

/** Who gets an identity, and how it proves who it is. */
export const accessSettings = z.strictObject({
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
});

export type WorkloadLogins = z.output<typeof workload>;
