import pRetry from "p-retry";
import { isStoreError } from "../../../stores/errors";
import type { SecretValue } from "../../../stores/secretValue";
import type { KeyStore, Place, Written } from "../../../stores/store";
import { readIfAllowed } from "./facts";
import type { KeyOutcome } from "./outcome";

/** What became of a copy. */
export interface Copied extends Pick<KeyOutcome, "outcome" | "version" | "reason"> {
  /** Whether the value was read in the place that it was copied to. */
  readonly seen: boolean;
}

/** A place that does not have the value yet that was written there. */
class NotYet extends Error {}

/**
 * Brings a value to a place, and reads it back where the caller may. A value that is there already is not written
 * again, so that a second run makes no more versions.
 * @param rotate whether a new version is written where there is another value
 * @throws StoreError when the write was refused
 */
export async function copyKey(
  store: KeyStore,
  place: Place,
  value: SecretValue,
  rotate: boolean,
): Promise<Copied> {
  const before = await readIfAllowed(store, place);
  if (before.readable && before.value?.equals(value) === true) {
    return { outcome: "same", seen: true };
  }
  const there = !before.readable || before.value !== undefined;
  const { outcome, version } = await write(store, place, value, rotate && there);
  const at = version === undefined ? {} : { version };
  if (outcome === "written") return { ...(await readBack(store, place, value)), ...at };
  return { ...(await compare(store, place, value)), ...at };
}

const write = (
  store: KeyStore,
  place: Place,
  value: SecretValue,
  rotate: boolean,
): Promise<Written> => (rotate ? store.putNew(place, value) : store.putIfAbsent(place, value));

/** What was there first: it may be the same, by an earlier run or somebody else. */
async function compare(store: KeyStore, place: Place, value: SecretValue): Promise<Copied> {
  const now = await readIfAllowed(store, place);
  if (!now.readable) {
    return { outcome: "present", seen: false, reason: "not readable by you; it is as it was" };
  }
  return now.value?.equals(value) === true
    ? { outcome: "same", seen: true }
    : {
        outcome: "present",
        seen: false,
        reason: "has another value, which is as it was; fix: a new version is written by --rotate",
      };
}

/** Stores with copies in several places give the old value for a moment. */
async function readBack(store: KeyStore, place: Place, value: SecretValue): Promise<Copied> {
  try {
    return await pRetry(
      async (): Promise<Copied> => {
        const now = await readIfAllowed(store, place);
        if (!now.readable) {
          return { outcome: "written", seen: false, reason: "not readable by you to check it" };
        }
        if (now.value?.equals(value) !== true) throw new NotYet();
        return { outcome: "written", seen: true };
      },
      {
        ...{ retries: 4, minTimeout: 100, factor: 3 },
        shouldRetry: ({ error }) => error instanceof NotYet,
      },
    );
  } catch (error) {
    if (error instanceof NotYet) {
      const reason = "was written, and then another value was read; fix: look who else writes it";
      return { outcome: "failed", seen: false, reason };
    }
    if (!isStoreError(error)) throw error;
    return {
      outcome: "uncertain",
      seen: false,
      reason: `was written, and could not be read back: ${error.message}`,
    };
  }
}
