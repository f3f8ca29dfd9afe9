import type { Capabilities } from "../contracts/capability";
import type { AwsSettings } from "./settings";

/** What AWS does for each concern, and what it leaves to others. */
export const capabilities = ({
  audit,
  pipeline,
}: Pick<AwsSettings, "audit" | "pipeline">): Capabilities => ({
  SecretStore: {
    level: "full",
    note: "the application's keys are one JSON: a reader of it reads all of them",
  },
  WorkloadAccess: {
    level: "full",
    note: "whoever rewrites one field of the JSON can read it: only the rotator does",
  },
  AuditTrail:
    audit.mode === "create"
      ? { level: "full" }
      : {
          level: "partial",
          reason: "the trail exists: that it logs everything and stays on is its owner's to see to",
        },
  RotationPolicy: {
    level: "partial",
    reason: "values are staged, and a stale key is told; the function that rotates comes later",
  },
  UsageAlerts:
    audit.mode === "create" || audit.logGroup !== undefined
      ? {
          level: "full",
          note: "a JSON of several keys is as old as its last change; rules see the home region, the log all",
        }
      : {
          level: "partial",
          reason:
            "without a log group of the trail in this account nothing counts: no spikes, bursts or silence, and no event of IAM outside us-east-1",
        },
  CiAccess:
    pipeline === undefined
      ? { level: "absent", reason: "aws.pipeline is not set: the pipeline needs roles of your own" }
      : { level: "full", note: "the pipeline's own roles and the trail are an administrator's" },
});
