import { exitCodes } from "../exitCodes";
import { table } from "../table";
import { checkNames, type Check, type Status } from "./check";

/** For machines. A minor version only adds members. */
export interface Report {
  readonly version: "1.0";
  readonly summary: Readonly<Record<Status, number>>;
  readonly checks: readonly Check[];
}

const statuses = ["ok", "warning", "failed", "not visible to you", "skipped"] as const;

/** In the order of the stores, and of what depends on what. */
export function reportOf(checks: readonly Check[]): Report {
  const stores = [...new Set(checks.map((check) => check.of))];
  const order = (check: Check): number =>
    stores.indexOf(check.of) * checkNames.length + checkNames.indexOf(check.check);
  return {
    version: "1.0",
    summary: Object.fromEntries(
      statuses.map((status) => [status, checks.filter((one) => one.status === status).length]),
    ) as Record<Status, number>,
    checks: checks.toSorted((one, other) => order(one) - order(other)),
  };
}

/** 0 nothing failed, 1 something did, 4 nothing did that could be seen. */
export function exitCodeOf({ summary }: Report): number {
  if (summary.failed > 0) return exitCodes.failed;
  return summary["not visible to you"] > 0 ? exitCodes.unknown : 0;
}

/** For people: a table for each store, with the fix below what needs one. */
export function textOf({ checks, summary }: Report): string {
  const stores = [...new Set(checks.map((check) => check.of))];
  const sections = stores.map((store) => {
    const own = checks.filter((check) => check.of === store);
    const lines = table(
      [store, "", ""],
      own.map((check) => [
        `  ${check.check}`,
        check.status,
        `${check.key === undefined ? "" : `${check.key} `}${check.message}`,
      ]),
    ).split("\n");
    return [
      lines[0],
      ...own.flatMap(({ fix }, row) => [
        lines[row + 1] ?? "",
        ...(fix === undefined ? [] : [`      fix: ${fix}`]),
      ]),
    ].join("\n");
  });
  const counts = statuses
    .filter((status) => summary[status] > 0)
    .map((status) => `${String(summary[status])} ${status}`);
  return [...sections, counts.join(", ")].join("\n\n");
}
