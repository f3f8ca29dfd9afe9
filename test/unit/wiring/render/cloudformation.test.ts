import { parse } from "yaml";
import { render } from "../../../../infra/wiring/render";
import { max } from "../../../fixtures/aws";
import { adopted, external, withAws } from "../../../fixtures/awsWiring";
import { documentOf } from "../../../fixtures/documentOf";

interface Parts {
  readonly Parameters: Record<string, Record<string, string>>;
  readonly Conditions: object;
  readonly Resources: Record<string, object>;
}

const partsOf = async (raw: Record<string, unknown>): Promise<Parts> =>
  parse(render(await documentOf(raw), "cloudformation")) as Parts;

const api = "SecretPromptsentinelApiKeysArn";
const cache = "SecretPromptsentinelCacheArn";
const gdpr = "SecretPromptsentinelGdprArn";

describe("of the fullest stack", () => {
  test("asks for what the wiring knows, with it as the default", async () => {
    const { Parameters } = await partsOf(max);
    expect(Object.keys(Parameters)).toEqual([
      ...[api, cache, gdpr],
      ...["SecretsKeyArn", "SecretsExecutionRoleArn"],
    ]);
    const defaults = Object.entries(Parameters).map(([name, one]) => [name, one["Default"]]);
    expect(Object.fromEntries(defaults)).toEqual({
      [api]: "arn-of-aws-store-api-keys",
      [cache]: "arn-of-aws-store-redis",
      [gdpr]: "arn-of-aws-store-gdpr",
      SecretsKeyArn: "arn-of-aws-store-key",
      SecretsExecutionRoleArn:
        "arn:aws:iam::210987654321:role/promptsentinel-prod-app-ecs-execution",
    });
  });

  test("a task takes each key by its field, and API_ENV in the application's words", async () => {
    const secret = (Name: string, arn: string) => ({
      Name,
      ValueFrom: { "Fn::Sub": `\${${arn}}:${Name}::` },
    });
    const { Resources } = await partsOf(max);
    expect(Resources["TaskDefinition"]).toStrictEqual({
      Properties: {
        ExecutionRoleArn: {
          "Fn::If": [
            "KeepsTaskExecutionRole",
            { "Fn::GetAtt": ["TaskExecutionRole", "Arn"] },
            { Ref: "SecretsExecutionRoleArn" },
          ],
        },
        ContainerDefinitions: [
          {
            Name: "prompt-sentinel",
            Environment: [{ Name: "API_ENV", Value: "production" }],
            Secrets: [
              secret("ANTHROPIC_API_KEY", api),
              secret("OPENAI_API_KEY", api),
              secret("GEMINI_API_KEY", api),
              secret("REDIS_PASSWORD", cache),
              secret("GDPR_MASTER_KEY", gdpr),
            ],
          },
        ],
      },
    });
  });

  test("the template's own role reads these secrets alone, through Secrets Manager alone", async () => {
    const { Resources, Conditions } = await partsOf(max);
    const arns = [{ Ref: api }, { Ref: cache }, { Ref: gdpr }];
    expect(Resources["TaskExecutionRoleSecrets"]).toStrictEqual({
      Type: "AWS::IAM::RolePolicy",
      Condition: "KeepsTaskExecutionRole",
      Properties: {
        PolicyName: "promptsentinel-secrets",
        RoleName: { Ref: "TaskExecutionRole" },
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: arns },
            {
              "Fn::If": [
                "SecretsHaveAKey",
                {
                  Effect: "Allow",
                  Action: ["kms:Decrypt"],
                  Resource: [{ Ref: "SecretsKeyArn" }],
                  Condition: {
                    StringEquals: {
                      "kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com",
                      "kms:EncryptionContext:SecretARN": arns,
                    },
                  },
                },
                { Ref: "AWS::NoValue" },
              ],
            },
          ],
        },
      },
    });
    expect(Conditions).toStrictEqual({
      KeepsTaskExecutionRole: { "Fn::Equals": [{ Ref: "SecretsExecutionRoleArn" }, ""] },
      UsesSecretsExecutionRole: { "Fn::Not": [{ Condition: "KeepsTaskExecutionRole" }] },
      SecretsHaveAKey: { "Fn::Not": [{ "Fn::Equals": [{ Ref: "SecretsKeyArn" }, ""] }] },
    });
  });

  test("the wiring's role gets to write to the template's log group, and nowhere else", async () => {
    const { Resources } = await partsOf(max);
    expect(Resources["SecretsExecutionRoleLogs"]).toMatchObject({
      Condition: "UsesSecretsExecutionRole",
      Properties: {
        RoleName: { "Fn::Select": [1, { "Fn::Split": ["/", { Ref: "SecretsExecutionRoleArn" }] }] },
        PolicyDocument: {
          Statement: [
            {
              Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
              Resource: [{ "Fn::GetAtt": ["LogGroup", "Arn"] }],
            },
          ],
        },
      },
    });
  });

  test("CloudFormation reads no aliases, and there are none", async () => {
    expect(render(await documentOf(max), "cloudformation")).not.toMatch(/: [&*]/);
  });
});

