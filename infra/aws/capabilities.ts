import type { Capabilities } from "../contracts/capability";

/** What AWS does for each concern, and what it leaves to others. */
export const capabilities = (): Capabilities => ({
  SecretStore: {
    level: "full",
    note: "the application's keys are one JSON: a reader of it reads all of them",
  },
  WorkloadAccess: {
    level: "full",
    note: "whoever rewrites one field of the JSON can read it: only the rotator does",
  },
  AuditTrail: { level: "absent", reason: "not built yet: CloudTrail has to be there already" },
  RotationPolicy: {
    level: "partial",
    reason: "limits of age are recorded, values are staged; the function that rotates comes later",
  },
  UsageAlerts: { level: "absent", reason: "not built yet: they need the audit trail" },
  CiAccess: { level: "absent", reason: "not built yet: give the pipeline roles of your own" },
});
