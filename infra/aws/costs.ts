import type { PlatformArgs } from "../contracts/platform";
import { costOf, type Cost } from "../contracts/cost";
import { catalogue } from "./alerts/catalogue";
import { ageLimits } from "./alerts/ageCheck";
import { scopeOf } from "./alerts/scope";
import { entriesOf } from "./layout";
import type { AwsSettings } from "./settings";

const kms = "https://aws.amazon.com/kms/pricing/";
const secretsManager = "https://aws.amazon.com/secrets-manager/pricing/";
const cloudWatch = "https://aws.amazon.com/cloudwatch/pricing/";
const privateLink = "https://aws.amazon.com/privatelink/pricing/";

/** Hours in a month, as AWS counts. */
const hours = 730;

/** What the stack's AWS part costs in a month. */
export function costs({ environment, settings }: PlatformArgs<AwsSettings>): Cost {
  const { secrets, audit, network } = settings;
  const copies = 1 + secrets.replicas.length;
  const created = secrets.mode === "create";
  const logged = audit.mode === "create" || audit.logGroup !== undefined;
  const alerts = Object.values(
    catalogue(scopeOf(environment, settings, created ? ["key"] : []), settings.alerts),
  ).filter((alert) => alert.by !== "check" && alert.match.length > 0).length;
  const checked = ageLimits(environment, settings).length > 0 ? 1 : 0;
  const metrics = logged ? alerts : 0;
  const endpoints =
    network?.vpcId === undefined ? 0 : network.endpoints.length * network.subnetIds.length;
  return costOf(
    [
      {
        what: "secret, with its replicas",
        count: created ? entriesOf(environment.keys, settings).length * copies : 0,
        each: 0.4,
        source: secretsManager,
      },
      {
        what: "encryption key (secrets in each region, trail, alerts)",
        count: (created ? copies : 0) + (audit.mode === "create" ? 1 : 0) + 1,
        each: 1,
        source: kms,
      },
      // Silent log, failed deliveries, stale keys.
      {
        what: "alarm",
        count: metrics + 1 + checked + (logged && checked ? 1 : 0),
        each: 0.1,
        source: cloudWatch,
      },
      { what: "metric", count: metrics + checked, each: 0.3, source: cloudWatch },
      {
        what: "interface endpoint in a subnet",
        count: endpoints,
        each: Math.round(0.01 * hours * 100) / 100,
        source: privateLink,
      },
    ],
    "list prices of us-east-1, November 2026; use comes on top: calls, log bytes, stored logs, and a second copy of management events where the account has a trail already",
  );
}
