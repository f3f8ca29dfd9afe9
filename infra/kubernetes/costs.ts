import { costOf, type Cost } from "../contracts/cost";
import type { PlatformArgs } from "../contracts/platform";
import { readsPerMonth } from "./rotationPolicy";
import type { KubernetesSettings } from "./settings";
import { sourceOf } from "./sources";

/** What the refresh costs in a month at its source; undefined where the source is a server of your own. */
export function costs({
  environment,
  settings,
}: PlatformArgs<KubernetesSettings>): Cost | undefined {
  const { price } = sourceOf(settings);
  if (price === undefined) return undefined;
  const reads = readsPerMonth(environment, settings);
  return costOf(
    [
      {
        what: `ten thousand reads of ${settings.source}, by a refresh each ${String(settings.refreshMinutes)} minutes`,
        count: reads / 10_000,
        ...price,
      },
    ],
    reads > 0
      ? "list prices of the main regions, November 2026, for at most one read of each key in each interval; use comes on top: decryption by a key of your own, logs of the reads, and the cluster itself"
      : "reads that Pods make themselves come on top: one of each key for each Pod that starts, and with csi one in each interval of the driver's",
  );
}
