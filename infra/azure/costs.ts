import { costOf, type Cost } from "../contracts/cost";
import type { PlatformArgs } from "../contracts/platform";
import { catalogue } from "./alerts/catalogue";
import { scopeOf } from "./alerts/scope";
import type { AzureSettings } from "./settings";

/** What the stack's Azure part costs in a month. A vault has no price of its own: each ten thousand calls do. */
export function costs({ environment, settings }: PlatformArgs<AzureSettings>): Cost {
  const alerts = catalogue(scopeOf(environment, settings), settings.alerts);
  const endpoint = settings.network.privateEndpoint;
  return costOf(
    [
      {
        what: "log search alert, each five minutes",
        // And one for a silent log.
        count: Object.values(alerts).filter(({ log }) => log).length + 1,
        each: 1.5,
        source: "https://azure.microsoft.com/pricing/details/monitor/",
      },
      {
        what: "private endpoint",
        count: endpoint ? 1 : 0,
        each: 7.3,
        source: "https://azure.microsoft.com/pricing/details/private-link/",
      },
      {
        what: "private DNS zone",
        count: endpoint?.dns === "create" ? 1 : 0,
        each: 0.5,
        source: "https://azure.microsoft.com/pricing/details/dns/",
      },
    ],
    "list prices of the main regions, November 2026; use comes on top: ten thousand calls of the vault, each gigabyte of logs, stored logs, private traffic",
  );
}
