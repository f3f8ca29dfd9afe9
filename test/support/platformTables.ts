import { loadStackConfig } from "../../cli/stackConfig";
import type { Cost } from "../../infra/contracts/cost";
import type { PlatformArgs } from "../../infra/contracts/platform";

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** A table of a page. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

/** What a platform of the shipped production stack is built from. */
export async function prodOf<Settings>(name: string): Promise<PlatformArgs<Settings>> {
  const { environment, ci, platforms } = await loadStackConfig("prod");
  const settings = platforms.find(({ platform }) => platform.name === name)?.settings;
  return { environment, ci, settings: settings as Settings };
}

/** What a platform of the shipped production stack costs. */
export function costTable({ items, perMonth, note }: Cost): string {
  const rows = items.map(({ what, count, each, source }) => [
    `[${what}](${source})`,
    String(count),
    each.toFixed(2),
    (count * each).toFixed(2),
  ]);
  return `${table(["What", "Number", "US$ each", "US$ a month"], [...rows, ["together", "", "", perMonth.toFixed(2)]])}\n\nThese are ${note}.`;
}
