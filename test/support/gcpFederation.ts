import type { Resources } from "./gcpBindings";
import { expressionOf } from "./gcpCel";
import type { Projects } from "./gcpConditions";
import type { Caller } from "./gcpMembers";
import { ofType } from "./mocks";

type Claims = Readonly<Record<string, unknown>>;

/** What somebody from outside shows: a token of an issuer, or what AWS tells of whoever signed a GetCallerIdentity. */
export type Credential =
  | { readonly token: Claims }
  | { readonly aws: { readonly account: string; readonly arn: string; readonly userid: string } };

interface Provider {
  readonly project: string;
  readonly workloadIdentityPoolId: string;
  readonly workloadIdentityPoolProviderId: string;
  readonly disabled?: boolean;
  readonly attributeMapping?: Readonly<Record<string, string>>;
  readonly attributeCondition?: string;
  readonly aws?: { readonly accountId: string };
  readonly oidc?: { readonly issuerUri: string; readonly allowedAudiences?: readonly string[] };
}

/** A provider of an identity pool. Whoever shows a credential says to which. */
export interface Exchange {
  /** `projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>` */
  readonly name: string;
  /** Who the credential makes somebody; nobody where it is refused. */
  readonly accept: (credential: Credential) => Caller;
}

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools.providers#WorkloadIdentityPoolProvider */
const limits = { condition: 4096, mapping: 2048, subjectBytes: 127, attributes: 50 };

/** What AWS' callers are known by where a provider says nothing else. Same page, `attributeMapping`. */
const ofAws = {
  "google.subject": "assertion.arn",
  "attribute.aws_role":
    "assertion.arn.contains('assumed-role') ? assertion.arn.extract('{account_arn}assumed-role/') + 'assumed-role/' + assertion.arn.extract('assumed-role/{role_name}/') : assertion.arn",
};

/**
 * A stand-in for the exchange of tokens, as the pages describe it: issuer, account and audience, what of a credential is
 * taken over, and on what condition. That a credential is genuine and not too old is taken for granted.
 * https://cloud.google.com/iam/docs/workload-identity-federation
 * @throws when a provider is none that Google would take, or what it has is not known here
 */
export const exchangesOf = (resources: Resources, projects: Projects): readonly Exchange[] =>
  ofType(resources, "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider").map(
    ({ name, inputs }) => exchangeOf(name, inputs as unknown as Provider, resources, projects),
  );

function exchangeOf(
  resource: string,
  provider: Provider,
  resources: Resources,
  projects: Projects,
): Exchange {
  const refuse = (what: string): never => {
    throw new Error(`${resource}: ${what}`);
  };
  const { workloadIdentityPoolId: pool, workloadIdentityPoolProviderId: id, aws, oidc } = provider;
  for (const one of [pool, id]) {
    if (!/^(?!gcp-)[a-z0-9-]{4,32}$/.test(one)) refuse(`${one} is no id of a pool or provider`);
  }
  const own = ofType(resources, "gcp:iam/workloadIdentityPool:WorkloadIdentityPool").find(
    ({ inputs }) => inputs["workloadIdentityPoolId"] === pool,
  );
  if (!own) refuse(`its pool ${pool} is missing`);
  if (Number(aws !== undefined) + Number(oidc !== undefined) !== 1) {
    refuse("it needs either aws or oidc");
  }
  const mapping: Readonly<Record<string, string>> = provider.attributeMapping ?? (aws ? ofAws : {});
  const expressions = Object.entries(mapping).map(([attribute, text]) => {
    if (!/^(google\.subject|attribute\.[a-z0-9_]{1,90})$/.test(attribute)) {
      refuse(`${attribute} is not known here`);
    }
    if (text.length > limits.mapping) refuse(`the mapping of ${attribute} is too long`);
    return [attribute, expressionOf(text, ["assertion"])] as const;
  });
  if (mapping["google.subject"] === undefined) refuse("google.subject is not mapped");
  if (expressions.length > limits.attributes) refuse("it has too many attributes");
  const { attributeCondition: text } = provider;
  if (text !== undefined && text.length > limits.condition) refuse("its condition is too long");
  const condition =
    text === undefined ? () => true : expressionOf(text, ["assertion", "google", "attribute"]);

  const inPool = `projects/${projects[provider.project] ?? refuse("of no project that is known")}/locations/global/workloadIdentityPools/${pool}`;
  const name = `${inPool}/providers/${id}`;
  const audiences = oidc?.allowedAudiences?.length
    ? oidc.allowedAudiences
    : [`//iam.googleapis.com/${name}`, `https://iam.googleapis.com/${name}`];
  const disabled = provider.disabled === true || own?.inputs["disabled"] === true;
  const isOf = (credential: Credential): boolean =>
    "aws" in credential
      ? credential.aws.account === aws?.accountId
      : oidc !== undefined &&
        credential.token["iss"] === oidc.issuerUri &&
        [credential.token["aud"]].flat().some((one) => audiences.includes(String(one)));

  return {
    name,
    accept(credential) {
      if (disabled || !isOf(credential)) return [];
      const assertion = "aws" in credential ? credential.aws : credential.token;
      try {
        const mapped = expressions.map(
          ([attribute, of]) => [attribute, of({ assertion })] as const,
        );
        const [, subject] = mapped.find(([attribute]) => attribute === "google.subject") ?? [];
        if (typeof subject !== "string" || subject === "") return [];
        if (Buffer.byteLength(subject) > limits.subjectBytes) return [];
        const attributes = mapped.flatMap(([attribute, value]) =>
          attribute.startsWith("attribute.") ? [[attribute.slice(10), value] as const] : [],
        );
        const attribute = Object.fromEntries(attributes);
        if (condition({ assertion, google: { subject }, attribute }) !== true) return [];
        return [
          `principal://iam.googleapis.com/${inPool}/subject/${subject}`,
          ...attributes.map(
            ([key, value]) =>
              `principalSet://iam.googleapis.com/${inPool}/attribute.${key}/${String(value)}`,
          ),
          `principalSet://iam.googleapis.com/${inPool}/*`,
          // https://cloud.google.com/iam/docs/principals-overview#all-users: allAuthenticatedUsers are not from outside.
          "allUsers",
        ];
      } catch {
        // An expression that fails, such as on a claim that a token does not have, refuses it.
        return [];
      }
    },
  };
}

/**
 * A Pod of GKE with Workload Identity, whatever cluster of the project it is in.
 * https://cloud.google.com/kubernetes-engine/docs/concepts/workload-identity#identity_sameness
 */
export const podOf = (project: string, namespace: string, serviceAccount: string): Caller => [
  `serviceAccount:${project}.svc.id.goog[${namespace}/${serviceAccount}]`,
  "allUsers",
];
