import type { StoreError } from "../../../stores/errors";
import { isStoreError } from "../../../stores/errors";
import { exitCodes } from "../../exitCodes";
import { table } from "../../table";

/**
 * What became of one key: `written`, and read back where the caller may; `same` the value was there already;
 * `present` another value, or one that the caller may not read, is there and as it was; `absent` there was nothing to
 * write; `failed` with its reason, and what is there is as it was; `uncertain` nobody can tell what is there;
 * `not tried` the store was gone by then.
 */
export type Outcome =
  "written" | "same" | "present" | "absent" | "failed" | "uncertain" | "not tried";

/** One key's part in the report of a command that writes several. */
export interface KeyOutcome {
  readonly key: string;
  readonly env: string;
  readonly outcome: Outcome;
  readonly version?: string;
  readonly fingerprint?: string;
  /** Why, where it is not plain; without a value. */
  readonly reason?: string;
}

/** The exit code of them all: the worst news first. Keys that were not there to be written are none. */
export function exitCodeOf(outcomes: readonly Outcome[]): number {
  if (outcomes.includes("uncertain")) return exitCodes.unknown;
  if (outcomes.includes("failed") || outcomes.includes("not tried")) return exitCodes.failed;
  return outcomes.includes("present") ? exitCodes.leftAsIs : 0;
}

/** The outcome of a write that a store ended. */
export const refused = (error: StoreError): Pick<KeyOutcome, "outcome" | "reason"> => ({
  outcome: error.kind === "uncertain" ? "uncertain" : "failed",
  reason: error.message,
});

/**
 * Writes keys one after the other, as some share a container. What a store refuses is the key's outcome, and the next
 * one is tried, unless the store is gone for all of them.
 */
export async function eachInTurn<Item extends { readonly key: string; readonly env: string }>(
  items: readonly Item[],
  write: (item: Item) => Promise<Omit<KeyOutcome, "key" | "env">>,
): Promise<readonly KeyOutcome[]> {
  const lines: KeyOutcome[] = [];
  let gone = false;
  for (const item of items) {
    const { key, env } = item;
    if (gone) {
      lines.push({ key, env, outcome: "not tried" });
      continue;
    }
    try {
      lines.push({ key, env, ...(await write(item)) });
    } catch (error) {
      if (!isStoreError(error)) throw error;
      gone = isStoreError(error, "unreachable", "unauthenticated", "unavailable");
      lines.push({ key, env, ...refused(error) });
    }
  }
  return lines;
}

/** A report for people: a line a key, and below them the reasons, each once. */
export function outcomeTable(lines: readonly KeyOutcome[]): string {
  const rows = lines.map(({ key, outcome, version = "-", fingerprint = "-" }) => [
    ...[key, outcome, shortVersion(version), fingerprint],
  ]);
  const reasons = new Set(
    lines.flatMap(({ key, reason }) => (reason === undefined ? [] : [`${key}: ${reason}`])),
  );
  return [
    table(["KEY", "OUTCOME", "VERSION", "FINGERPRINT"], rows),
    ...[...reasons].map((line) => `${line}\n`),
  ].join("");
}

/** Some stores name versions by 32 hex digits and more, of which the first tell them apart. */
export const shortVersion = (version: string): string =>
  version.length > 10 ? `${version.slice(0, 8)}…` : version;
