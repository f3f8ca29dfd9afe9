import { catalogue, type Alert } from "../../infra/gcp/alerts/catalogue";
import { scopeOf } from "../../infra/gcp/alerts/scope";
import type { GcpSettings } from "../../infra/gcp/settings";
import { prodOf, table } from "./platformTables";

const ways = {
  entry: "log",
  number: "log, by number",
  wait: "subscription",
  nothing: "not raised",
} as const satisfies Record<Alert["by"], string>;

/** Every alert: what it says, the calls and changes that it hears of, and how it is raised. */
export async function alertTable(): Promise<string> {
  const { environment, settings } = await prodOf<GcpSettings>("gcp");
  const alerts = catalogue(scopeOf(environment, settings), settings.alerts);
  return table(
    ["Alert", "It says", "It hears of", "By"],
    Object.entries(alerts).map(([id, alert]) => [
      `\`${id}\``,
      alert.what,
      alert.hears.map((name) => (name.includes(" ") ? name : `\`${name}\``)).join(", "),
      ways[alert.by],
    ]),
  );
}
