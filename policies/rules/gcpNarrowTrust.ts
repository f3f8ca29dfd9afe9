import { expressionOf, heldTo } from "../gcp/expression";
import { isOfManyRuns } from "../github";
import { isSet, isUnknown, raw, record } from "../support";
import type { Rule } from "./rule";

type Props = Readonly<Record<string, unknown>>;

const checks: Readonly<Record<string, (props: Props) => Generator<string>>> = {
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": provider,
  "gcp:orgpolicy/policy:Policy": constraint,
};

/**
 * Whoever's tokens become an identity is what it is worth. A provider without a condition takes each token of its issuer,
 * one on an owner or an organization the tokens of each run there. Who of them becomes a service account, the rule of
 * least privilege sees; keys of accounts, that of values.
 *
 * @link https://cloud.google.com/iam/docs/best-practices-for-using-workload-identity-federation
 * @link https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines
 */
export const gcpNarrowTrust: Rule = {
  name: "gcp-narrow-trust",
  description:
    "Each provider of an identity pool of Google Cloud takes tokens of one issuer over TLS from exact subjects alone, and no constraint on trust is lifted, because a wider trust is another's identity.",
  enforcementLevel: "mandatory",
  controls: [
    ...["CKV_GCP_118", "CKV_GCP_125"],
    "prowler iam_workload_identity_pool_provider_attribute_condition",
  ],
  validateResource: ({ type, props }, report) => {
    for (const problem of checks[type]?.(raw(props)) ?? []) report(problem);
  },
};

function* provider({ attributeCondition, attributeMapping, oidc, aws }: Props): Generator<string> {
  const { issuerUri, allowedAudiences = [] } = record(oidc);
  const named = subjectsIn(attributeCondition, record(attributeMapping), isSet(aws));
  if (named === undefined || named.some((one) => one === "" || /[*?]/.test(one))) {
    yield `attributeCondition: is missing, not known, or names no exact ${isSet(aws) ? "role" : "subject"}; allowed: ${isSet(aws) ? 'attribute.aws_role in ["…"]' : 'assertion.sub in ["…"]'}, joined to the rest by && without ||, ?: or brackets; fix: name who is meant`;
  }
  if (isSet(aws)) return;
  if (typeof issuerUri !== "string" || !issuerUri.startsWith("https://")) {
    yield "oidc.issuerUri: is missing, not known, or no https:// address; fix: name the issuer as its tokens do";
    return;
  }
  for (const one of (named ?? []).filter((each) => isOfManyRuns(issuerUri, each))) {
    yield `attributeCondition: got ${one}, which many runs of GitHub have; allowed: repo:<owner>/<name>: and environment:, ref: or pull_request; fix: name the environment`;
  }
  // Without any, it is the provider's own name, which is exact.
  const audiences: readonly unknown[] = Array.isArray(allowedAudiences) ? allowedAudiences : [""];
  if (audiences.some((one) => typeof one !== "string" || one === "" || isUnknown(one))) {
    yield "oidc.allowedAudiences: are not known, or empty texts; fix: name what the tokens are for";
  }
}

/** Google's own mapping of a subject holds where it is a token's. https://cloud.google.com/iam/docs/workload-identity-federation#mapping */
function subjectsIn(
  condition: unknown,
  mapping: Props,
  isAws: boolean,
): readonly string[] | undefined {
  const expression = expressionOf(condition);
  if (!expression) return undefined;
  if (isAws) {
    return (heldTo(expression, "attribute.aws_role") ?? heldTo(expression, "assertion.arn"))?.map(
      (arn) => (/^arn:aws[\w-]*:sts::\d{12}:assumed-role\/[^/]+/.test(arn) ? arn : ""),
    );
  }
  const isSubject = mapping["google.subject"] === "assertion.sub";
  return (
    heldTo(expression, "assertion.sub") ??
    (isSubject ? heldTo(expression, "google.subject") : undefined)
  );
}

/** https://cloud.google.com/resource-manager/docs/organization-policy/restricting-service-accounts */
function* constraint({ name, spec }: Props): Generator<string> {
  const about = /\/policies\/(iam\.[\w.]+)$/.exec(typeof name === "string" ? name : "")?.[1];
  if (about === undefined) return;
  const { reset, rules } = record(spec);
  const on = (value: unknown): boolean => value === true || /^true$/i.test(String(value));
  const lifted = [rules ?? []]
    .flat()
    .map(record)
    .some(({ enforce, allowAll }) => /^false$/i.test(String(enforce)) || on(allowAll));
  if (on(reset) || lifted) {
    yield `spec: lifts ${about}; allowed: to enforce it; fix: remove the policy, and leave that to the organization`;
  }
}
