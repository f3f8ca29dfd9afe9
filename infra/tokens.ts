/** The five concerns that each platform implements, and CI's own access to the program. */
export const concerns = [
  "SecretStore",
  "WorkloadAccess",
  "AuditTrail",
  "RotationPolicy",
  "UsageAlerts",
  "CiAccess",
] as const;

/** One concern; see `contracts/` for what each owns. */
export type Concern = (typeof concerns)[number];

/** The package part of every component's type token. */
export const tokenPackage = "promptsentinel";

/** The type token of a platform's component, for example `promptsentinel:vault:SecretStore`. */
export const token = (platform: string, concern: Concern): string =>
  `${tokenPackage}:${platform}:${concern}`;
