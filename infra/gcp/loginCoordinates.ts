import type { CiSettings } from "../contracts/platform";
import type { Environment, Key } from "../environment";
import { environmentOf, tokenCoordinates } from "../pipelineToken";
import type { WorkloadLogins } from "./accessSettings";
import { poolId, secretName, type PoolKind } from "./layout";
import type { AccessSettings } from "./settings";

type Coordinates = Readonly<Record<string, string>>;

/** What each way to a service account needs to know. None is a credential. */
export function coordinatesOf(
  access: WorkloadLogins,
  serviceAccount: string,
  keys: readonly Key[],
  environment: Environment,
  settings: AccessSettings,
  ci: CiSettings | undefined,
): (login: keyof WorkloadLogins) => Coordinates {
  const known = { serviceAccount, projectId: settings.projectId };
  /** https://cloud.google.com/iam/docs/workload-identity-federation-with-other-clouds#configure-credential-config */
  const provider = (kind: PoolKind, id: string): Coordinates => {
    const name = `${poolId(environment, settings, kind)}/providers/${id}`;
    return { workloadIdentityProvider: name, stsAudience: `//iam.googleapis.com/${name}` };
  };
  const ways: Readonly<Record<keyof WorkloadLogins, () => Coordinates>> = {
    gke: () => ({
      namespace: access.gke?.namespace ?? "",
      kubernetesServiceAccount: access.gke?.serviceAccount ?? "",
      "iam.gke.io/gcp-service-account": serviceAccount,
    }),
    // https://cloud.google.com/run/docs/configuring/services/secrets
    cloudRun: () => ({
      setSecrets: keys.map((key) => `${key.env}=${secretName(key, settings)}:latest`).join(","),
    }),
    aws: () => provider("aws", awsProvider(access.aws?.accountId ?? "")),
    azure: () => ({
      ...provider("azure", entraProvider(access.azure?.tenantId ?? "")),
      audience: access.azure?.audience ?? "",
    }),
    // The token's own: not the provider's name, which some actions ask for by default.
    oidc: () => ({
      ...provider("oidc", consumersProvider),
      ...tokenCoordinates(ci, (access.oidc?.subjects ?? []).map(environmentOf)),
    }),
  };
  return (login) => ({ ...known, ...ways[login]() });
}

/** Id of the provider of the pipeline's tokens that are consumers' of keys; the pipeline's own roles have theirs. */
export const consumersProvider = "consumers";

/** Id of an account's provider. */
export const awsProvider = (accountId: string): string => `aws-${accountId}`;

/** Id of a directory's provider: its GUID is longer than an id may be. */
export const entraProvider = (tenantId: string): string =>
  `entra-${tenantId.replaceAll("-", "").slice(0, 26)}`;
