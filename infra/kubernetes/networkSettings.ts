import { z } from "zod";
import { cidr, label, labelKey, labelValue } from "./fields";

/** What the application's Pods reach. */
export const networkSettings = z.strictObject({
  policy: z
    .enum(["create", "none"])
    .default("create")
    .describe(
      "A NetworkPolicy of what Pods may call: DNS, HTTPS, Redis and, with vaultAgent, Vault. Others' policies allow more beside it.",
    ),
  podLabels: z
    .record(labelKey, labelValue)
    .refine((all) => Object.keys(all).length > 0, "at least one: without one it is every Pod")
    .default({ "app.kubernetes.io/name": "prompt-sentinel" })
    .describe("Labels of the Pods, as the Helm chart sets them; the raw manifests set `app`."),
  redisCidrs: z
    .array(cidr)
    .default([])
    .describe("Where Redis is. Without one, in the Pods of the same namespace."),
  vaultCidrs: z
    .array(cidr)
    .default([])
    .describe("With vaultAgent: where Vault is, if outside of the cluster."),
  vaultNamespace: label.optional().describe("With vaultAgent: its namespace, if in the cluster."),
});
