import { z } from "zod";
import { alertCounts, subscribers } from "../fields";
import { limits } from "../limits";
import { resourceId } from "./fields";

/** The log that sees every read and change. */
export const auditSettings = z.strictObject({
  mode: z
    .enum(["create", "external"])
    .default("create")
    .describe("Whose the audit is: `external` is one that exists, such as after a destroy."),
  workspace: z
    .strictObject({
      id: resourceId("Microsoft.OperationalInsights/workspaces")
        .optional()
        .describe("A workspace that exists. Without it one is made; with external it is needed."),
      retentionDays: z
        .int()
        .min(limits.azureLogDaysMin)
        .max(limits.azureLogDaysMax)
        .default(limits.azureLogDays)
        .describe("Days that the workspace keeps events."),
    })
    .prefault({}),
  tables: z
    .enum(["dedicated", "shared"])
    .default("dedicated")
    .describe(
      "Where events land: `dedicated` in AZKVAuditLogs, `shared` in AzureDiagnostics, for workspaces whose queries read that.",
    ),
  storage: z
    .strictObject({
      mode: z
        .enum(["create", "none"])
        .default("create")
        .describe("Keep an unchangeable copy in a storage account of its own."),
      lock: z
        .enum(["unlocked", "locked"])
        .default("unlocked")
        .describe(
          "Azure makes it unlocked; `locked`, in a later up, cannot be taken back by anybody, and holds for logs from then on.",
        ),
      retentionDays: z
        .int()
        .min(limits.azureArchiveDaysMin)
        .max(limits.azureArchiveDaysMax)
        .default(limits.azureArchiveDays)
        .describe("Days that a log cannot be changed or deleted, after which it is deleted."),
    })
    .prefault({}),
});

/** Who is told, and from how much on. */
export const alertSettings = z.strictObject({
  ...alertCounts,
  grants: z
    .enum(["subscription", "group"])
    .default("subscription")
    .describe(
      "Whose changes of roles are told: the whole subscription's, as its roles reach the vault, or `group`, the vault's and the stack's groups' alone, where others share the subscription.",
    ),
  subscribers,
});
