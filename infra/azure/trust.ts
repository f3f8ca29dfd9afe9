import type { CiSettings } from "../contracts/platform";
import type { WorkloadLogins } from "./accessSettings";
import { clouds } from "./cloud";
import type { AzureSettings } from "./settings";

/** Whose tokens become an identity: one issuer, one subject, one audience, each exactly. */
export interface Federation {
  /** Part of the credential's name; an id of the settings' position would move with its neighbours. */
  readonly id: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

/** Ways of a workload that the settings turn on. */
export const loginsOf = (workload: WorkloadLogins): readonly (keyof WorkloadLogins)[] =>
  (["aks", "containerApps", "appService", "oidc"] as const).filter(
    (login) => workload[login] !== undefined && workload[login] !== false,
  );

/** Tokens of the pipeline, by exact subjects. */
export const pipelineFederations = (
  subjects: readonly string[],
  ci: CiSettings,
): readonly Federation[] =>
  subjects.map((subject) => ({
    id: slug(subject),
    issuer: ci.issuer,
    subject,
    audience: ci.audience,
  }));

/** Whose tokens become a workload's identity. What runs on Azure's own services is given it by its deployment instead. */
export function federationsOf(
  { aks, oidc }: WorkloadLogins,
  { cloud }: Pick<AzureSettings, "cloud">,
  ci: CiSettings | undefined,
): readonly Federation[] {
  return [
    ...(aks === undefined
      ? []
      : [
          {
            id: "aks",
            issuer: aks.issuer,
            subject: `system:serviceaccount:${aks.namespace}:${aks.serviceAccount}`,
            audience: clouds[cloud].tokenAudience,
          },
        ]),
    ...(oidc && ci ? pipelineFederations(oidc.subjects, ci) : []),
  ];
}

/**
 * A credential's name of a subject: letters, digits, hyphens and underscores, at most 120.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftmanagedidentity
 */
const slug = (subject: string): string =>
  `token-${subject.replaceAll(/[^a-zA-Z0-9]+/g, "-")}`.slice(0, 100);
