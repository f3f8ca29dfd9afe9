import { parseConfig } from "../../../infra/config";
import type { PlatformArgs } from "../../../infra/contracts/platform";
import type { GcpSettings } from "../../../infra/gcp/settings";
import { platforms } from "../../../stacks/platforms";
import { preflight } from "../../../stacks/preflight/gcp";
import { changed } from "../../fixtures/changed";
import { max as withExamples } from "../../fixtures/gcp";
import { startGoogleApis, type GoogleApis } from "./googleApis";

export const project = "sentinel-prod-4711";
export const number = "604321987655";
export const perimeter = "accessPolicies/604321987656/servicePerimeters/secrets";

/** The fullest config, with a perimeter that is somebody's. */
export const max = changed(withExamples, "gcp.network.perimeter", perimeter);

const ring = (location: string): string =>
  `projects/${project}/locations/${location}/keyRings/promptsentinel-prod-secrets`;
/** The stack's own key of a location. */
export const keyIn = (location: string): string => `${ring(location)}/cryptoKeys/secrets`;
export const secret = `projects/${project}/secrets/openai-api-key`;
export const pools = `projects/${project}/locations/global/workloadIdentityPools`;
export const logBucket = `projects/${project}/locations/europe-west3/buckets/promptsentinel-prod-audit`;

/** Labels of what is the stack's own. */
export const ours = { app: "promptsentinel", stage: "prod", "managed-by": "pulumi" };

/** A secret's values in some regions, by keys. */
export const replicas = (keys: readonly (string | undefined)[], locations: readonly string[]) => ({
  userManaged: {
    replicas: locations.map((location, at) => ({
      location,
      ...(keys[at] === undefined ? {} : { customerManagedEncryption: { kmsKeyName: keys[at] } }),
    })),
  },
});

/** Where the stack's own secrets keep their values. */
export const own = replicas(
  [keyIn("europe-west3"), keyIn("europe-west4")],
  ["europe-west3", "europe-west4"],
);

/** When a secret's key is due, as the service tells it. */
export const rotation = {
  rotationPeriod: "7776000s",
  nextRotationTime: "2027-01-31T00:00:00Z",
};

/** A key as the stack's own is. */
export const usable = {
  purpose: "ENCRYPT_DECRYPT",
  primary: { name: `${keyIn("europe-west3")}/cryptoKeyVersions/2`, state: "ENABLED" },
  versionTemplate: { protectionLevel: "HSM" },
  labels: ours,
};

/** The stand-in, with the perimeter that the config names. */
export async function startProject(): Promise<GoogleApis> {
  const apis = await startGoogleApis({ project, number });
  apis.put("accesscontextmanager", perimeter, {
    status: { restrictedServices: ["secretmanager.googleapis.com"] },
  });
  return apis;
}

export const argsOf = (raw: unknown): PlatformArgs<GcpSettings> => {
  const { environment, ci, platforms: enabled } = parseConfig(raw, platforms);
  return { environment, ci, settings: enabled[0]?.settings as GcpSettings };
};

/** What the pre-flight says of a config. */
export const findingsOf = async (raw: unknown, apis: GoogleApis): Promise<readonly string[]> =>
  (await preflight(argsOf(raw), () => apis.connection())).map(
    ({ severity, message }) => `${severity}: ${message}`,
  );

/** Findings that hold these texts, one each. */
export const containing = (...texts: readonly string[]): readonly unknown[] =>
  texts.map((text) => expect.stringContaining(text) as unknown);
