import type { Who } from "./gcpCalls";

const both: readonly Who[] = ["preview", "apply"];
const apply: readonly Who[] = ["apply"];
const agent: readonly Who[] = ["agent"];
const logs: readonly Who[] = ["logs"];

/** Who may do what in the stack's project besides its secrets, written by hand: what is not here is nobody's. */
export const management: Readonly<Record<string, readonly Who[]>> = {
  "bigquery.datasets.get": [...both, ...logs],
  // What the role for writing tables has besides. https://cloud.google.com/logging/docs/export/configure_export_v2#dest-auth
  "bigquery.datasets.create": logs,
  "bigquery.datasets.getIamPolicy": [...both, ...logs],
  "bigquery.datasets.updateTag": logs,
  "cloudkms.cryptoKeys.get": both,
  "cloudkms.cryptoKeys.getIamPolicy": both,
  "cloudkms.keyRings.get": both,
  // Of these the pre-flight knows a location that is none.
  "cloudkms.locations.list": both,
  "logging.locations.list": both,
  "secretmanager.locations.list": both,
  "secretmanager.secrets.list": both,
  // What encrypts the values, and reads none.
  "cloudkms.cryptoKeyVersions.useToDecrypt": agent,
  "cloudkms.cryptoKeyVersions.useToEncrypt": agent,
  "iam.denypolicies.get": both,
  "orgpolicy.policy.get": both,
  "iam.roles.get": both,
  "iam.serviceAccounts.get": [...both, "pod", "role"],
  "iam.serviceAccounts.getIamPolicy": both,
  // Of the application's account, as which these run; whose it is of the others, trust.test.ts says.
  "iam.serviceAccounts.list": ["pod", "role"],
  "iam.serviceAccounts.getAccessToken": ["pod", "role"],
  "iam.serviceAccounts.getOpenIdToken": ["pod", "role"],
  "iam.workloadIdentityPoolProviders.get": both,
  "iam.workloadIdentityPools.get": both,
  "logging.buckets.get": both,
  "logging.sinks.get": both,
  "logging.logMetrics.get": both,
  "logging.logMetrics.create": apply,
  "logging.logMetrics.delete": apply,
  "logging.logMetrics.update": apply,
  // Alerts on entries are rules of the log besides.
  "logging.notificationRules.get": both,
  "logging.notificationRules.create": apply,
  "logging.notificationRules.delete": apply,
  "logging.notificationRules.update": apply,
  "monitoring.alertPolicies.get": both,
  "monitoring.alertPolicies.create": apply,
  "monitoring.alertPolicies.delete": apply,
  "monitoring.alertPolicies.update": apply,
  "monitoring.notificationChannels.get": both,
  "monitoring.notificationChannels.create": apply,
  "monitoring.notificationChannels.delete": apply,
  "monitoring.notificationChannels.update": apply,
  "pubsub.subscriptions.get": both,
  "pubsub.topics.get": both,
  "pubsub.topics.getIamPolicy": both,
  // Secret Manager tells that a key is due.
  "pubsub.topics.publish": agent,
  "resourcemanager.projects.get": both,
  "resourcemanager.projects.getIamPolicy": both,
  "secretmanager.secrets.create": apply,
  "serviceusage.services.get": both,
  "serviceusage.services.list": both,
  "storage.buckets.get": both,
  "storage.buckets.getIamPolicy": both,
  // It adds to the archive, and reads and changes nothing of it.
  "storage.objects.create": logs,
  "storage.objects.createContext": logs,
};
/** By these one becomes a reader, lets himself in, or goes unseen: nobody's, whoever adds to the list above. */
export const never: readonly string[] = [
  ...["actAs", "implicitDelegation", "signBlob", "signJwt"].map(
    (one) => `iam.serviceAccounts.${one}`,
  ),
  ...["iam.serviceAccounts.setIamPolicy", "iam.serviceAccounts.create"],
  ...["iam.serviceAccountKeys.create", "iam.roles.create", "iam.roles.update"],
  ...["iam.workloadIdentityPools.setIamPolicy", "iam.workloadIdentityPools.update"],
  ...["iam.workloadIdentityPoolProviders.create", "iam.workloadIdentityPoolProviders.update"],
  ...["iam.denypolicies.create", "iam.denypolicies.delete", "iam.denypolicies.update"],
  ...["orgpolicy.policy.set", "orgpolicy.policies.update", "orgpolicy.policies.delete"],
  ...["resourcemanager.projects.setIamPolicy", "serviceusage.services.disable"],
  ...["cloudkms.cryptoKeys.setIamPolicy", "cloudkms.cryptoKeys.update"],
  ...["cloudkms.cryptoKeyVersions.destroy", "pubsub.topics.setIamPolicy", "pubsub.topics.delete"],
  ...["pubsub.subscriptions.consume", "pubsub.subscriptions.delete"],
  ...["logging.sinks.create", "logging.sinks.update", "logging.sinks.delete"],
  ...["logging.exclusions.create", "logging.exclusions.update", "logging.buckets.update"],
  ...["logging.logs.delete", "logging.privateLogEntries.list", "logging.views.access"],
  ...["storage.objects.get", "storage.objects.delete", "storage.buckets.setIamPolicy"],
  ...["bigquery.datasets.setIamPolicy", "bigquery.datasets.update"],
];
