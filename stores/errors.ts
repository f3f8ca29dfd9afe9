/**
 * What kind of refusal it is, the same for every store:
 * `denied` the caller is known and may not; `unauthenticated` no credential, or one that ended; `unreachable` no
 * answer; `throttled` asked to come later, to the end of our patience; `missing` the container is not there;
 * `conflict` others wrote meanwhile, to the end of our patience; `damaged` what is there cannot be understood;
 * `uncertain` a write was sent and nobody can tell whether it was done; `unavailable` this machine has no such store.
 */
export type StoreErrorKind =
  | "denied"
  | "unauthenticated"
  | "unreachable"
  | "throttled"
  | "missing"
  | "conflict"
  | "damaged"
  | "uncertain"
  | "unavailable";

/** A store said no, or said nothing. The message is ours: what an SDK says may quote what was sent. */
export class StoreError extends Error {
  /**
   * @param store the store's name
   * @param what where and what, without a value
   * @param fix what to do about it, as a half sentence
   */
  constructor(
    readonly kind: StoreErrorKind,
    readonly store: string,
    readonly what: string,
    readonly fix: string,
  ) {
    super(`${store}: ${what}; fix: ${fix}`);
    this.name = "StoreError";
  }
}

/** Whether it is a store's refusal, of one of these kinds where some are named. */
export const isStoreError = (
  error: unknown,
  ...kinds: readonly StoreErrorKind[]
): error is StoreError =>
  error instanceof StoreError && (kinds.length === 0 || kinds.includes(error.kind));
