import { CryptoKey } from "@pulumi/gcp/kms/cryptoKey";
import { CryptoKeyIAMMember } from "@pulumi/gcp/kms/cryptoKeyIAMMember";
import { KeyRing } from "@pulumi/gcp/kms/keyRing";
import type * as pulumi from "@pulumi/pulumi";
import type { Children } from "../component";
import type { Environment } from "../environment";
import { inSeconds } from "./durations";
import { awaitAgent, explainKept } from "./errorHooks";
import { keyId, keyRingId, keyRingName, replicaLocations, secretManagerAgent } from "./layout";
import type { StoreSettings } from "./settings";

/** Days until a destroyed version of a key is gone: without it every value under it is. */
const destroyDelayDays = 30;

/**
 * A key for each location that values are in, and Secret Manager's leave to use it. Google deletes no key ring and no
 * key, only a key's versions, and the values with them: so all stay.
 * https://cloud.google.com/kms/docs/object-hierarchy
 */
export const encryptionKeys = (
  environment: Environment,
  settings: StoreSettings,
  children: Children,
): readonly pulumi.Resource[] =>
  replicaLocations(settings).flatMap((location) => {
    const cryptoKeyId = keyId(environment, settings, location);
    if (cryptoKeyId === undefined) return [];
    const made =
      settings.encryption.mode === "create" ? [key(location, environment, settings, children)] : [];
    const use = children.name(`key-${location}-use`);
    return [
      new CryptoKeyIAMMember(
        use,
        {
          cryptoKeyId,
          role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
          member: secretManagerAgent(settings),
        },
        children.options({ dependsOn: made, hooks: { onError: [awaitAgent(use)] } }),
      ),
    ];
  });

function key(
  location: string,
  environment: Environment,
  settings: StoreSettings,
  children: Children,
): CryptoKey {
  const { projectId: project, encryption } = settings;
  const kept = (suffix: string, what: string) => ({
    retainOnDelete: true,
    hooks: { onError: [explainKept(children.name(suffix), what, "gcp.encryption.mode")] },
  });
  const ring = new KeyRing(
    children.name(`ring-${location}`),
    { project, location, name: keyRingName(environment) },
    children.options(kept(`ring-${location}`, `the key ring ${keyRingName(environment)}`)),
  );
  return new CryptoKey(
    children.name(`key-${location}`),
    {
      keyRing: keyRingId(environment, settings, location),
      name: "secrets",
      purpose: "ENCRYPT_DECRYPT",
      rotationPeriod: inSeconds(encryption.rotationDays),
      destroyScheduledDuration: inSeconds(destroyDelayDays),
      versionTemplate: {
        algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION",
        protectionLevel: encryption.protection === "hsm" ? "HSM" : "SOFTWARE",
      },
      labels: environment.tags,
    },
    children.options({ ...kept(`key-${location}`, "the key secrets"), dependsOn: [ring] }),
  );
}
