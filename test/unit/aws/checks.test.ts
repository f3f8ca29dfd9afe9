import { parseConfig } from "../../../infra/config";
import { platforms } from "../../../stacks/platforms";
import type { AwsSettings } from "../../../infra/aws/settings";
import { changed } from "../../fixtures/changed";
import { problemsOf } from "../../fixtures/problems";
import { max, min } from "../../fixtures/aws";

const adopting = changed(
  changed(min, "aws.secrets", {
    mode: "adopt",
    arns: {
      "promptsentinel/api-keys":
        "arn:aws:secretsmanager:us-east-1:210987654321:secret:promptsentinel/api-keys-AbCdEf",
      "promptsentinel/snyk":
        "arn:aws:secretsmanager:us-east-1:210987654321:secret:promptsentinel/snyk-AbCdEf",
    },
  }),
  "stage",
  "dev",
);

test.each([
  ["the smallest", min],
  ["the fullest", max],
  ["an adopting", adopting],
  ["an external", changed(min, "aws.secrets.mode", "external")],
])("%s config is legal", (_, raw) => {
  expect(problemsOf(raw)).toEqual([]);
});

test("a time that the engine has read for us is the same time", () => {
  const raw = changed(max, "aws.access.breakGlass.until", "2026-12-31 00:00:00 +0000 UTC");
  const { platforms: enabled } = parseConfig(raw, platforms);
  const { access } = enabled[0]?.settings as AwsSettings;
  expect(access.breakGlass?.until).toBe("2026-12-31T00:00:00Z");
});

