import { isOfManyRuns } from "../github";
import { isUnknown, raw } from "../support";
import { withoutVersion } from "../valueBearing/table";
import type { Rule } from "./rule";

type Props = Readonly<Record<string, unknown>>;

/**
 * Whoever's tokens become an identity is what it is worth: an issuer without TLS is whoever answers for it, and a token
 * whose subject is not said is anybody's at that issuer.
 *
 * @link https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
 * @link https://docs.github.com/actions/reference/security/oidc
 */
export const azureNarrowTrust: Rule = {
  name: "azure-narrow-trust",
  description:
    "Each federated credential of Azure takes tokens of one issuer over TLS, one audience and one exact subject, because a wider trust is another's identity.",
  enforcementLevel: "mandatory",
  controls: ["CKV_AZURE_249"],
  validateResource: ({ type, props }, report) => {
    if (withoutVersion(type) !== "azure-native:managedidentity:FederatedIdentityCredential") return;
    for (const problem of problems(raw(props))) report(problem);
  },
};

function* problems({
  issuer,
  subject,
  audiences,
  claimsMatchingExpression,
}: Props): Generator<string> {
  const known = (value: unknown): value is string =>
    typeof value === "string" && value !== "" && !isUnknown(value);
  if (!known(issuer) || !issuer.startsWith("https://")) {
    yield "issuer: is not known, or no https:// address; fix: name the issuer as its tokens do";
  }
  if (!known(subject) || /[*?]/.test(subject)) {
    yield "subject: is missing, not known or has a wildcard; fix: name one exact subject, and add a credential for each";
  } else if (known(issuer) && isOfManyRuns(issuer, subject)) {
    yield `subject: got ${subject}, which many runs of GitHub have; allowed: repo:<owner>/<name>: and environment:, ref: or pull_request; fix: name the environment`;
  }
  if (!Array.isArray(audiences) || audiences.length !== 1 || !known(audiences[0])) {
    yield "audiences: are not exactly one; fix: name the one that the tokens are for";
  }
  if (claimsMatchingExpression !== undefined) {
    yield "claimsMatchingExpression: matches subjects by a pattern; fix: name the subject";
  }
}
