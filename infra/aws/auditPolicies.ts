import type { Environment } from "../environment";
import { arnOf, auditBucket, auditName, roleArn, trailArn } from "./layout";
import { administered } from "./keyPolicy";
import { partitionOf } from "./partition";
import type { Statement } from "./policyDocument";
import type { PlaceSettings } from "./settings";
import { physicalName } from "../naming";

const bucketArn = (environment: Environment, place: PlaceSettings): string =>
  `arn:${partitionOf(place.region)}:s3:::${auditBucket(environment, place)}`;

/** The one trail that may write, so that nobody else's fills the bucket or uses the key. */
const fromTrail = (environment: Environment, place: PlaceSettings) => ({
  "aws:SourceArn": trailArn(environment, place),
});

/**
 * The bucket's policy: the trail writes, nobody speaks without TLS, and the roles that the trail watches change
 * nothing of it.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
 */
export function bucketPolicy(environment: Environment, place: PlaceSettings): readonly Statement[] {
  const bucket = bucketArn(environment, place);
  const cloudTrail = { Service: "cloudtrail.amazonaws.com" };
  const trail = fromTrail(environment, place);
  return [
    {
      Sid: "TrailChecksBucket",
      Effect: "Allow",
      Principal: cloudTrail,
      Action: ["s3:GetBucketAcl"],
      Resource: [bucket],
      Condition: { StringEquals: trail },
    },
    {
      Sid: "TrailWrites",
      Effect: "Allow",
      Principal: cloudTrail,
      Action: ["s3:PutObject"],
      Resource: [`${bucket}/AWSLogs/${place.accountId}/*`],
      Condition: { StringEquals: { ...trail, "s3:x-amz-acl": "bucket-owner-full-control" } },
    },
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:*"],
      Resource: [bucket, `${bucket}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Sid: "NothingByTheWatched",
      Effect: "Deny",
      Principal: "*",
      Action: ["s3:*"],
      Resource: [bucket, `${bucket}/*`],
      Condition: { ArnLike: { "aws:PrincipalArn": watched(environment, place) } },
    },
  ];
}

/** Roles of the environment's consumers, whichever of them the settings turn on. */
const watched = (environment: Environment, place: PlaceSettings): readonly string[] =>
  ["app-*", "ci-*", "operator", "rotator", "breakGlass"].map((name) =>
    roleArn(physicalName(environment.stage, name), place),
  );

/**
 * The policy of the trail's key: CloudTrail and its log group encrypt with it; whoever IAM lets reads the logs.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export function trailKeyPolicy(
  environment: Environment,
  place: PlaceSettings,
): readonly Statement[] {
  const account = { AWS: arnOf("iam", "root", place) };
  const everyKey = ["*"];
  return [
    administered(place),
    {
      Sid: "TrailEncrypts",
      Effect: "Allow",
      Principal: { Service: "cloudtrail.amazonaws.com" },
      Action: ["kms:GenerateDataKey*"],
      Resource: everyKey,
      Condition: {
        StringEquals: {
          ...fromTrail(environment, place),
          "kms:EncryptionContext:aws:cloudtrail:arn": trailArn(environment, place),
        },
      },
    },
    {
      // CloudTrail looks at the key when the trail is made, before it has an ARN to speak of.
      Sid: "TrailDescribesKey",
      Effect: "Allow",
      Principal: { Service: "cloudtrail.amazonaws.com" },
      Action: ["kms:DescribeKey"],
      Resource: everyKey,
    },
    {
      Sid: "LogReaders",
      Effect: "Allow",
      Principal: account,
      Action: ["kms:Decrypt"],
      Resource: everyKey,
      Condition: {
        StringEquals: {
          "kms:EncryptionContext:aws:cloudtrail:arn": trailArn(environment, place),
        },
      },
    },
    {
      Sid: "LogGroup",
      Effect: "Allow",
      Principal: { Service: `logs.${place.region}.amazonaws.com` },
      Action: [
        "kms:Encrypt",
        "kms:Decrypt",
        "kms:ReEncrypt*",
        "kms:GenerateDataKey*",
        "kms:Describe*",
      ],
      Resource: everyKey,
      Condition: {
        ArnEquals: { "kms:EncryptionContext:aws:logs:arn": logGroupArn(environment, place) },
      },
    },
  ];
}

/** ARN of the trail's log group. */
export const logGroupArn = (environment: Environment, place: PlaceSettings): string =>
  arnOf("logs", `log-group:${auditName(environment)}`, place);

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html */
export const deliveryTrust = (
  environment: Environment,
  place: PlaceSettings,
): readonly Statement[] => [
  {
    Sid: "Trust",
    Effect: "Allow",
    Principal: { Service: "cloudtrail.amazonaws.com" },
    Action: ["sts:AssumeRole"],
    Condition: {
      StringEquals: { ...fromTrail(environment, place), "aws:SourceAccount": place.accountId },
    },
  },
];

/** What the trail does in its log group: its own streams alone. */
export const deliveryGrants = (
  environment: Environment,
  place: PlaceSettings,
): readonly Statement[] => [
  {
    Sid: "Deliver",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: [
      `${logGroupArn(environment, place)}:log-stream:${place.accountId}_CloudTrail_${place.region}*`,
    ],
  },
];
