/** The alerts that each platform raises, by the same ids; each has a test that makes it fire. */
export const alertIds = [
  "unexpected-reader",
  "read-spike",
  "denied-burst",
  "grant-change",
  "deletion-scheduled",
  "rotation-failed",
  "stale-key",
  "encryption-key-disabled",
  "audit-switched-off",
  "privileged-session",
] as const;
/** One alert of the catalogue. */
export type AlertId = (typeof alertIds)[number];

/** The alert catalogue as a platform raises it. */
export interface UsageAlerts {
  /** Where each alert is raised. */
  readonly alerts: Readonly<Record<AlertId, string>>;
}
