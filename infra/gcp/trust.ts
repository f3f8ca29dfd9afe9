import { ciRoles } from "../contracts/ciAccess";
import type { CiSettings } from "../contracts/platform";
import type { Environment } from "../environment";
import type { WorkloadLogins } from "./accessSettings";
import { awsProvider, consumersProvider, entraProvider } from "./loginCoordinates";
import { poolId, type PoolKind } from "./layout";
import type { GcpSettings, PlaceSettings } from "./settings";

export type TrustSettings = PlaceSettings & Pick<GcpSettings, "federation" | "access" | "pipeline">;

/** One issuer whose tokens are taken, from exact subjects alone. */
export interface Federation {
  readonly pool: PoolKind;
  /** Id of the provider: 4 to 32 characters. */
  readonly id: string;
  readonly mapping: Readonly<Record<string, string>>;
  readonly condition: string;
  readonly source:
    | { readonly aws: { readonly accountId: string } }
    | {
        readonly oidc: {
          readonly issuerUri: string;
          readonly allowedAudiences: readonly string[];
        };
      };
}

/** Ways of a workload that the settings turn on. */
export const loginsOf = (workload: WorkloadLogins): readonly (keyof WorkloadLogins)[] =>
  (["gke", "cloudRun", "aws", "azure", "oidc"] as const).filter(
    (login) => workload[login] !== undefined && workload[login] !== false,
  );

/** Who becomes a workload's service account, as IAM names them. */
export function membersOf(
  { gke, aws, azure, oidc }: WorkloadLogins,
  environment: Environment,
  settings: PlaceSettings & Pick<GcpSettings, "federation">,
): Readonly<Record<string, string>> {
  const pool = (kind: PoolKind): string => poolId(environment, settings, kind);
  return Object.fromEntries([
    ...(gke
      ? [
          [
            "gke",
            // https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity
            `serviceAccount:${gke.project ?? settings.projectId}.svc.id.goog[${gke.namespace}/${gke.serviceAccount}]`,
          ],
        ]
      : []),
    ...(aws?.roles ?? []).map((role) => [
      `aws-${slug(role)}`,
      `principalSet://iam.googleapis.com/${pool("aws")}/attribute.aws_role/${roleArn(aws?.accountId ?? "", role)}`,
    ]),
    ...(azure?.objectIds ?? []).map((id) => [`azure-${id}`, subject(pool("azure"), id)]),
    ...subjectMembers(oidc?.subjects ?? [], environment, settings),
  ]) as Record<string, string>;
}

/** Tokens of the pipeline's issuer, by exact subjects. */
export const subjectMembers = (
  subjects: readonly string[],
  environment: Environment,
  settings: PlaceSettings & Pick<GcpSettings, "federation">,
): readonly (readonly [id: string, member: string])[] =>
  subjects.map((one) => [
    `token-${slug(one)}`,
    subject(poolId(environment, settings, "oidc"), one),
  ]);

const subject = (pool: string, of: string): string =>
  `principal://iam.googleapis.com/${pool}/subject/${of}`;

/** A session's role, as AWS tells who calls. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
const roleArn = (account: string, role: string): string =>
  `arn:aws:sts::${account}:assumed-role/${role}`;

/** The part of a binding's name that tells whose it is. */
export const slug = (text: string): string => text.replaceAll(/[^a-zA-Z0-9]+/g, "-").slice(0, 100);

/** The issuers that the settings name, each once, with all subjects that somebody's access comes from. */
export function federationsOf(
  { access, pipeline }: Pick<TrustSettings, "access" | "pipeline">,
  ci: CiSettings | undefined,
): readonly Federation[] {
  const workloads = [access.app, ...(access.ci ? [access.ci] : [])];
  const subjects = workloads.flatMap(({ oidc }) => oidc?.subjects ?? []);
  return [
    ...(ci && subjects.length > 0 ? [tokens(consumersProvider, unique(subjects), ci)] : []),
    ...(ci && pipeline
      ? ciRoles.map((role) => tokens(role, pipeline[role].subjects, ci, ci[role]))
      : []),
    ...awsFederations(workloads.flatMap(({ aws }) => aws ?? [])),
    ...azureFederations(workloads.flatMap(({ azure }) => azure ?? [])),
  ];
}

/** Each claim that the stack pins is asked for too: names of repositories can change hands, their ids cannot. */
const tokens = (
  id: string,
  subjects: readonly string[],
  ci: CiSettings,
  claims: CiSettings["claims"] = {},
): Federation => ({
  pool: "oidc",
  id,
  mapping: { "google.subject": "assertion.sub" },
  condition: [
    ...[...Object.entries(ci.claims), ...Object.entries(claims)].map(([claim, values]) =>
      oneOf(claimOf(claim), values),
    ),
    oneOf("assertion.sub", subjects),
  ].join(" && "),
  source: { oidc: { issuerUri: ci.issuer, allowedAudiences: [ci.audience] } },
});

type Aws = NonNullable<WorkloadLogins["aws"]>;

/** https://cloud.google.com/iam/docs/workload-identity-federation-with-other-clouds */
const awsFederations = (all: readonly Aws[]): readonly Federation[] =>
  unique(all.map(({ accountId }) => accountId)).map((accountId) => ({
    pool: "aws",
    id: awsProvider(accountId),
    mapping: {
      // The role's unique id and the session: Google's usual subject, the whole ARN, is too long for a long role's.
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
      "google.subject": "assertion.userid",
      "attribute.aws_role":
        "assertion.arn.contains('assumed-role') ? assertion.arn.extract('{account_arn}assumed-role/') + 'assumed-role/' + assertion.arn.extract('assumed-role/{role_name}/') : assertion.arn",
    },
    condition: oneOf(
      "attribute.aws_role",
      unique(
        all
          .filter((one) => one.accountId === accountId)
          .flatMap(({ roles }) => roles.map((role) => roleArn(accountId, role))),
      ),
    ),
    source: { aws: { accountId } },
  }));

type Azure = NonNullable<WorkloadLogins["azure"]>;

const azureFederations = (all: readonly Azure[]): readonly Federation[] =>
  unique(all.map(({ tenantId }) => tenantId)).map((tenantId) => {
    const own = all.filter((one) => one.tenantId === tenantId);
    return {
      pool: "azure",
      id: entraProvider(tenantId),
      mapping: { "google.subject": "assertion.sub" },
      condition: oneOf("assertion.sub", unique(own.flatMap(({ objectIds }) => objectIds))),
      source: {
        oidc: {
          // As tokens of managed identities have it. https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference#payload-claims
          issuerUri: `https://sts.windows.net/${tenantId}/`,
          allowedAudiences: unique(own.map(({ audience }) => audience)),
        },
      },
    };
  });

const unique = (all: readonly string[]): readonly string[] => [...new Set(all)];

/** A text of JSON is one of CEL too. https://github.com/google/cel-spec/blob/master/doc/langdef.md#string-and-bytes-values */
const oneOf = (what: string, values: readonly string[]): string =>
  `${what} in [${values.map((value) => JSON.stringify(value)).join(", ")}]`;

const claimOf = (claim: string): string =>
  /^[a-zA-Z_]\w*$/.test(claim) ? `assertion.${claim}` : `assertion[${JSON.stringify(claim)}]`;
