import { catalogue } from "../../infra/aws/alerts/catalogue";
import { scopeOf } from "../../infra/aws/alerts/scope";
import type { AwsSettings } from "../../infra/aws/settings";
import { prodOf, table } from "./platformTables";

/** Every alert: what it says, the events that it hears of, and how it is raised. */
export async function alertTable(): Promise<string> {
  const { environment, settings } = await prodOf<AwsSettings>("aws");
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
