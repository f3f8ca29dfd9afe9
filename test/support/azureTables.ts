import { catalogue, type Alert } from "../../infra/azure/alerts/catalogue";
import { scopeOf } from "../../infra/azure/alerts/scope";
import type { AzureSettings } from "../../infra/azure/settings";
import { prodOf, table } from "./platformTables";

/** Operations of one kind of thing together: `Microsoft.Authorization/locks/write`, `delete`. */
function named(operations: readonly string[]): string {
  const verbs = new Map<string, string[]>();
  for (const operation of operations) {
    const [, type = "", verb = operation] = /^(.*\/)(\w+)$/.exec(operation) ?? [];
    verbs.set(type, [...(verbs.get(type) ?? []), `\`${verbs.has(type) ? "" : type}${verb}\``]);
  }
  return [...verbs.values()].flat().join(", ");
}

function heard({ log, activity = [] }: Alert): string {
  const calls = log?.operations ? [named(log.operations)] : log ? ["any call by them"] : [];
  const all = [...calls, ...activity.map(({ operations }) => named(operations))];
  return all.length === 0 ? "nothing: nobody reads every key" : all.join("; ");
}

const how = ({ log, activity }: Alert): string =>
  [
    ...(log ? [log.limit === undefined ? "log" : "log, by number"] : []),
    ...(activity ? ["activity log"] : []),
  ].join(" and ") || "not raised";

/** Every alert: what it says, the calls and changes that it hears of, and how it is raised. */
export async function alertTable(): Promise<string> {
  const { environment, settings } = await prodOf<AzureSettings>("azure");
  const alerts = catalogue(scopeOf(environment, settings), settings.alerts);
  return table(
    ["Alert", "It says", "It hears of", "By"],
    Object.entries(alerts).map(([id, alert]) => [
      `\`${id}\``,
      alert.what,
      heard(alert),
      how(alert),
    ]),
  );
}
