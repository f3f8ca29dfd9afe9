import { render } from "../../../../infra/wiring/render";
import { quoted } from "../../../../infra/wiring/render/hcl";
import { max, min } from "../../../fixtures/aws";
import { adopted, external, withAws } from "../../../fixtures/awsWiring";
import { documentOf } from "../../../fixtures/documentOf";

const textOf = async (raw: Record<string, unknown>): Promise<string> =>
  render(await documentOf(raw), "terraform");

/** Without what a reader of HCL leaves out. */
const code = (text: string): string =>
  text
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n")
    .trim();

test("finds the secret by its name, and has what main.tf takes of it, byte for byte", async () => {
  expect(code(await textOf(min))).toBe(`variable "own_execution_role" {
  description = "Read the secrets by aws_iam_role.ecs_task_execution and not by the wiring's role"
  type        = bool
  default     = false
}

variable "secrets_key_arn" {
  description = "The secrets' own key; empty where AWS manages it"
  type        = string
  default     = "arn-of-aws-store-key"
}

data "aws_secretsmanager_secret" "promptsentinel_api_keys" {
  name = "promptsentinel/api-keys"
}

locals {
  promptsentinel_api_env = "development"

  promptsentinel_execution_role_arn = var.own_execution_role ? aws_iam_role.ecs_task_execution.arn : "arn:aws:iam::210987654321:role/promptsentinel-dev-app-ecs-execution"

  promptsentinel_secrets = [
    { name = "ANTHROPIC_API_KEY", valueFrom = "\${data.aws_secretsmanager_secret.promptsentinel_api_keys.arn}:ANTHROPIC_API_KEY::" },
    { name = "OPENAI_API_KEY", valueFrom = "\${data.aws_secretsmanager_secret.promptsentinel_api_keys.arn}:OPENAI_API_KEY::" },
    { name = "GEMINI_API_KEY", valueFrom = "\${data.aws_secretsmanager_secret.promptsentinel_api_keys.arn}:GEMINI_API_KEY::" },
  ]
}

data "aws_iam_policy_document" "promptsentinel_secrets" {
  statement {
    actions = ["secretsmanager:GetSecretValue"]
    resources = [
      data.aws_secretsmanager_secret.promptsentinel_api_keys.arn,
    ]
  }

  dynamic "statement" {
    for_each = var.secrets_key_arn == "" ? [] : [var.secrets_key_arn]
    content {
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["secretsmanager.us-east-1.amazonaws.com"]
      }
      condition {
        test     = "StringEquals"
        variable = "kms:EncryptionContext:SecretARN"
        values = [
          data.aws_secretsmanager_secret.promptsentinel_api_keys.arn,
        ]
      }
    }
  }
}

resource "aws_iam_role_policy" "promptsentinel_secrets" {
  count  = var.own_execution_role ? 1 : 0
  name   = "promptsentinel-secrets"
  role   = aws_iam_role.ecs_task_execution.id
  policy = data.aws_iam_policy_document.promptsentinel_secrets.json
}

data "aws_iam_policy_document" "promptsentinel_logs" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["\${aws_cloudwatch_log_group.prompt_sentinel.arn}:*"]
  }
}

resource "aws_iam_role_policy" "promptsentinel_logs" {
  count  = var.own_execution_role ? 0 : 1
  name   = "prompt-sentinel-logs"
  role   = "promptsentinel-dev-app-ecs-execution"
  policy = data.aws_iam_policy_document.promptsentinel_logs.json
}`);
});

test("has a data source for each secret, by the name that the settings give it", async () => {
  const text = await textOf(max);
  expect(text.match(/^data "aws_secretsmanager_secret" .*\n.*$/gm)).toEqual([
    'data "aws_secretsmanager_secret" "promptsentinel_api_keys" {\n  name = "promptsentinel/api-keys"',
    'data "aws_secretsmanager_secret" "promptsentinel_cache" {\n  name = "promptsentinel/cache"',
    'data "aws_secretsmanager_secret" "promptsentinel_gdpr" {\n  name = "promptsentinel/gdpr"',
  ]);
  expect(text).toContain("# The Redis of redis_enabled has no password");
});

test.each([
  ["external", external],
  ["adopted with the key that AWS manages", adopted()],
])("knows no key of secrets that are %s", async (_, raw) => {
  expect(await textOf(raw)).toContain('  default     = ""\n');
});

test("says that the application's templates have no variable for a secret that exists", async () => {
  const line = /^# .*no variable for a secret that exists/m;
  expect(await textOf(min)).toMatch(line);
  expect(render(await documentOf(min), "tfvars")).toMatch(line);
});

test("a name that begins with a digit is none of Terraform's", async () => {
  const document = await documentOf(min);
  const locator = { region: "us-east-1", secret: "2/keys", jsonKey: "X" };
  const references = Object.fromEntries(
    Object.entries(document.platforms["aws"]?.references ?? {}).map(([id, one]) => [
      id,
      { ...one, locator },
    ]),
  );
  expect(render(withAws(document, { references }), "terraform")).toContain(
    'data "aws_secretsmanager_secret" "secret_2_keys" {',
  );
});

test.each([
  ["a", '"a"'],
  ['a"b\\', '"a\\"b\\\\"'],
  ["${a} %{b}", '"$${a} %%{b}"'],
  ["a$b%", '"a$b%"'],
])("HCL reads %j back as it is", (text, expected) => {
  expect(quoted(text)).toBe(expected);
});

describe("tfvars", () => {
  test.each([
    ["prod", max, "eu-central-1"],
    ["dev", min, "us-east-1"],
  ])("of %s sets what the stack knows, and no key", async (stage, raw, region) => {
    expect(code(render(await documentOf(raw), "tfvars"))).toBe(
      `aws_region  = "${region}"\nenvironment = "${stage}"`,
    );
  });
});
