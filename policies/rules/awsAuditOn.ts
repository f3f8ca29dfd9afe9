import { isSet, raw, record } from "../support";
import type { Rule } from "./rule";

type Props = Readonly<Record<string, unknown>>;

const on = (props: Props, ...names: readonly string[]): readonly string[] =>
  names
    .filter((name) => props[name] !== true)
    .map((name) => `${name}: is not on; fix: set it to true`);

const given = (props: Props, ...names: readonly string[]): readonly string[] =>
  names.filter((name) => !isSet(props[name])).map((name) => `${name}: is missing; fix: set it`);

const checks: Readonly<Record<string, (props: Props) => readonly string[]>> = {
  "aws:cloudtrail/trail:Trail": (props) => [
    ...on(props, "isMultiRegionTrail", "enableLogFileValidation", "includeGlobalServiceEvents"),
    ...(props["enableLogging"] === false ? ["enableLogging: is off; fix: remove it"] : []),
    ...given(props, "kmsKeyId", "cloudWatchLogsGroupArn"),
    ...selectorProblems(props["advancedEventSelectors"]),
    ...(isSet(props["eventSelectors"])
      ? ["eventSelectors: can leave events of KMS out; fix: use advancedEventSelectors"]
      : []),
  ],
  "aws:cloudwatch/logGroup:LogGroup": (props) => given(props, "kmsKeyId", "retentionInDays"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": (props) =>
    on(props, "blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"),
  "aws:s3/bucket:Bucket": (props) =>
    props["forceDestroy"] === true ? ["forceDestroy: got true; fix: remove it"] : [],
  "aws:sns/topic:Topic": (props) => given(props, "kmsMasterKeyId"),
  "aws:cloudwatch/eventRule:EventRule": (props) =>
    isSet(props["eventPattern"]) &&
    props["state"] !== "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
      ? [
          "state: a rule on events hears of no read; fix: set it to ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
        ]
      : [],
};

/** Every management event is a selector of nothing else: `readOnly` or `eventSource` would leave some out. */
function selectorProblems(selectors: unknown): readonly string[] {
  const all = [selectors ?? []].flat().some((one) => {
    const fields = [record(one)["fieldSelectors"] ?? []].flat().map(record);
    return (
      fields.length === 1 &&
      fields[0]?.["field"] === "eventCategory" &&
      JSON.stringify(fields[0]["equals"]) === '["Management"]'
    );
  });
  return all
    ? []
    : [
        "advancedEventSelectors: leave management events out; fix: have one selector on eventCategory Management alone",
      ];
}

/**
 * What is not logged raises no alert: a trail that leaves reads or KMS out looks healthy and sees nothing.
 *
 * @link https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html
 * @link https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export const awsAuditOn: Rule = {
  name: "aws-audit-on",
  description:
    "A trail logs every management event of every region, encrypted and validated, and rules hear of reads, because an alert on what is not logged never comes.",
  enforcementLevel: "mandatory",
  controls: [
    ...["CKV_AWS_67", "CKV_AWS_36", "CKV_AWS_35", "CKV2_AWS_10", "CKV_AWS_158", "CKV_AWS_251"],
    ...["CKV_AWS_26", "CIS 4.1", "CIS 4.2", "CIS 4.5", "FSBP CloudTrail.1-5"],
  ],
  validateResource: ({ type, props }, report) => {
    for (const problem of checks[type]?.(raw(props)) ?? []) report(problem);
  },
};
