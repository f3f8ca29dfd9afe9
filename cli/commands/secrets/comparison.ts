import type { Wiring } from "../../../infra/wiring/document";
import type { SecretValue } from "../../../stores/secretValue";
import type { StoreName } from "../../../stores/store";

/** One of the two deployments. */
export interface Stage {
  /** What it is called in messages. */
  readonly label: string;
  readonly wiring: Wiring;
  /** Variables that hold while it is read, over the caller's own. */
  readonly env: Readonly<Record<string, string>>;
}

/** Where a value is. */
export interface KeyAt {
  readonly stage: string;
  readonly store: StoreName;
  readonly key: string;
}

/** What was read of a key: no value where there is none, and why where nobody can tell. */
export interface Read extends KeyAt {
  readonly value?: SecretValue | undefined;
  readonly problem?: string;
}

export interface Comparison {
  /** Pairs of one place of each deployment; the value is not in there. */
  readonly same: readonly (readonly [KeyAt, KeyAt])[];
  readonly unread: readonly (KeyAt & { readonly problem: string })[];
  /** How many values were read. */
  readonly compared: number;
}

/**
 * Each value of one deployment against each of the other: one that is under another key there is shared as well.
 * Which is of which is told by the lists, as both can be called the same.
 */
export function comparisonOf(one: readonly Read[], other: readonly Read[]): Comparison {
  const [ours, theirs] = [valuesIn(one), valuesIn(other)];
  return {
    same: ours.flatMap((mine) =>
      theirs
        .filter(({ value }) => mine.value.equals(value))
        .map((its) => [at(mine), at(its)] as const),
    ),
    unread: [...one, ...other].flatMap((read) =>
      read.problem === undefined ? [] : [{ ...at(read), problem: read.problem }],
    ),
    compared: ours.length + theirs.length,
  };
}

const valuesIn = (read: readonly Read[]) =>
  read.filter((one): one is Read & { readonly value: SecretValue } => one.value !== undefined);

const at = ({ stage, store, key }: KeyAt): KeyAt => ({ stage, store, key });
