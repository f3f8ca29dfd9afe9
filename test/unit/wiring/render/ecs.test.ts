import { render } from "../../../../infra/wiring/render";
import { max, min } from "../../../fixtures/aws";
import { adopted, external, withAws } from "../../../fixtures/awsWiring";
import { documentOf } from "../../../fixtures/documentOf";
import { min as vaultMin } from "../../../fixtures/vault";

const ecsOf = async (raw: Record<string, unknown>): Promise<unknown> =>
  JSON.parse(render(await documentOf(raw), "ecs"));

const key = "arn:aws:kms:us-east-1:210987654321:key/11111111-2222-4333-8444-555555555555";

test("is what a task definition takes: the stack's ARNs, each key by its field, API_ENV in the application's words", async () => {
  expect(await ecsOf(max)).toStrictEqual({
    region: "eu-central-1",
    taskDefinition: {
      executionRoleArn: "arn:aws:iam::210987654321:role/promptsentinel-prod-app-ecs-execution",
      taskRoleArn: "arn:aws:iam::210987654321:role/promptsentinel-prod-app-ecs-task",
      containerDefinitions: [
        {
          name: "prompt-sentinel",
          environment: [{ name: "API_ENV", value: "production" }],
          secrets: [
            {
              name: "ANTHROPIC_API_KEY",
              valueFrom: "arn-of-aws-store-api-keys:ANTHROPIC_API_KEY::",
            },
            { name: "OPENAI_API_KEY", valueFrom: "arn-of-aws-store-api-keys:OPENAI_API_KEY::" },
            { name: "GEMINI_API_KEY", valueFrom: "arn-of-aws-store-api-keys:GEMINI_API_KEY::" },
            { name: "REDIS_PASSWORD", valueFrom: "arn-of-aws-store-redis:REDIS_PASSWORD::" },
            { name: "GDPR_MASTER_KEY", valueFrom: "arn-of-aws-store-gdpr:GDPR_MASTER_KEY::" },
          ],
        },
      ],
    },
    executionRolePolicy: {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Secrets",
          Effect: "Allow",
          Action: ["secretsmanager:GetSecretValue"],
          Resource: [
            "arn-of-aws-store-api-keys",
            "arn-of-aws-store-redis",
            "arn-of-aws-store-gdpr",
          ],
        },
        {
          Sid: "EncryptionKey",
          Effect: "Allow",
          Action: ["kms:Decrypt"],
          Resource: ["arn-of-aws-store-key"],
          Condition: {
            StringEquals: {
              "kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com",
              "kms:EncryptionContext:SecretARN": [
                "arn-of-aws-store-api-keys",
                "arn-of-aws-store-redis",
                "arn-of-aws-store-gdpr",
              ],
            },
          },
        },
      ],
    },
    notes: [
      "A task starts only when its secrets' JSON has all of ANTHROPIC_API_KEY, OPENAI_API_KEY, GEMINI_API_KEY, REDIS_PASSWORD, GDPR_MASTER_KEY.",
      "It reads them at its start alone: after a rotation, aws ecs update-service --force-new-deployment.",
      "promptsentinel-prod-app-ecs-execution reads these secrets alone. To pull from a private ECR and to write logs it needs more:",
      "  aws iam attach-role-policy --role-name promptsentinel-prod-app-ecs-execution --policy-arn arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
      "Secrets with aws.secrets.mode create, and their key, refuse every role that promptsentinel-secrets did not make: a",
      "role of your own reads only those whose owner lets it (adopt or external).",
      "taskRoleArn lets the container itself read them, as the guide's loader does: leave it out where none runs.",
    ],
  });
});

test.each([
  ["prod", max, "production"],
  ["dev", min, "development"],
])("API_ENV of %s, which the application would not start with", async (_, raw, apiEnv) => {
  expect(await ecsOf(raw)).toMatchObject({
    taskDefinition: {
      containerDefinitions: [{ environment: [{ name: "API_ENV", value: apiEnv }] }],
    },
  });
});

describe("secrets that exist", () => {
  const arn = "arn:aws:secretsmanager:us-east-1:210987654321:secret:promptsentinel/api-keys-a1B2c3";
  const read = {
    Sid: "Secrets",
    Effect: "Allow",
    Action: ["secretsmanager:GetSecretValue"],
    Resource: [arn],
  };

  test("are named by the ARN of the settings, and ask for no key where AWS has it", async () => {
    const found = await ecsOf(adopted());
    expect(found).toMatchObject({
      taskDefinition: {
        containerDefinitions: [
          {
            secrets: ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY"].map((name) => ({
              name,
              valueFrom: `${arn}:${name}::`,
            })),
          },
        ],
      },
    });
    expect(found).toHaveProperty("executionRolePolicy.Statement", [read]);
  });

  test("ask for the key that the settings name", async () => {
    expect(await ecsOf(adopted({ keyArn: key }))).toHaveProperty("executionRolePolicy.Statement", [
      read,
      expect.objectContaining({ Action: ["kms:Decrypt"], Resource: [key] }),
    ]);
  });
});

test("the policy that AWS manages is its partition's", async () => {
  const document = await documentOf(min);
  const role = "arn:aws-cn:iam::210987654321:role/execution";
  const app = {
    ...{ consumer: "app" as const, name: "app" },
    logins: { ecs: { executionRoleArn: role, roleArn: role } },
  };
  expect(render(withAws(document, { identities: { app } }), "ecs")).toContain(
    "--role-name execution --policy-arn arn:aws-cn:iam::aws:policy/",
  );
});

describe("is refused", () => {
  const noArn =
    "format: got ecs of aws: the document has no full ARN of promptsentinel/api-keys; fix: run the stack again with this version, or, of secrets with aws.secrets.mode external, use cloudformation, which asks for it, or terraform, which looks it up";

  test("of secrets that are external: ECS is promised to work with full ARNs alone", async () => {
    const document = await documentOf(external);
    expect(() => render(document, "ecs")).toThrow(noArn);
  });

  test("of a document from before they were in it", async () => {
    const { addresses, ...old } = (await documentOf(min)).platforms["aws"] ?? {};
    expect(addresses).toBeDefined();
    const document = await documentOf(min);
    const platforms = { aws: old } as typeof document.platforms;
    expect(() => render({ ...document, version: "1.1", platforms }, "ecs")).toThrow(noArn);
  });

  test.each(["ecs", "cloudformation", "terraform", "tfvars"])(
    "%s, without an identity for ECS",
    async (format) => {
      const document = withAws(await documentOf(min), { identities: {} });
      expect(() => render(document, format)).toThrow(
        `format: got ${format} of aws: app has no way in by ecs; fix: add aws.access.app.ecs to the stack's settings and run it again; of aws there is json, `,
      );
    },
  );

  test.each(["ecs", "cloudformation", "terraform", "tfvars"])("%s, of Vault", async (format) => {
    const document = await documentOf(vaultMin);
    expect(() => render(document, format)).toThrow(
      `format: got ${format} of vault: ECS reads AWS Secrets Manager alone; of vault there is json, `,
    );
  });
});
