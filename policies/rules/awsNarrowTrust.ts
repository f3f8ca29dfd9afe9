import { conditionOn, statementsOf, unreadable, type Statement } from "../aws/document";
import { raw } from "../support";
import type { Rule } from "./rule";

/** Services that tell for whom they ask; for those that do not, iam:PassRole decides. */
const tells =
  /^Service:(ecs-tasks|pods\.eks|cloudtrail|events|states|scheduler|secretsmanager)\.amazonaws\.com/;

/**
 * Whoever may assume a role is what it is worth. A service that is not told for whom it asks is a confused deputy; a
 * token whose subject is not said is anybody's at that issuer.
 *
 * @link https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 * @link https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html#idp_oidc_Create_GitHub
 */
export const awsNarrowTrust: Rule = {
  name: "aws-narrow-trust",
  description:
    "Each AWS role is trusted to named principals, to services for one account, and to tokens of one audience and exact subjects, because a wider trust is another's role.",
  enforcementLevel: "mandatory",
  controls: ["CKV_AWS_60", "CKV_AWS_61", "CKV_AWS_393"],
  validateResource: ({ type, props }, report) => {
    if (type !== "aws:iam/role:Role") return;
    const statements = statementsOf(raw(props)["assumeRolePolicy"]);
    if (statements === undefined) report(unreadable("assumeRolePolicy"));
    for (const statement of (statements ?? []).filter(({ allows }) => allows)) {
      for (const problem of problems(statement)) report(`assumeRolePolicy: ${problem}`);
    }
  },
};

function* problems(statement: Statement): Generator<string> {
  for (const principal of statement.principals) {
    if (principal === "*" || /^AWS:(\d{12}|.*:root)$/.test(principal)) {
      yield `trusts ${principal}, a whole account or everybody; fix: name the roles or users`;
    }
    if (tells.test(principal) && !conditionOn(statement, /^aws:Source(Account|Arn)$/i)) {
      yield `trusts ${principal} for whomever it asks; fix: add a condition on aws:SourceAccount or aws:SourceArn`;
    }
    if (principal.startsWith("Federated:")) yield* tokenProblems(statement);
  }
  if (statement.inverted) yield "trusts all but some (NotPrincipal); fix: name who is trusted";
}

/** A subject with a wildcard, or none, is a fork's pull request too. */
function* tokenProblems({ conditions }: Statement): Generator<string> {
  const exact = conditions["StringEquals"] ?? {};
  for (const claim of ["aud", "sub"]) {
    if (!Object.keys(exact).some((name) => name.endsWith(`:${claim}`))) {
      yield `trusts tokens without an exact ${claim}; fix: add StringEquals on the issuer's ${claim}`;
    }
  }
}
