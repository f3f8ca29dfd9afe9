import type { Environment, Key } from "../environment";
import type { WorkloadLogins } from "./accessSettings";
import { poolId, secretName } from "./layout";
import type { AccessSettings } from "./settings";

type Coordinates = Readonly<Record<string, string>>;

/** What each way to a service account needs to know. None is a credential. */
export function coordinatesOf(
  access: WorkloadLogins,
  serviceAccount: string,
  keys: readonly Key[],
  environment: Environment,
  settings: AccessSettings,
): (login: keyof WorkloadLogins) => Coordinates {
  const known = { serviceAccount, projectId: settings.projectId };
  /** https://cloud.google.com/iam/docs/workload-identity-federation-with-other-clouds#configure-credential-config */
  const provider = (kind: "oidc" | "aws" | "azure", id: string): Coordinates => {
    const name = `${poolId(environment, settings, kind)}/providers/${id}`;
    return { workloadIdentityProvider: name, audience: `//iam.googleapis.com/${name}` };
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
    aws: () => provider("aws", `aws-${access.aws?.accountId ?? ""}`),
    azure: () => ({
      ...provider("azure", entraProvider(access.azure?.tenantId ?? "")),
      applicationIdUri: access.azure?.audience ?? "",
    }),
    oidc: () => provider("oidc", "pipeline"),
  };
  return (login) => ({ ...known, ...ways[login]() });
}

/** Id of a directory's provider: its GUID is longer than an id may be. */
export const entraProvider = (tenantId: string): string =>
  `entra-${tenantId.replaceAll("-", "").slice(0, 26)}`;
