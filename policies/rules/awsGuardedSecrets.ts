import { limits } from "../../infra/limits";
import { conditionOn, statementsOf, unreadable } from "../aws/document";
import { isSet, raw } from "../support";
import type { Rule } from "./rule";

type Props = Readonly<Record<string, unknown>>;

const checks: Readonly<
  Record<string, (props: Props, ignored: readonly string[]) => Generator<string>>
> = {
  "aws:secretsmanager/secret:Secret": secret,
  "aws:secretsmanager/secretPolicy:SecretPolicy": secretPolicy,
  "aws:kms/key:Key": key,
};

/**
 * What guards a secret besides its readers' grants: a key of one's own that rotates, a time in which a deletion can be
 * taken back, and a policy of the secret's own that no other account and no connection without TLS gets by.
 *
 * @link https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html
 */
export const awsGuardedSecrets: Rule = {
  name: "aws-guarded-secrets",
  description:
    "Each secret of AWS has a customer's key that rotates, a time to take its deletion back and a policy against other accounts and plain connections, because grants alone are one mistake away from everybody.",
  enforcementLevel: "mandatory",
  controls: [
    ...["CKV_AWS_149", "CKV_AWS_7", "CKV_AWS_33", "CKV2_AWS_64", "CIS 4.6", "FSBP KMS.3"],
    ...["FSBP KMS.4", "FSBP KMS.5", "cdk-nag SecretsManagerUsingKMSKey"],
  ],
  validateResource: ({ type, props, opts }, report) => {
    // Of what is adopted, the owner's settings are left alone, and the program does not see them.
    const ignored = opts.ignoreChanges;
    for (const problem of checks[type]?.(raw(props), ignored) ?? []) report(problem);
  },
};

function* secret(props: Props, ignored: readonly string[]): Generator<string> {
  if (!isSet(props["kmsKeyId"]) && !ignored.includes("kmsKeyId")) {
    yield "kmsKeyId: is missing; AWS's own key lets in whoever is let to the secret; fix: give it a customer's key";
  }
  const days = props["recoveryWindowInDays"];
  if (typeof days === "number" && days < limits.awsRecoveryDaysMin) {
    yield `recoveryWindowInDays: got ${String(days)}; allowed: ${String(limits.awsRecoveryDaysMin)} to ${String(limits.awsRecoveryDaysMax)}; fix: raise it`;
  }
}

function* secretPolicy(props: Props): Generator<string> {
  if (props["blockPublicPolicy"] !== true) {
    yield "blockPublicPolicy: is not on; fix: set it to true";
  }
  const statements = statementsOf(props["policy"]);
  if (statements === undefined) {
    yield unreadable("policy");
    return;
  }
  const denies = statements.filter(({ allows }) => !allows);
  const guards: readonly (readonly [key: RegExp, what: string])[] = [
    [/^aws:SecureTransport$/i, "connections without TLS"],
    [/^aws:Principal(Account|OrgID)$/i, "principals of other accounts"],
  ];
  for (const [guard, what] of guards) {
    if (!denies.some((one) => conditionOn(one, guard))) {
      yield `policy: does not deny ${what}; fix: add a statement that does`;
    }
  }
  if (!denies.some(({ actions }) => actions.includes("secretsmanager:GetSecretValue"))) {
    yield "policy: leaves reading to grants alone; fix: deny secretsmanager:GetSecretValue to all but the readers";
  }
}

function* key(props: Props): Generator<string> {
  if (props["enableKeyRotation"] !== true)
    yield "enableKeyRotation: is not on; fix: set it to true";
  const days = props["deletionWindowInDays"];
  if (typeof days === "number" && days < limits.awsRecoveryDaysMin) {
    yield `deletionWindowInDays: got ${String(days)}; allowed: ${String(limits.awsRecoveryDaysMin)} to ${String(limits.awsRecoveryDaysMax)}; fix: raise it`;
  }
  const statements = statementsOf(props["policy"]);
  if (statements === undefined) yield unreadable("policy");
  for (const { allows, principals, actions, inverted } of statements ?? []) {
    if (allows && (principals.includes("*") || inverted)) {
      yield "policy: allows everybody; fix: name the principals";
    }
    if (allows && actions.includes("kms:*")) {
      yield "policy: allows kms:*, so that who administers the key uses it too; fix: name the actions of each";
    }
  }
}
