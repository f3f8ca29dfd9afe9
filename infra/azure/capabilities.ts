import type { Capabilities } from "../contracts/capability";
import type { AzureSettings } from "./settings";

/** What Azure does for each concern, and what it leaves to others. */
export const capabilities = ({
  secrets,
  audit,
  pipeline,
}: Pick<AzureSettings, "secrets" | "audit" | "pipeline">): Capabilities => ({
  SecretStore: {
    level: "full",
    note: "a secret cannot be without a value, so each is made with its first one, by its declaration in the wiring",
  },
  WorkloadAccess:
    secrets.seeded === "all"
      ? { level: "full", note: "the operator may write any secret of the vault, and reads none" }
      : {
          level: "partial",
          reason:
            "a grant on one secret needs the secret: readers get theirs in the up after its first value (azure.secrets.seeded)",
        },
  AuditTrail:
    audit.mode === "external"
      ? {
          level: "partial",
          reason: "the audit exists: that it logs everything and stays on is its owner's to see to",
        }
      : audit.storage.mode === "create"
        ? {
            level: "full",
            note: "Azure promises no log without a gap; the archive is locked for good in a later up, because Azure makes it unlocked",
          }
        : {
            level: "partial",
            reason: "without an archive an administrator of the workspace can delete what happened",
          },
  RotationPolicy: {
    level: "partial",
    reason: "somebody is told 30 days before an expiry; the function that rotates comes later",
  },
  UsageAlerts: {
    level: "full",
    note: "logs arrive minutes later; of a group of people each reader counts as unexpected",
  },
  CiAccess:
    pipeline === undefined
      ? {
          level: "absent",
          reason: "azure.pipeline is not set: the pipeline needs an identity of your own",
        }
      : {
          level: "full",
          note: "the vault, identities and the audit are an administrator's, because who writes them lets himself in",
        },
});
