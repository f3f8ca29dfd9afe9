import type { Finding } from "../../infra/contracts/platform";
import type { Key } from "../../infra/environment";
import { keyId, replicaLocations, secretName } from "../../infra/gcp/layout";
import { type Args } from "./gcpFindings";
import { error, warning } from "./findings";

interface Encrypted {
  readonly customerManagedEncryption?: { readonly kmsKeyName?: string };
}

/** The part of a secret that says where values are. https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets#Secret */
interface Secret extends Encrypted {
  readonly replication?: {
    readonly automatic?: Encrypted;
    readonly userManaged?: { readonly replicas?: readonly (Encrypted & { location?: string })[] };
  };
}

/**
 * A secret of ours keeps its values where it was made: the program could only make another one, without them. A key can
 * be changed, for values that are put in afterwards.
 * https://cloud.google.com/secret-manager/docs/choosing-replication
 * https://cloud.google.com/secret-manager/docs/cmek#update
 */
export function* replicationFindings(key: Key, body: unknown, args: Args): Generator<Finding> {
  const { environment, settings } = args;
  const name = secretName(key, settings);
  const { replication } = settings.secrets;
  const there = keysOf(body as Secret, settings.location);
  const wanted = replicaLocations(settings);
  const same = there.size === wanted.length && wanted.every((one) => there.has(one));
  if (same && [...there.keys()].join() !== wanted.join()) {
    yield error(
      `gcp.secrets.locations: the values of ${name} are kept in ${[...there.keys()].join(", ")}, in this order, which to the provider is another place than ${wanted.join(", ")}; fix: set gcp.secrets.mode to adopt, or give the secret another name (gcp.secrets.names) and put its values in there`,
    );
    return;
  }
  if (!same) {
    const [is, fix] = there.has("global")
      ? ["automatic", "gcp.secrets.replication to automatic"]
      : [
          [...there.keys()].sort().join(", "),
          `gcp.secrets.replication to userManaged and gcp.secrets.locations to [${[...there.keys()].sort().join(", ")}]`,
        ];
    yield error(
      `gcp.secrets.replication: got ${replication === "automatic" ? "automatic" : wanted.join(", ")}, and the values of ${name} are kept ${is === "automatic" ? is : `in ${is}`}, which never changes; fix: set ${fix}, or give the secret another name (gcp.secrets.names) and put its values in there`,
    );
    return;
  }
  for (const location of wanted) {
    const [is, will] = [there.get(location), keyId(environment, settings, location)];
    if (named(is, args) === named(will, args)) continue;
    yield warning(
      `${name}: its values in ${location} are encrypted by ${is ?? "Google's own key"}, new ones will be by ${will ?? "Google's own key"}; fix: nothing now; keep the old key until each value has been replaced`,
    );
  }
}

/** Key of each location that values are in, as the settings call locations. */
function keysOf(secret: Secret, location: string): ReadonlyMap<string, string | undefined> {
  const keyOf = ({ customerManagedEncryption }: Encrypted): string | undefined =>
    customerManagedEncryption?.kmsKeyName;
  const { automatic, userManaged } = secret.replication ?? {};
  if (automatic) return new Map([["global", keyOf(automatic)]]);
  if (userManaged) {
    return new Map(
      (userManaged.replicas ?? []).map((one) => [one.location ?? "", keyOf(one)] as const),
    );
  }
  return new Map([[location, keyOf(secret)]]);
}

/** A key can be named by its project's number. */
const named = (key: string | undefined, { settings }: Args): string | undefined =>
  key?.replace(`projects/${settings.projectNumber}/`, `projects/${settings.projectId}/`);