test("says that the template's Redis refuses a password, where there is one", async () => {
  const line = "# The Redis of EnableRedis has no password";
  expect(render(await documentOf(max), "cloudformation")).toContain(line);
  expect(render(await documentOf(adopted()), "cloudformation")).not.toContain(line);
});

test("asks whoever deploys for the ARN that only the secret's owner knows", async () => {
  const { Parameters } = await partsOf(external);
  expect(Parameters[api]).toEqual({
    Type: "String",
    Description: "Full ARN of promptsentinel/api-keys",
    AllowedPattern: "^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+-[A-Za-z0-9]{6}$",
  });
  expect(Parameters["SecretsKeyArn"]?.["Default"]).toBe("");
});

test("the pattern takes a full ARN, and neither a name nor an ARN without its end", async () => {
  const { Parameters } = await partsOf(external);
  const pattern = new RegExp(Parameters[api]?.["AllowedPattern"] ?? "");
  const full = "arn:aws-us-gov:secretsmanager:us-gov-west-1:210987654321:secret:a/api-keys-a1B2c3";
  expect(full).toMatch(pattern);
  for (const other of [full.slice(0, -7), "a/api-keys", `${full}:ANTHROPIC_API_KEY::`]) {
    expect(other).not.toMatch(pattern);
  }
});

test("an execution role is one without a path, whose name the template finds, or none", async () => {
  const { Parameters } = await partsOf(max);
  const { AllowedPattern, Default } = Parameters["SecretsExecutionRoleArn"] ?? {};
  const pattern = new RegExp(AllowedPattern ?? "");
  for (const good of [Default, "", "arn:aws-cn:iam::210987654321:role/reader"]) {
    expect(good).toMatch(pattern);
  }
  expect("arn:aws:iam::210987654321:role/team/reader").not.toMatch(pattern);
});

test("secrets whose names differ in signs alone have parameters of their own", async () => {
  const document = await documentOf(max);
  const at = (secret: string, jsonKey: string) => ({ region: "eu-central-1", secret, jsonKey });
  const references = {
    ...document.platforms["aws"]?.references,
    anthropic: { key: "anthropic", env: "ANTHROPIC_API_KEY", locator: at("a/b", "X") },
    openai: { key: "openai", env: "OPENAI_API_KEY", locator: at("a-b", "X") },
    gemini: { key: "gemini", env: "GEMINI_API_KEY", locator: at("a_b", "X") },
    redis: { key: "redis", env: "REDIS_PASSWORD", locator: at("a/b2", "X") },
  };
  const { Parameters } = parse(
    render(withAws(document, { references }), "cloudformation"),
  ) as Parts;
  const described = Object.values(Parameters).map((one) => one["Description"]);
  expect(described).toEqual(
    expect.arrayContaining(["a/b", "a-b", "a_b", "a/b2"].map((name) => `Full ARN of ${name}`)),
  );
});
