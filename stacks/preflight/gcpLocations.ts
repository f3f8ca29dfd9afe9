import { nearest } from "../../infra/configError";
import type { Finding } from "../../infra/contracts/platform";
import { auditLocation, replicaLocations } from "../../infra/gcp/layout";
import type { GcpSettings } from "../../infra/gcp/settings";
import { ManagementError, type Management } from "../../stores/gcp/management";
import { unseen, type Args, type Look } from "./gcpFindings";
import { error } from "./findings";

interface Location {
  readonly locationId?: string;
  /** Of Cloud KMS. https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations#LocationMetadata */
  readonly metadata?: { readonly hsmAvailable?: boolean };
}

/** A region of the settings, by its path there. */
type Named = readonly [setting: string, location: string];

/** A service, and the regions that it has to be in. */
interface Wanted {
  readonly service: string;
  readonly api: string;
  readonly version: string;
  readonly regions: readonly Named[];
  readonly hsm?: boolean;
}

/**
 * Each region is known to the services that work there.
 * https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.locations/list
 */
export const locations: Look = async (client, args) => {
  const found = await Promise.all(
    wantedOf(args.settings).map(async (wanted) => look(wanted, client, args)),
  );
  // One word on each region, whoever does not know it.
  const bySetting = new Map<string, Finding>();
  for (const [setting, finding] of found.flat()) {
    if (!bySetting.has(setting)) bySetting.set(setting, finding);
  }
  return [...bySetting.values()];
};

function wantedOf(settings: GcpSettings): readonly Wanted[] {
  const { location, secrets, encryption, audit } = settings;
  const named: readonly Named[] = [
    ["gcp.location", location],
    ...(secrets.locations ?? []).map((one, at): Named => [
      `gcp.secrets.locations.${String(at)}`,
      one,
    ]),
  ];
  const settingOf = (region: string): string =>
    named.find(([, one]) => one === region)?.[0] ?? "gcp.secrets.replication";
  const keys = replicaLocations(settings).map((one): Named => [settingOf(one), one]);
  const logs: Named = [
    audit.bucket.location === undefined ? "gcp.location" : "gcp.audit.bucket.location",
    auditLocation(settings),
  ];
  const own = secrets.mode === "create" && encryption.mode === "create";
  return [
    { service: "Secret Manager", api: "secretmanager", version: "v1", regions: named },
    ...(own
      ? [
          {
            ...{ service: "Cloud KMS", api: "cloudkms", version: "v1", regions: keys },
            hsm: encryption.protection === "hsm",
          },
        ]
      : []),
    ...(audit.mode === "create"
      ? [{ service: "Cloud Logging", api: "logging", version: "v2", regions: [logs] }]
      : []),
  ];
}

async function look(
  { service, api, version, regions, hsm = false }: Wanted,
  client: Management,
  args: Args,
): Promise<readonly (readonly [setting: string, finding: Finding])[]> {
  const path = `${version}/projects/${args.settings.projectId}/locations`;
  try {
    const all = ((await client.list(api, path, "locations")) ?? []) as readonly Location[];
    return regions.flatMap(([setting, region]) => {
      const there = all.find(({ locationId }) => locationId === region);
      if (there === undefined) return [[setting, unknown(setting, region, service, all)] as const];
      if (!hsm || there.metadata?.hsmAvailable === true) return [];
      const message = `gcp.encryption.protection: got hsm, and Cloud KMS has none in ${region}; fix: set it to software, or choose another region (${setting})`;
      return [[`${setting} hsm`, error(message)] as const];
    });
  } catch (failure) {
    if (!(failure instanceof ManagementError)) throw failure;
    const what = `the regions of ${service}`;
    return unseen(what, failure.answer, `${api}.locations.list`, args).map(
      (finding) => [what, finding] as const,
    );
  }
}

function unknown(
  setting: string,
  region: string,
  service: string,
  all: readonly Location[],
): Finding {
  const allowed = all.flatMap(({ locationId }) => locationId ?? []).sort();
  const meant = nearest(region, allowed);
  return error(
    `${setting}: got ${region}, where ${service} is not; allowed: ${allowed.join(", ")}; fix: ${meant === undefined ? "choose one of these" : `set it to ${meant}`}`,
  );
}
