import type { Finding } from "../../infra/contracts/platform";
import { keyId, replicaLocations } from "../../infra/gcp/layout";
import type { Management, ManagementAnswer } from "../../stores/gcp/management";
import { isOurs, unseen, type Args, type Look } from "./gcpFindings";
import { error } from "./findings";

/** The part of a key that says whether it can be used. https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys#CryptoKey */
interface CryptoKey {
  readonly purpose?: string;
  readonly primary?: { readonly name?: string; readonly state?: string };
  readonly versionTemplate?: { readonly protectionLevel?: string };
}

/** Keys that values are encrypted by: those that are to be there are, and can be used; the names of others are free. */
export const keys: Look = async (client, args) => {
  const { secrets, encryption } = args.settings;
  if (secrets.mode !== "create" || encryption.mode === "google") return [];
  const found = await Promise.all(
    replicaLocations(args.settings).map((location) => key(location, client, args)),
  );
  return found.flat();
};

async function key(location: string, client: Management, args: Args): Promise<readonly Finding[]> {
  const { environment, settings } = args;
  const name = keyId(environment, settings, location) ?? "";
  const external = settings.encryption.mode === "external";
  const answer = await client.get("cloudkms", `v1/${name}`);
  if (answer.status === 404) {
    return external
      ? [
          error(
            `gcp.encryption.keys.${location}: there is no key ${name}; fix: correct it, or set gcp.encryption.mode to create`,
          ),
        ]
      : [];
  }
  if (answer.status !== 200) return unseen(name, answer, "cloudkms.cryptoKeys.get", args);
  if (!external && !isOurs(answer, environment)) {
    return [
      error(
        `gcp.encryption.mode: got create, but the key ${name} exists and is not ours; allowed: external; fix: set gcp.encryption.mode to external and gcp.encryption.keys.${location} to it`,
      ),
    ];
  }
  return [...use(name, location, answer, args)];
}

/** Without its primary version nothing can be put in, and what is in under it cannot be read. https://cloud.google.com/kms/docs/key-states */
function* use(
  name: string,
  location: string,
  answer: ManagementAnswer,
  { settings }: Args,
): Generator<Finding> {
  const { purpose, primary, versionTemplate } = answer.body as CryptoKey;
  const { mode, protection } = settings.encryption;
  const other = mode === "external" ? `, or name another (gcp.encryption.keys.${location})` : "";
  if (purpose !== "ENCRYPT_DECRYPT") {
    yield error(
      `${name}: is a key for ${purpose ?? "nothing"}, which never changes; allowed: ENCRYPT_DECRYPT; fix: name another (gcp.encryption.keys.${location})`,
    );
    return;
  }
  if (primary?.state !== "ENABLED") {
    yield error(`${name}: ${stateOf(name, primary)}${other}`);
  }
  const level = versionTemplate?.protectionLevel;
  if (mode === "create" && level !== protection.toUpperCase()) {
    yield error(
      `gcp.encryption.protection: got ${protection}, and ${name} is ${level?.toLowerCase() ?? "neither"}, which never changes; fix: set it back`,
    );
  }
}

function stateOf(name: string, primary: CryptoKey["primary"]): string {
  if (primary === undefined) {
    return `has no primary version; fix: \`gcloud kms keys update ${name} --primary-version <number>\``;
  }
  const version = primary.name ?? "";
  const state = primary.state ?? "in no state";
  const enable = `\`gcloud kms keys versions enable ${version}\``;
  if (state === "DISABLED") return `its primary version is ${state}; fix: ${enable}`;
  // https://cloud.google.com/kms/docs/destroy-restore#restore
  if (state === "DESTROY_SCHEDULED") {
    return `its primary version is ${state}, and then what it encrypts is gone; fix: \`gcloud kms keys versions restore ${version}\`, then ${enable}`;
  }
  return `its primary version is ${state}; fix: make another version primary`;
}
