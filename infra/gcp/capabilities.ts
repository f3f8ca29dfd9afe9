import type { Capabilities } from "../contracts/capability";
import type { GcpSettings } from "./settings";

/** What Google Cloud does for each concern, and what it leaves to others. */
export const capabilities = ({
  secrets,
  access,
  audit,
  pipeline,
}: Pick<GcpSettings, "secrets" | "access" | "audit" | "pipeline">): Capabilities => ({
  SecretStore:
    secrets.replication === "regional"
      ? {
          level: "partial",
          reason:
            "the guide's loader does not read secrets of a region; their address is in the wiring",
        }
      : { level: "full", note: "where values are never changes after a secret is made" },
  WorkloadAccess: {
    level: "full",
    note: access.denyOthers
      ? "whoever is no declared reader is refused, the project's owner too"
      : "owners and administrators of the project can let themselves in, and an alert tells; access.denyOthers refuses them",
  },
  AuditTrail:
    audit.mode === "external"
      ? {
          level: "partial",
          reason: "the audit exists: that it logs everything and stays on is its owner's to see to",
        }
      : audit.bucket.lock === "locked"
        ? { level: "full" }
        : {
            level: "full",
            note: "the log bucket's retention can be shortened, and an alert tells, until audit.bucket.lock is locked for good",
          },
  RotationPolicy: {
    level: "partial",
    reason:
      secrets.mode === "create"
        ? "somebody is told when a key is due; the function that rotates comes later"
        : "the secrets are another's: their notices are his, and nobody is told here",
  },
  UsageAlerts:
    secrets.mode === "create"
      ? { level: "full", note: "of a group of people each reader counts as unexpected" }
      : { level: "partial", reason: "nobody is told of a stale key of another's secret" },
  CiAccess:
    pipeline === undefined
      ? {
          level: "absent",
          reason: "gcp.pipeline is not set: the pipeline needs a service account of your own",
        }
      : {
          level: "full",
          note: access.denyOthers
            ? "identities, keys, the project's policy and the audit are an administrator's, because who writes them lets himself in"
            : "a new key's grants are an administrator's too, as long as access.denyOthers is off",
        },
});
