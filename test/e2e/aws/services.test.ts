import { max } from "../../fixtures/aws";
import { allowed } from "../../support/iam";
import { named } from "../../support/mocks";
import { mutants, type PolicyDocument } from "../support/mutants";
import { recordedUp, type Up } from "../support/recordedUp";

const account = "210987654321";
const home = `eu-central-1:${account}`;
const bucket = `arn:aws:s3:::promptsentinel-prod-audit-${account}-eu-central-1`;
const trail = `arn:aws:cloudtrail:${home}:trail/promptsentinel-prod-audit`;
const logs = `arn:aws:logs:${home}:log-group:promptsentinel-prod-audit`;
const topic = `arn:aws:sns:${home}:promptsentinel-prod-alerts`;
const key = `arn:aws:kms:${home}:key/11111111-2222-3333-4444-555555555555`;
const administrator = `arn:aws:iam::${account}:role/administrator`;
const role = (name: string): string => `arn:aws:iam::${account}:role/promptsentinel-prod-${name}`;

type Context = Readonly<Record<string, string>>;
interface Row {
  readonly who: string;
  readonly action: string;
  readonly resource: string;
  readonly context?: Context;
  /** Each is refused: one thing is other than it should be. */
  readonly others: Readonly<Record<string, Context | { readonly who: string }>>;
}

const tls = { "aws:SecureTransport": "true" };
const trails: Context = { "aws:SourceArn": trail };
const anotherTrail = { "aws:SourceArn": `arn:aws:cloudtrail:${home}:trail/other` };
const encrypts = { ...trails, "kms:EncryptionContext:aws:cloudtrail:arn": trail };

/** Who may use what of the audit and the alerts, by the resource's own policy; written by hand. */
const rows: Readonly<Record<string, readonly Row[]>> = {
  "aws-audit-bucket-policy": [
    {
      who: "cloudtrail.amazonaws.com",
      action: "s3:PutObject",
      resource: `${bucket}/AWSLogs/${account}/CloudTrail/x.json.gz`,
      context: { ...tls, ...trails, "s3:x-amz-acl": "bucket-owner-full-control" },
      others: {
        "another trail": anotherTrail,
        "without TLS": { "aws:SecureTransport": "false" },
        "for another owner": { "s3:x-amz-acl": "public-read" },
        "another service": { who: "config.amazonaws.com" },
      },
    },
    {
      who: "cloudtrail.amazonaws.com",
      action: "s3:GetBucketAcl",
      resource: bucket,
      context: { ...tls, ...trails },
      others: { "another trail": anotherTrail },
    },
    // An auditor, whom IAM lets.
    {
      who: administrator,
      action: "s3:GetObject",
      resource: `${bucket}/AWSLogs/${account}/CloudTrail/x.json.gz`,
      context: tls,
      others: {
        "without TLS": { "aws:SecureTransport": "false" },
        ...Object.fromEntries(
          ["app-ecs-task", "ci-oidc", "operator", "rotator", "break-glass"].map((name) => [
            name,
            { who: role(name) },
          ]),
        ),
      },
    },
    {
      who: administrator,
      action: "s3:PutBucketPolicy",
      resource: bucket,
      context: tls,
      others: { "the watched": { who: role("app-ecs-task") } },
    },
  ],
  "aws-audit-key": [
    {
      who: "cloudtrail.amazonaws.com",
      action: "kms:GenerateDataKey",
      resource: key,
      context: encrypts,
      others: {
        "another trail": anotherTrail,
        "another context": { "kms:EncryptionContext:aws:cloudtrail:arn": `${trail}-of-others` },
        "another service": { who: "config.amazonaws.com" },
      },
    },
    {
      who: "logs.eu-central-1.amazonaws.com",
      action: "kms:Decrypt",
      resource: key,
      context: { "kms:EncryptionContext:aws:logs:arn": logs },
      others: {
        "another log group": { "kms:EncryptionContext:aws:logs:arn": `${logs}-of-others` },
        "another region's": { who: "logs.us-east-1.amazonaws.com" },
      },
    },
    {
      who: administrator,
      action: "kms:Decrypt",
      resource: key,
      context: { "kms:EncryptionContext:aws:cloudtrail:arn": trail },
      others: {
        "not a log": { "kms:EncryptionContext:aws:cloudtrail:arn": "x" },
      },
    },
  ],
  "aws-alerts-key": [
    ...["cloudwatch.amazonaws.com", "events.amazonaws.com"].map((who) => ({
      who,
      action: "kms:GenerateDataKey",
      resource: key,
      context: { "kms:EncryptionContext:aws:sns:topicArn": topic },
      others: {
        "another topic": { "kms:EncryptionContext:aws:sns:topicArn": `${topic}-of-others` },
        "another service": { who: "s3.amazonaws.com" },
        "an administrator": { who: administrator },
      },
    })),
    {
      who: administrator,
      action: "kms:PutKeyPolicy",
      resource: key,
      others: { "another account's": { who: "arn:aws:iam::111122223333:role/administrator" } },
    },
  ],
  "aws-alerts-topic-policy": [
    {
      who: "events.amazonaws.com",
      action: "sns:Publish",
      resource: topic,
      context: {
        ...tls,
        "aws:SourceArn": `arn:aws:events:${home}:rule/promptsentinel-prod-alerts-x`,
      },
      others: {
        "another rule": { "aws:SourceArn": `arn:aws:events:${home}:rule/other` },
        "without TLS": { "aws:SecureTransport": "false" },
        "another service": { who: "s3.amazonaws.com" },
      },
    },
    {
      who: "cloudwatch.amazonaws.com",
      action: "sns:Publish",
      resource: topic,
      context: {
        ...tls,
        "aws:SourceAccount": account,
        "aws:SourceArn": `arn:aws:cloudwatch:${home}:alarm:promptsentinel-prod-alerts-x`,
      },
      others: {
        "another alarm": { "aws:SourceArn": `arn:aws:cloudwatch:${home}:alarm:other` },
        "for another account": { "aws:SourceAccount": "111122223333" },
        "another account's user": { who: "arn:aws:iam::111122223333:user/eve" },
      },
    },
  ],
  "aws-access-endpoint-secretsmanager": [
    {
      who: role("app-ecs-task"),
      action: "secretsmanager:GetSecretValue",
      resource: `arn:aws:secretsmanager:${home}:secret:promptsentinel/api-keys-a1B2c3`,
      context: { "aws:PrincipalAccount": account },
      others: { "a principal of another account": { "aws:PrincipalAccount": "111122223333" } },
    },
  ],
};

