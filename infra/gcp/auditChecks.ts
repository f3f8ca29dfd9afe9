import type { PlatformArgs } from "../contracts/platform";
import { limits } from "../limits";
import { catalogue } from "./alerts/catalogue";
import { scopeOf } from "./alerts/scope";
import type { GcpSettings } from "./settings";

/** Where the log goes, what prod does not loosen, and alerts that ask for more than Google takes. */
export function* audit(args: PlatformArgs<GcpSettings>): Generator<string> {
  const { environment, settings } = args;
  const { mode, storage, bigQuery, bucket } = settings.audit;
  const copies = [
    ["storage", storage],
    ["bigQuery", bigQuery],
  ] as const;
  yield* lengths(args);
  if (mode === "external") {
    for (const [name, copy] of copies) {
      if (copy.mode === "none") continue;
      yield `gcp.audit.${name}.mode: got ${copy.mode}; with gcp.audit.mode external nothing of the audit is made; fix: remove it, or set gcp.audit.mode to create`;
    }
    return;
  }
  if (environment.stage !== "prod") return;
  const kept = [
    ["bucket", bucket] as const,
    ...copies.filter(([, copy]) => copy.mode === "create"),
  ];
  for (const [name, { retentionDays }] of kept) {
    if (retentionDays >= limits.gcpLogDaysInProd) continue;
    yield `gcp.audit.${name}.retentionDays: got ${String(retentionDays)}; prod takes ${String(limits.gcpLogDaysInProd)} or more; fix: raise it`;
  }
}

/** Each query names every secret. */
function* lengths({ environment, settings }: PlatformArgs<GcpSettings>): Generator<string> {
  const alerts = catalogue(scopeOf(environment, settings), settings.alerts);
  const longest = Math.max(
    ...Object.values(alerts).map((alert) => ("filter" in alert ? alert.filter.length : 0)),
  );
  if (longest <= limits.gcpLogFilterSize) return;
  yield `gcp.alerts: a query that names all ${String(environment.keys.length)} secrets has ${String(longest)} characters; Google takes ${String(limits.gcpLogFilterSize)}; fix: give the secrets shorter names in gcp.secrets.names, or split the stack`;
}
