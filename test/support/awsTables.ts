import { catalogue } from "../../infra/aws/alerts/catalogue";
import { scopeOf } from "../../infra/aws/alerts/scope";
import { costs } from "../../infra/aws/costs";
import type { AwsSettings } from "../../infra/aws/settings";
import { loadStackConfig } from "../../cli/stackConfig";
import type { PlatformArgs } from "../../infra/contracts/platform";

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

async function prod(): Promise<PlatformArgs<AwsSettings>> {
  const { environment, ci, platforms } = await loadStackConfig("prod");
  const settings = platforms.find(({ platform }) => platform.name === "aws")?.settings;
  return { environment, ci, settings: settings as AwsSettings };
}

/** Every alert: what it says, the events that it hears of, and how it is raised. */
export async function alertTable(): Promise<string> {
  const { environment, settings } = await prod();
  const alerts = catalogue(scopeOf(environment, settings, ["key"]), settings.alerts);
  const events = (id: keyof typeof alerts): string => {
    const alert = alerts[id];
    if (alert.by === "check") return "the age of each secret's current version, once an hour";
    const names = alert.match.flatMap((tests) =>
      tests.flatMap((test) =>
        test.field === "eventName" && "is" in test
          ? (test.is ?? []).map((one) => `\`${one}\``)
          : [],
      ),
    );
    return names.length === 0 ? "any call that is refused" : [...new Set(names)].join(", ");
  };
  const how = { event: "rule and log", count: "log, by number", check: "metric" };
  return table(
    ["Alert", "It says", "It hears of", "By"],
    (Object.keys(alerts) as (keyof typeof alerts)[]).map((id) => [
      `\`${id}\``,
      alerts[id].what,
      events(id),
      how[alerts[id].by],
    ]),
  );
}

/** What the shipped production stack costs on AWS. */
export async function costTable(): Promise<string> {
  const { items, perMonth, note } = costs(await prod());
  const rows = items.map(({ what, count, each, source }) => [
    `[${what}](${source})`,
    String(count),
    each.toFixed(2),
    (count * each).toFixed(2),
  ]);
  return `${table(["What", "Number", "US$ each", "US$ a month"], [...rows, ["together", "", "", perMonth.toFixed(2)]])}\n\nThese are ${note}.`;
}
