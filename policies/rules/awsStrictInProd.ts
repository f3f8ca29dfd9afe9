import { limits } from "../../infra/limits";
import { conditionOn, statementsOf } from "../aws/document";
import { inProd, type Seen } from "../inProd";
import { record } from "../support";
import type { Rule } from "./rule";

/**
 * Settings that may be looser elsewhere. What governance mode locks, an administrator deletes; a role that people assume
 * without a second factor is worth their laptop.
 *
 * @link https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html#object-lock-retention-modes
 * @link https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
 */
export const awsStrictInProd = (): Rule => ({
  name: "aws-strict-in-prod",
  description:
    "In prod logs are locked for everybody and people assume roles with a second factor only, because what is loosened for trying out must not stay.",
  enforcementLevel: "mandatory",
  controls: ["CIS 4.4", "FSBP CloudTrail.6"],
  validateResource: inProd(problems),
});

function problems({ type, props }: Seen): readonly string[] {
  if (type === "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration") {
    const { mode, days } = record(record(record(props["rule"])["defaultRetention"]));
    return [
      ...(mode === "COMPLIANCE"
        ? []
        : [`mode: got ${String(mode)}; prod takes COMPLIANCE only; fix: remove aws.audit.lock`]),
      ...(typeof days === "number" && days >= limits.awsTrailDaysInProd
        ? []
        : [
            `days: got ${String(days)}; prod takes ${String(limits.awsTrailDaysInProd)} or more; fix: raise aws.audit.retentionDays`,
          ]),
    ];
  }
  if (type !== "aws:iam/role:Role") return [];
  return (statementsOf(props["assumeRolePolicy"]) ?? [])
    .filter((one) => one.allows && one.principals.some((name) => name.startsWith("AWS:")))
    .filter((one) => !conditionOn(one, /^aws:MultiFactorAuthPresent$/i))
    .map(
      () =>
        "assumeRolePolicy: people may assume it without a second factor; fix: remove requireMfa of that consumer",
    );
}
