import type { SecretValue } from "../../../stores/secretValue";
import type { Place, StoreKey, StoreName } from "../../../stores/store";
import type { Facts } from "./facts";

const day = 24 * 3600 * 1000;

/** What there is to say of one key in one store: a member of the JSON, so a contract. It holds no value. */
export interface KeyStatus {
  readonly store: StoreName;
  readonly key: string;
  readonly env: string;
  readonly present: boolean | "unknown";
  readonly version?: string;
  /** ISO 8601; of a container that keys share, when any of them was written. */
  readonly writtenAt?: string;
  /** Whole days. */
  readonly ageDays?: number;
  /** ISO 8601: when the value is too old, or the store's own expiry where that comes first. */
  readonly nextRotation?: string;
  readonly overdue: boolean;
  readonly readable: boolean;
  /** First 12 hex digits under this user's own key: see `stores/fingerprintKey.ts`. */
  readonly fingerprint?: string;
  /** Why the store could not tell. */
  readonly problem?: string;
}

/** A key's status from what is known of it. */
export function statusOf(
  store: StoreName,
  { key }: Place,
  facts: Facts,
  fingerprint: (value: SecretValue) => string | undefined,
  now: number = Date.now(),
): KeyStatus {
  const { present, version, writtenAt, readable, value } = facts;
  const due = dueOf(facts, key.maxAgeDays);
  const shown = value && fingerprint(value);
  return {
    ...{ store, key: key.id, env: key.env, present, readable },
    ...(version !== undefined && { version }),
    ...(writtenAt && {
      writtenAt: writtenAt.toISOString(),
      ageDays: Math.max(0, Math.floor((now - writtenAt.getTime()) / day)),
    }),
    ...(due && { nextRotation: due.toISOString() }),
    overdue: due !== undefined && due.getTime() < now,
    ...(shown !== undefined && { fingerprint: shown }),
  };
}

/** When a value has to be another one: undefined where nobody can tell, or where it never has to. */
function dueOf(
  { present, writtenAt, expiresAt }: Facts,
  maxAgeDays: number | undefined,
): Date | undefined {
  if (present !== true) return undefined;
  const dates = [
    ...(writtenAt && maxAgeDays !== undefined
      ? [new Date(writtenAt.getTime() + maxAgeDays * day)]
      : []),
    ...(expiresAt ? [expiresAt] : []),
  ];
  return dates.sort((a, b) => a.getTime() - b.getTime())[0];
}

/** The status of a key in a store that could not tell. */
export const unknownStatus = (store: StoreName, key: StoreKey, problem: string): KeyStatus => ({
  ...{ store, key: key.id, env: key.env, present: "unknown", readable: false, overdue: false },
  problem,
});

/**
 * Whether the stores that have a key have the same value: `alone` where one store has it, `unknown` where a store may
 * have another one that cannot be seen.
 */
export type Agreement = "agree" | "differ" | "alone" | "unknown";

/** @param seen each store's value: undefined where it has none, `unseen` where nobody could look */
export function agreementOf(seen: readonly (SecretValue | "unseen" | undefined)[]): Agreement {
  const [first, ...others] = seen.filter((one) => one !== undefined && one !== "unseen");
  if (first !== undefined && others.some((other) => !first.equals(other))) return "differ";
  const unseen = seen.filter((one) => one === "unseen").length;
  const count = (first === undefined ? 0 : 1) + others.length + unseen;
  if (count <= 1) return "alone";
  return unseen > 0 ? "unknown" : "agree";
}