describe("what a resource's own policy says, asked of a policy evaluator", () => {
  let up: readonly Up[];
  beforeAll(async () => {
    up = await recordedUp(max);
  });

  const policyIn = (name: string): PolicyDocument =>
    JSON.parse(String(named(up, name).inputs["policy"])) as PolicyDocument;

  const policies = (
    policyOf: string,
    principal: string,
    resource: PolicyDocument,
  ): Parameters<typeof allowed>[1] => {
    // An endpoint's policy is a bound of what passes, as IAM has it: it alone allows here.
    if (policyOf.includes("endpoint")) {
      const Statement = resource.Statement.map((one) => ({ ...one, Principal: undefined }));
      return { identity: [{ ...resource, Statement }] };
    }
    // Of people, IAM lets everything: what the policy then says is what counts.
    const Statement = [{ Effect: "Allow", Action: "*", Resource: "*" }];
    return {
      identity: principal.startsWith("arn:") ? [{ Version: "2012-10-17", Statement }] : [],
      resource,
    };
  };

  const ask = (
    policyOf: string,
    row: Row,
    other: Row["others"][string] = {},
    policy = policyIn(policyOf),
  ): Promise<boolean> => {
    const principal = "who" in other ? other["who"] : row.who;
    return allowed(
      {
        principal,
        action: row.action,
        resource: row.resource,
        context: {
          ...(principal.startsWith("arn:") ? { "aws:PrincipalArn": principal } : {}),
          ...row.context,
          ...("who" in other ? {} : other),
        },
      },
      policies(policyOf, principal, policy),
    );
  };

  const cases = Object.entries(rows).flatMap(([name, some]) =>
    some.map((row) => ({ name, title: `${row.who} ${row.action}`, row })),
  );

  test.each(cases)("$name: $title", async ({ name, row }) => {
    expect(await ask(name, row)).toBe(true);
    for (const [title, other] of Object.entries(row.others)) {
      expect([title, await ask(name, row, other)]).toEqual([title, false]);
    }
  });

  test.each(Object.keys(rows))("every condition of %s counts", async (name) => {
    const answers = async (policy: PolicyDocument): Promise<string> => {
      const found: boolean[] = [];
      for (const row of rows[name] ?? []) {
        for (const other of [{}, ...Object.values(row.others)]) {
          found.push(await ask(name, row, other, policy));
        }
      }
      return found.join();
    };
    const policy = policyIn(name);
    const right = await answers(policy);
    const survivors: string[] = [];
    for (const [title, mutant] of mutants(policy)) {
      if (title.includes(" without ") && (await answers(mutant)) === right) survivors.push(title);
    }
    expect(survivors).toEqual([]);
  });
});
