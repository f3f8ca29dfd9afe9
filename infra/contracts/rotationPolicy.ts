/**
 * What happens when a key is due. `rotates` values change without a person; `notifies` somebody is told; `staged` a
 * person mints the value and a command promotes it.
 */
export type RotationMode = "rotates" | "notifies" | "staged";

/** Schedule and staleness limits of the keys. */
export interface RotationPolicy {
  readonly mode: RotationMode;
  /** Days after which a key is stale, by catalogue id. Keys that must not rotate are not listed. */
  readonly maxAgeDays: Readonly<Record<string, number>>;
}
