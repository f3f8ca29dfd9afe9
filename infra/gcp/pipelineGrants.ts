import type { CiRole } from "../contracts/ciAccess";
import type { GcpSettings } from "./settings";

/** What a preview, its pre-flight and a refresh read: what there is and who may use it, and no value. */
const reads = [
  "bigquery.datasets.get",
  "bigquery.datasets.getIamPolicy",
  "cloudkms.cryptoKeys.get",
  "cloudkms.cryptoKeys.getIamPolicy",
  "cloudkms.keyRings.get",
  "cloudkms.locations.list",
  "iam.roles.get",
  "iam.serviceAccounts.get",
  "iam.serviceAccounts.getIamPolicy",
  "iam.workloadIdentityPoolProviders.get",
  "iam.workloadIdentityPools.get",
  "logging.buckets.get",
  "logging.locations.list",
  "logging.logMetrics.get",
  "logging.notificationRules.get",
  "logging.sinks.get",
  "monitoring.alertPolicies.get",
  "monitoring.notificationChannels.get",
  "pubsub.subscriptions.get",
  "pubsub.topics.get",
  "pubsub.topics.getIamPolicy",
  "resourcemanager.projects.get",
  "resourcemanager.projects.getIamPolicy",
  "secretmanager.locations.list",
  "secretmanager.secrets.get",
  "secretmanager.secrets.getIamPolicy",
  "secretmanager.secrets.list",
  "secretmanager.versions.list",
  "serviceusage.services.get",
  "serviceusage.services.list",
  "storage.buckets.get",
  "storage.buckets.getIamPolicy",
] as const;

/**
 * Of these `apply` writes what its changes touch from day to day. Who becomes which account, the keys, the project's
 * policy and the audit are not among them, because who writes those lets himself in, or unseen.
 */
const writes = [
  "logging.logMetrics.create",
  "logging.logMetrics.delete",
  "logging.logMetrics.update",
  // Of alerts on entries. https://cloud.google.com/logging/docs/alerting/log-based-alerts
  "logging.notificationRules.create",
  "logging.notificationRules.delete",
  "logging.notificationRules.update",
  "monitoring.alertPolicies.create",
  "monitoring.alertPolicies.delete",
  "monitoring.alertPolicies.update",
  "monitoring.notificationChannels.create",
  "monitoring.notificationChannels.delete",
  "monitoring.notificationChannels.update",
  "secretmanager.secrets.create",
  "secretmanager.secrets.update",
] as const;

/**
 * What `preview` and `apply` may do in the project. `apply` grants readers their secrets only where a deny policy keeps
 * it from reading by a grant of its own: IAM bounds which roles are granted, not to whom.
 * https://cloud.google.com/iam/docs/setting-limits-on-granting-roles
 */
export function pipelinePermissions({
  denyOthers,
  forbidServiceAccountKeys,
}: GcpSettings["access"]): Readonly<Record<CiRole, readonly string[]>> {
  const preview = [
    ...reads,
    ...(denyOthers ? ["iam.denypolicies.get"] : []),
    ...(forbidServiceAccountKeys ? ["orgpolicy.policy.get"] : []),
  ];
  return {
    preview,
    apply: [...preview, ...writes, ...(denyOthers ? ["secretmanager.secrets.setIamPolicy"] : [])],
  };
}
