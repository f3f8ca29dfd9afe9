import { costOf, type Cost } from "../contracts/cost";
import type { PlatformArgs } from "../contracts/platform";
import { replicaLocations } from "./layout";
import type { GcpSettings } from "./settings";

/** Versions that cost nothing, of a billing account altogether. https://cloud.google.com/secret-manager/pricing */
const freeVersions = 6;

/** What the stack's Google Cloud part costs in a month: one version of each secret, and one of each key. */
export function costs({ environment, settings }: PlatformArgs<GcpSettings>): Cost {
  const { secrets, encryption } = settings;
  const places = replicaLocations(settings).length;
  const own = secrets.mode === "create" && encryption.mode === "create";
  const hsm = encryption.protection === "hsm";
  return costOf(
    [
      {
        what: "version of a secret in a location, after the first six",
        count: Math.max(environment.keys.length * places - freeVersions, 0),
        each: 0.06,
        source: "https://cloud.google.com/secret-manager/pricing",
      },
      {
        what: `version of a key, ${hsm ? "in hardware" : "in software"}`,
        count: own ? places : 0,
        each: hsm ? 1 : 0.06,
        source: "https://cloud.google.com/kms/pricing",
      },
    ],
    "list prices of the main regions, November 2026; use comes on top: ten thousand calls, each gigabyte of logs over the free fifty and kept over a month, versions that were not destroyed, older versions of the keys, and alerts from the day that Google charges for them",
  );
}
