import { z } from "zod";
import { alertCounts, subscribers } from "../fields";
import { limits } from "../limits";
import { region } from "./fields";

const days = (usual: number) =>
  z.int().min(limits.gcpLogDaysMin).max(limits.gcpLogDaysMax).default(usual);

const lock = z.enum(["unlocked", "locked"]).default("unlocked");

/** The log that sees every read and change. */
export const auditSettings = z.strictObject({
  mode: z
    .enum(["create", "external"])
    .default("create")
    .describe("Whose the audit is: `external` is one that exists, such as after a destroy."),
  bucket: z
    .strictObject({
      location: z
        .union([region, z.literal("global")], { error: "a region, or global" })
        .optional()
        .describe("Where the log bucket is. Without it, the stack's location."),
      retentionDays: days(limits.gcpLogDays).describe("Days that the log bucket keeps events."),
      lock: lock.describe(
        "`locked` cannot be taken back by anybody: the retention is never shortened, and the bucket not deleted before it is empty.",
      ),
    })
    .prefault({}),
  storage: z
    .strictObject({
      mode: z
        .enum(["none", "create"])
        .default("none")
        .describe("Keep a copy in a bucket of Cloud Storage with a retention policy."),
      retentionDays: days(limits.gcpLogDays).describe(
        "Days that a log cannot be changed or deleted.",
      ),
      lock: lock.describe("`locked` cannot be taken back by anybody."),
    })
    .prefault({}),
  bigQuery: z
    .strictObject({
      mode: z
        .enum(["none", "create"])
        .default("none")
        .describe("Keep a copy in a dataset of BigQuery, to be queried."),
      retentionDays: days(limits.gcpLogDays).describe("Days after which a partition is deleted."),
    })
    .prefault({}),
});

/** Who is told, and from how much on. */
export const alertSettings = z.strictObject({
  ...alertCounts,
  subscribers,
});