/** Each row: a legal config, one change, and what is said of it. */
const cases: readonly (readonly [string, Record<string, unknown>, string, unknown, string])[] = [
  ["a region that is misspelt", min, "aws.region", "us-est-1", "fix: use us-east-1"],
  ["a region that is none", min, "aws.region", "mars", 'aws.region: got "mars"; allowed: '],
  ["an account by number", min, "aws.accountId", 210987654321, "expected: a string"],
  ["an account that is too short", min, "aws.accountId", "21098", "12 digits, in quotes"],
  [
    "a boundary of another account",
    max,
    "aws.permissionsBoundary",
    "arn:aws:iam::111111111111:policy/boundary",
    "aws.permissionsBoundary: got an ARN of account 111111111111; allowed: 210987654321",
  ],
  [
    "a boundary of another partition",
    max,
    "aws.permissionsBoundary",
    "arn:aws-cn:iam::210987654321:policy/boundary",
    "got an ARN of partition aws-cn; allowed: aws, of eu-central-1",
  ],
  [
    "a boundary that is no policy",
    max,
    "aws.permissionsBoundary",
    "arn:aws:kms:eu-central-1:210987654321:key/1",
    "got an ARN of kms; allowed: iam",
  ],
  [
    "a principal of another partition",
    max,
    "aws.access.operator.principals",
    ["arn:aws-us-gov:iam::210987654321:role/platform"],
    "aws.access.operator.principals: got an ARN of partition aws-us-gov",
  ],
  [
    "a whole account as a principal",
    max,
    "aws.access.operator.principals",
    ["arn:aws:iam::210987654321:root"],
    "allowed: ARNs of IAM roles and users, by name",
  ],
  [
    "a wildcard as a principal",
    max,
    "aws.access.breakGlass.principals",
    ["arn:aws:iam::210987654321:role/*"],
    "allowed: ARNs of IAM roles and users, by name",
  ],
  [
    "a wildcard as a subject",
    max,
    "aws.access.ci.oidc.subjects",
    ["repo:promptsentinelai/*"],
    "a token's sub; no wildcard",
  ],
  [
    "an endpoint that is none",
    max,
    "aws.secrets.vpcEndpoints",
    ["vpc-0a1b2c3d"],
    "vpce- and hex digits",
  ],
  [
    "a replica at home",
    max,
    "aws.secrets.replicas",
    ["eu-central-1"],
    "aws.secrets.replicas: got eu-central-1, the home region",
  ],
  [
    "a replica twice",
    max,
    "aws.secrets.replicas",
    ["eu-west-1", "eu-west-1"],
    "aws.secrets.replicas: got eu-west-1 twice",
  ],
  [
    "a replica in another partition",
    max,
    "aws.secrets.replicas",
    ["cn-north-1"],
    "aws.secrets.replicas: got cn-north-1, of partition aws-cn",
  ],
  ["a recovery window that is too short", max, "aws.secrets.recoveryDays", 6, ">=7"],
  ["a recovery window that is too long", max, "aws.secrets.recoveryDays", 31, "<=30"],
  ["a rotation of the key that is too rare", max, "aws.encryption.rotationDays", 2561, "<=2560"],
  [
    "two secrets of one name",
    max,
    "aws.secrets.names",
    { "promptsentinel/redis": "promptsentinel/api-keys" },
    "both claim promptsentinel/api-keys (secret in 210987654321 eu-central-1)",
  ],
  [
    "a name for a secret that the stack has not",
    max,
    "aws.secrets.names",
    { "promptsentinel/reddis": "x" },
    "fix: rename it to promptsentinel/redis",
  ],
  [
    "a name that looks as if the service had ended it",
    max,
    "aws.secrets.names",
    { "promptsentinel/redis": "promptsentinel/redis-abc123" },
    "a name that does not end in a hyphen and six characters",
  ],
  [
    "a name with signs that AWS refuses",
    max,
    "aws.secrets.names",
    { "promptsentinel/redis": "redis key" },
    "letters, digits and /_+=.@-",
  ],
  [
    "a key of one's own for secrets that are made",
    max,
    "aws.encryption.keyArn",
    "arn:aws:kms:eu-central-1:210987654321:key/1",
    "aws.encryption.keyArn: with aws.secrets.mode create the stack makes its own key",
  ],
  [
    "a secret to adopt without its ARN",
    adopting,
    "aws.secrets.arns",
    {},
    "aws.secrets.arns.promptsentinel/api-keys: is missing",
  ],
  [
    "a secret to adopt with another's ARN",
    adopting,
    "aws.secrets.arns.promptsentinel/snyk",
    "arn:aws:secretsmanager:us-east-1:210987654321:secret:other-AbCdEf",
    "which is not the ARN of promptsentinel/snyk",
  ],
  [
    "replicas of secrets that are adopted",
    adopting,
    "aws.secrets.replicas",
    ["eu-west-1"],
    "replicas of secrets that are adopted are their owner's",
  ],
  ["a workload without a way in", max, "aws.access.app", {}, "aws.access.app: has no way in"],
  ["tokens of nobody", max, "ci", undefined, "aws.access.ci.oidc: needs to know whose tokens"],
  [
    "break-glass without a second factor in prod",
    max,
    "aws.access.breakGlass.requireMfa",
    false,
    "aws.access.breakGlass.requireMfa: got false; prod takes true only",
  ],
  ["a time that is none", max, "aws.access.breakGlass.until", "tomorrow", "aws.access.breakGlass"],
  ["a tag of AWS's own", max, "tags", { "aws:x": "y" }, "names that begin with aws: are AWS's own"],
  ["a tag with signs that AWS refuses", max, "tags", { team: "a;b" }, 'tags.team: got "a;b"'],
  [
    "too many tags",
    max,
    "tags",
    Object.fromEntries(Array.from({ length: 48 }, (_, n) => [`t${String(n)}`, "x"])),
    "tags: got 51 with the program's own; AWS takes 50",
  ],
  [
    "more principals than a trust holds",
    max,
    "aws.access.operator.principals",
    Array.from({ length: 60 }, (_, n) => `arn:aws:iam::210987654321:role/platform-${String(n)}`),
    "aws.access.operator (trust): its policy has",
  ],
  [
    "a trail that exists, without its ARN",
    max,
    "aws.audit",
    { mode: "external" },
    "aws.audit.trailArn: is missing",
  ],
  [
    "a trail of another partition",
    max,
    "aws.audit",
    { mode: "external", trailArn: "arn:aws-cn:cloudtrail:cn-north-1:210987654321:trail/x" },
    "allowed: a trail of partition aws;",
  ],
  [
    "a trail's ARN for a trail of one's own",
    max,
    "aws.audit",
    { trailArn: "arn:aws:cloudtrail:eu-central-1:210987654321:trail/x" },
    "aws.audit.trailArn: is for aws.audit.mode external",
  ],
  [
    "a lock that opens, in prod",
    max,
    "aws.audit.lock",
    "governance",
    "aws.audit.lock: got governance; prod takes compliance only",
  ],
  [
    "logs for a week, in prod",
    max,
    "aws.audit.retentionDays",
    7,
    "aws.audit.retentionDays: got 7; prod takes 90 or more",
  ],
  ["logs for ever", max, "aws.audit.retentionDays", 4000, "<=3650"],
  [
    "days that CloudWatch does not take",
    max,
    "aws.audit.logRetentionDays",
    100,
    "logRetentionDays",
  ],
  [
    "a spike of nothing",
    max,
    "aws.alerts.readsPerFiveMinutes",
    0,
    "aws.alerts.readsPerFiveMinutes: got 0",
  ],
  [
    "an address with a key in it",
    max,
    "aws.alerts.subscribers",
    { pager: { protocol: "https", endpoint: "https://events.example.com/x/enqueue" } },
    "aws.alerts.subscribers.pager.protocol",
  ],
  [
    "mail to what is no address",
    max,
    "aws.alerts.subscribers",
    { me: { protocol: "email", endpoint: "me" } },
    "aws.alerts.subscribers.me.endpoint",
  ],
  [
    "an endpoint without a VPC",
    max,
    "aws.network.vpcId",
    undefined,
    "aws.network.vpcId: is missing; endpoints stand in a VPC",
  ],
  ["an endpoint in no subnet", max, "aws.network.subnetIds", [], "aws.network.subnetIds: is empty"],
  ["an endpoint twice", max, "aws.network.endpoints", ["kms", "kms"], "got kms twice"],
  ["a VPC that is none", max, "aws.network.vpcId", "main", 'aws.network.vpcId: got "main"'],
  [
    "a pipeline that applies what it previews",
    max,
    "aws.pipeline.apply.subjects",
    ["repo:promptsentinelai/prompt-sentinel:pull_request"],
    "who previews would apply",
  ],
  [
    "a pipeline of any branch",
    max,
    "aws.pipeline.apply.subjects",
    ["repo:promptsentinelai/prompt-sentinel:*"],
    "no wildcard",
  ],
  ["a pipeline of nobody", max, "ci", undefined, "aws.pipeline: needs to know whose tokens"],
  [
    "a pipeline in prod whose roles nothing bounds",
    max,
    "aws.permissionsBoundary",
    undefined,
    "aws.permissionsBoundary: is missing",
  ],
];

test.each(cases)("fails: %s", (_, raw, path, value, told) => {
  const problems = problemsOf(changed(raw, path, value));
  expect(problems).toContainEqual(expect.stringContaining(told) as string);
  for (const problem of problems) expect(problem).toMatch(/; fix: \S/);
});
