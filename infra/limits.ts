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
  /** Audit devices to run: one that fails must not stop the server. https://openbao.org/docs/audit/ */
  auditDevices: 2,
} as const;
