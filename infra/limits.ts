/** Numbers that components and policies share. Seconds unless the name says otherwise. */
export const limits = {
  /** Versions of a key kept in a KV v2 entry, so that a rotation can be undone. */
  kvMaxVersions: 10,
  /** The longest lifetime that a consumer's token may be configured to. */
  tokenMaxTtlCeiling: 24 * 3600,
  /** Default lifetime of a consumer's token. The app reads once at start, so minutes are enough. */
  tokenTtl: 15 * 60,
  /** Default bound up to which a token can be renewed. */
  tokenMaxTtl: 3600,
  /** Lifetime of a SecretID: from issue to the login that uses it up. */
  secretIdTtl: 10 * 60,
  /** Logins per SecretID. */
  secretIdUses: 1,
  /** Lifetime of the token that wraps a SecretID. */
  wrappingTtl: 5 * 60,
  /** Lifetime of a break-glass token; it cannot be renewed beyond this. */
  breakGlassTtl: 15 * 60,
  /** The largest permitted age of a key in days. FSBP SecretsManager.4 asks for rotation within 90. */
  keyMaxAgeDays: 365,
  /** Days that Secrets Manager and KMS keep what is deleted. Docs: ScheduleKeyDeletion, DeleteSecret. */
  awsRecoveryDaysMin: 7,
  awsRecoveryDaysMax: 30,
  /** Days between two materials of a KMS key. https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html */
  awsKeyRotationDaysMin: 90,
  awsKeyRotationDaysMax: 2560,
  awsKeyRotationDays: 365,
  /** Lifetime of a role's session, where a person assumes it. */
  awsSessionSeconds: 3600,
  /** Characters of a key policy. https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html */
  awsKeyPolicySize: 32_768,
  /** Characters of a secret's policy. https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
  awsSecretPolicySize: 20_480,
  /** Characters, without white space, of all inline policies of a role together, and of its trust policy by default.
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
  awsRolePolicySize: 10_240,
  awsTrustPolicySize: 2048,
  /** Characters of an event pattern, as an account has it without asking for more.
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
  awsEventPatternSize: 2048,
  /** Characters of a metric filter's pattern, and filters of a log group.
   * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html */
  awsFilterPatternSize: 1024,
  awsMetricFilters: 100,
  /** Characters of the longest ARN of a key: region and partition have as many as their names. */
  awsKeyArnLength: 100,
  /** Days that the trail's logs are locked. CIS asks to keep a year. */
  awsTrailDaysMin: 7,
  awsTrailDaysMax: 3650,
  awsTrailDays: 365,
  awsTrailDaysInProd: 90,
  /** Days that Key Vault keeps what is deleted. https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview */
  azureSoftDeleteDaysMin: 7,
  azureSoftDeleteDaysMax: 90,
  /** Days before an expiry at which Event Grid tells of it. https://learn.microsoft.com/azure/event-grid/event-schema-key-vault */
  azureNearExpiryDays: 30,
  /** Rules of a vault's firewall. https://learn.microsoft.com/azure/key-vault/general/network-security */
  azureIpRules: 1000,
  azureSubnetRules: 200,
  /** The widest range of public addresses in prod, by the bits that are fixed. */
  azureIpPrefixInProd: 8,
  /** Credentials of one identity. https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations */
  azureFederatedCredentials: 20,
  /** Assignments of a subscription. https://learn.microsoft.com/azure/role-based-access-control/troubleshoot-limits */
  azureRoleAssignments: 4000,
  /** Days that somebody may be eligible, by default. https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-resource-roles-configure-role-settings */
  azureEligibilityDays: 365,
  /** Bytes of an assignment's condition. https://learn.microsoft.com/azure/role-based-access-control/conditions-faq */
  azureConditionSize: 8192,
  /** Days that a workspace keeps events. https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure */
  azureLogDaysMin: 30,
  azureLogDaysMax: 730,
  azureLogDays: 365,
  /** Days of an account's immutability. https://learn.microsoft.com/azure/storage/blobs/immutable-time-based-retention-policy-overview */
  azureArchiveDaysMin: 1,
  azureArchiveDaysMax: 146_000,
  azureArchiveDays: 365,
  azureArchiveDaysInProd: 90,
  /** Tags on a storage account, which takes the fewest. https://learn.microsoft.com/rest/api/storagerp/storage-accounts/create */
  azureTags: 15,
  /** Days until a destroyed version is gone. https://cloud.google.com/secret-manager/docs/delay-destruction-of-secret-versions */
  gcpDestroyDelayDaysMin: 1,
  gcpDestroyDelayDaysMax: 1000,
  gcpDestroyDelayDays: 30,
  gcpDestroyDelayDaysInProd: 7,
  /** Days between two versions of a key. https://cloud.google.com/kms/docs/key-rotation; CIS asks for 90 at most. */
  gcpKeyRotationDaysMin: 1,
  gcpKeyRotationDaysMax: 90,
  gcpKeyRotationDays: 90,
  /** Days until a destroyed version of a key is gone. https://cloud.google.com/kms/docs/destroy-restore */
  gcpKeyDestroyDaysMin: 7,
  /** Days that a log bucket keeps events. https://cloud.google.com/logging/quotas#logs_retention_periods */
  gcpLogDaysMin: 1,
  gcpLogDaysMax: 3650,
  gcpLogDays: 365,
  gcpLogDaysInProd: 90,
  /** Characters of a query of logs. https://cloud.google.com/logging/quotas */
  gcpLogFilterSize: 20_000,
  /** Days that somebody may break glass. */
  gcpBreakGlassDays: 7,
  /** Labels of one resource. https://cloud.google.com/resource-manager/docs/labels-overview#requirements */
  gcpLabels: 64,
  /** Bytes of a token's subject. https://cloud.google.com/iam/docs/workload-identity-federation-with-other-providers */
  gcpSubjectSize: 127,
  /** Characters of a provider's condition. https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools.providers */
  gcpConditionSize: 4096,
  /** Members of a policy, each counted in each binding. https://cloud.google.com/iam/quotas */
  gcpPolicyMembers: 1500,
  /** Minutes between two reads of a source by a cluster; a day at most, or a rotated key would be used until it ends. */
  kubernetesRefreshMinutesMin: 1,
  kubernetesRefreshMinutesMax: 1440,
  kubernetesRefreshMinutes: 60,
  /** The oldest minor version that gets patches. https://kubernetes.io/releases/patch-releases/#support-period */
  kubernetesMinor: 35,
  /** Reads, and refused calls, in five minutes from which on somebody is told. The app reads once at start. */
  readSpike: 60,
  alertCount: 1_000_000,
  deniedBurst: 5,
  /** Tags on one resource. https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
  awsTags: 50,
  /** Audit devices to run: one that fails must not stop the server. https://openbao.org/docs/audit/ */
  auditDevices: 2,
} as const;
