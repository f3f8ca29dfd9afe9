import { catalog } from "../../catalog";
import type { Wiring } from "../document";

/**
 * The document in an order of its own, so that what is rendered depends on what it says alone: JSON says nothing of the
 * order of members, and stores and tools give them back in another. Keys are as in the catalogue, in which people know
 * them, and all else by its name.
 */
export const ordered = (wiring: Wiring): Wiring => ({
  ...(byName(wiring) as Wiring),
  keys: byName(wiring.keys, byCatalogue) as Wiring["keys"],
});

type Compare = (one: string, other: string) => number;

/** By code units, as no language's alphabet is everybody's. */
const alphabetical: Compare = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

const ids: readonly string[] = Object.keys(catalog);
const place = (id: string): number => (ids.includes(id) ? ids.indexOf(id) : ids.length);
/** Keys that another version's catalogue has come after those of this one. */
const byCatalogue: Compare = (one, other) => place(one) - place(other) || alphabetical(one, other);

/** The same with other orders of members, of those within it too; lists keep theirs. */
function byName(value: unknown, compare: Compare = alphabetical): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => byName(one));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => compare(one, other))
      .map(([name, member]) => [name, byName(member)]),
  );
}
