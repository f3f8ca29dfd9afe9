import { max } from "../../fixtures/aws";
import { accountOf, allowed, type Account } from "../../support/iam";
import { recordedUp } from "../support/recordedUp";

const account = "210987654321";
const home = `eu-central-1:${account}`;
const arn = (service: string, resource: string): string => `arn:aws:${service}:${home}:${resource}`;
const iam = (resource: string): string => `arn:aws:iam::${account}:${resource}`;
const stack = "promptsentinel-prod";
const bucket = `arn:aws:s3:::${stack}-audit-${account}-eu-central-1`;
const boundary = iam("policy/boundary");
const key = arn("kms", "key/11111111-2222-3333-4444-555555555555");
const tags = { "aws:ResourceTag/app": "promptsentinel", "aws:ResourceTag/stage": "prod" };
const born = { "aws:RequestTag/app": "promptsentinel", "aws:RequestTag/stage": "prod" };

type Context = Readonly<Record<string, string>>;
type Row = readonly [action: string, resource: string, context?: Context];

/** Written by hand: what both roles may, what `apply` alone may, and what neither may. */
const both: readonly Row[] = [
  ["iam:GetRole", iam(`role/${stack}-app-ecs-task`)],
  ["iam:GetRolePolicy", iam(`role/${stack}-operator`)],
  ["kms:ListAliases", "*"],
  ["cloudtrail:GetEventSelectors", arn("cloudtrail", `trail/${stack}-audit`)],
  ["s3:GetBucketPolicy", bucket],
  ["s3:GetEncryptionConfiguration", bucket],
  ["events:DescribeRule", arn("events", `rule/${stack}-alerts-grant-change`)],
  ["cloudwatch:DescribeAlarms", arn("cloudwatch", `alarm:${stack}-alerts-no-data`)],
  ["sns:GetTopicAttributes", arn("sns", `${stack}-alerts`)],
  ["states:DescribeStateMachine", arn("states", `stateMachine:${stack}-alerts`)],
  ["logs:DescribeMetricFilters", arn("logs", `log-group:${stack}-audit`)],
  ["ec2:DescribeVpcEndpoints", "*"],
  ["states:ValidateStateMachineDefinition", "*"],
];
const applyAlone: readonly Row[] = [
  ["kms:CreateKey", "*", born],
  ["kms:CreateAlias", arn("kms", `alias/${stack}-secrets`)],
  ["iam:CreateRole", iam(`role/${stack}-app-lambda`), { "iam:PermissionsBoundary": boundary }],
  ["iam:PutRolePolicy", iam(`role/${stack}-app-ec2`), { "iam:PermissionsBoundary": boundary }],
  ["iam:UpdateAssumeRolePolicy", iam(`role/${stack}-operator`)],
  [
    "iam:PassRole",
    iam(`role/${stack}-alerts-check`),
    { "iam:PassedToService": "states.amazonaws.com" },
  ],
  ["events:PutRule", arn("events", `rule/${stack}-alerts-grant-change`)],
  ["cloudwatch:PutMetricAlarm", arn("cloudwatch", `alarm:${stack}-alerts-no-data`)],
  ["logs:PutMetricFilter", arn("logs", `log-group:${stack}-audit`)],
  ["states:UpdateStateMachine", arn("states", `stateMachine:${stack}-alerts`)],
  ["eks:CreatePodIdentityAssociation", arn("eks", "cluster/main")],
  ["ec2:CreateVpcEndpoint", arn("ec2", "vpc/vpc-0a1b2c3d4e5f60718")],
  ["ec2:ModifyVpcEndpoint", arn("ec2", "vpc-endpoint/vpce-1"), tags],
];
const neither: readonly Row[] = [
  ["secretsmanager:GetSecretValue", arn("secretsmanager", "secret:promptsentinel/api-keys-a1B2c3")],
  ["secretsmanager:PutSecretValue", arn("secretsmanager", "secret:promptsentinel/api-keys-a1B2c3")],
  ["secretsmanager:DeleteSecret", arn("secretsmanager", "secret:promptsentinel/api-keys-a1B2c3")],
  ["secretsmanager:PutResourcePolicy", arn("secretsmanager", "secret:billing/api-keys-a1B2c3")],
  ["kms:Decrypt", key, tags],
  ["kms:CreateGrant", key, tags],
  ["kms:ScheduleKeyDeletion", key, tags],
  ["kms:PutKeyPolicy", key, { "aws:ResourceTag/app": "billing", "aws:ResourceTag/stage": "prod" }],
  ["kms:PutKeyPolicy", key, { ...tags, "aws:ResourceTag/stage": "dev" }],
  ["kms:CreateKey", "*", { "aws:RequestTag/app": "billing" }],
  ["sts:AssumeRole", iam(`role/${stack}-break-glass`)],
  ["eks:CreatePodIdentityAssociation", arn("eks", "cluster/other")],
  ["ec2:CreateVpcEndpoint", arn("ec2", "vpc/vpc-1")],
  ["ec2:DeleteVpcEndpoints", arn("ec2", "vpc-endpoint/vpce-1")],
  ["ec2:CreateTags", arn("ec2", "vpc-endpoint/vpce-1")],
  // Neither widens itself, or makes a role that nothing bounds.
  [
    "iam:PutRolePolicy",
    iam(`role/${stack}-pipeline-apply`),
    { "iam:PermissionsBoundary": boundary },
  ],
  ["iam:UpdateAssumeRolePolicy", iam(`role/${stack}-pipeline-preview`)],
  ["iam:CreateRole", iam(`role/${stack}-app-lambda`)],
  ["iam:CreateRole", iam(`role/${stack}-x`), { "iam:PermissionsBoundary": iam("policy/other") }],
  ["iam:CreateRole", iam("role/administrator"), { "iam:PermissionsBoundary": boundary }],
  ["iam:DeleteRolePermissionsBoundary", iam(`role/${stack}-app-lambda`)],
  ["iam:AttachRolePolicy", iam(`role/${stack}-app-lambda`)],
  // A reader's role is for its own service: no function gets it.
  ["iam:PassRole", iam(`role/${stack}-app-ec2`), { "iam:PassedToService": "lambda.amazonaws.com" }],
  [
    "iam:PassRole",
    iam(`role/${stack}-app-lambda`),
    { "iam:PassedToService": "lambda.amazonaws.com" },
  ],
  // The audit is an administrator's.
  ["cloudtrail:StopLogging", arn("cloudtrail", `trail/${stack}-audit`)],
  ["cloudtrail:UpdateTrail", arn("cloudtrail", `trail/${stack}-audit`)],
  ["cloudtrail:PutEventSelectors", arn("cloudtrail", `trail/${stack}-audit`)],
  ["s3:PutBucketPolicy", bucket],
  ["s3:GetObject", `${bucket}/AWSLogs/x`],
  ["s3:DeleteObject", `${bucket}/AWSLogs/x`],
  ["logs:DeleteLogGroup", arn("logs", `log-group:${stack}-audit`)],
  ["events:DisableRule", arn("events", `rule/${stack}-alerts-grant-change`)],
  ["cloudwatch:DisableAlarmActions", arn("cloudwatch", `alarm:${stack}-alerts-no-data`)],
];

describe("the pipeline's roles, asked of a policy evaluator", () => {
  let made: Account;
  beforeAll(async () => {
    made = accountOf(await recordedUp(max));
  });

  const may = (role: string, [action, resource, context = {}]: Row): Promise<boolean> =>
    allowed(
      { principal: iam(`role/${stack}-pipeline-${role}`), action, resource, context },
      {
        identity: made.grantsOf(`${stack}-pipeline-${role}`),
        // A key is its own policy's too.
        ...(resource === key ? { resource: made.keyPolicy("aws-store-key") } : {}),
      },
    );

  const cases = (rows: readonly Row[], preview: boolean, apply: boolean) =>
    rows.map((row) => ({ row, title: `${row[0]} ${row[1]}`, preview, apply }));

  test.each([
    ...cases(both, true, true),
    ...cases(applyAlone, false, true),
    ...cases(neither, false, false),
  ])("$title: preview $preview, apply $apply", async ({ row, preview, apply }) => {
    expect(await may("preview", row)).toBe(preview);
    expect(await may("apply", row)).toBe(apply);
  });
});
