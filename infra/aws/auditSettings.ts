import { z } from "zod";
import { alertCounts } from "../fields";
import { limits } from "../limits";
import { arn } from "./fields";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html (retentionInDays) */
const logRetentionDays = [
  ...[30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827],
  ...[2192, 2557, 2922, 3288, 3653],
] as const;

/** The trail that sees every read and change. */
export const auditSettings = z.strictObject({
  mode: z
    .enum(["create", "external"])
    .default("create")
    .describe("Whose the trail is: `external` is one that exists, such as the organization's."),
  trailArn: arn.optional().describe("With external: the trail's ARN."),
  logGroup: z
    .string()
    .regex(/^[\w./#-]{1,512}$/, "a log group's name: letters, digits and _-/.#")
    .optional()
    .describe(
      "With external: the log group of this account that the trail's events reach. Alerts that count need it.",
    ),
  lock: z
    .enum(["compliance", "governance"])
    .default("compliance")
    .describe("Who may delete a log before its time: `compliance` nobody at all."),
  retentionDays: z
    .int()
    .min(limits.awsTrailDaysMin)
    .max(limits.awsTrailDaysMax)
    .default(limits.awsTrailDays)
    .describe("Days that the bucket's logs are locked, and then deleted."),
  logRetentionDays: z
    .literal([...logRetentionDays])
    .default(365)
    .describe("Days that the log group keeps events."),
});

/** Who is told, and from how much on. */
export const alertSettings = z.strictObject({
  ...alertCounts,
  subscribers: z
    .record(
      z.string().regex(/^[a-z0-9-]+$/, "a short name: a-z, 0-9 and -"),
      z
        .strictObject({
          protocol: z.enum(["email", "sqs", "lambda"]).describe("How alerts are sent."),
          endpoint: z.string().describe("An e-mail address, or the ARN of the queue or function."),
        })
        .refine(
          ({ protocol, endpoint }) =>
            (protocol === "email" ? z.email() : arn).safeParse(endpoint).success,
          { error: "an address of the protocol: for email, or an ARN", path: ["endpoint"] },
        ),
    )
    .default({})
    .describe(
      "Who hears of alerts, by a name of yours. Addresses with a key in them, such as a pager's, are subscribed by hand: they would stand in state.",
    ),
});
