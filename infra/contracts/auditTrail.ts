import type { OperatorTask } from "./capability";

/** The log of every read and change, which the audited identities cannot switch off. */
export interface AuditTrail {
  /** Who makes the trail: `managed` this program; `server` the server's own configuration, which is then verified. */
  readonly mode: "managed" | "server";
  /** Names of the devices or sinks that must be running. */
  readonly sinks: readonly string[];
  /** What an administrator has to do where `mode` is `server`. */
  readonly tasks: readonly OperatorTask[];
}
