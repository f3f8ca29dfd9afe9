import {
  cannotTask,
  ecsTask,
  facts,
  throughSecretsManager,
  withoutRedis,
  words,
  type EcsTask,
} from "./ecsTask";
import { list, quoted } from "./hcl";
import type { Renderer } from "./renderer";

/**
 * A file beside the application's own main.tf (deployment/terraform), which has no variable for a secret that exists:
 * data sources find it, and locals hold what main.tf takes in the place of its own. In the form of `terraform fmt`.
 */
export const terraform: Renderer = {
  summary: "a .tf file beside the application's main.tf",
  cannot: cannotTask,
  render(input) {
    const task = ecsTask(input);
    const names = words(task.secrets, identifier);
    const arns = task.secrets.map(({ name }) => arnOf(names, name));
    return [
      ...[
        ...comment,
        ...withoutRedis(task, "redis_enabled"),
        ...facts(task, "To pull from a private ECR it needs more:"),
      ].map((line) => `# ${line}`),
      "",
      variables(task),
      ...task.secrets.map(
        ({ name }) =>
          `data "aws_secretsmanager_secret" ${quoted(names.get(name) ?? "")} {\n  name = ${quoted(name)}\n}\n`,
      ),
      locals(task, names, input.wiring.apiEnv),
      ownRole(task, arns),
      stackRole(task),
    ].join("\n");
  },
};

const comment = [
  "For deployment/terraform of the application, beside main.tf. In main.tf:",
  "  execution_role_arn = local.promptsentinel_execution_role_arn",
  "  secrets            = local.promptsentinel_secrets",
  "  of environment, API_ENV: value = local.promptsentinel_api_env",
  "It has no variable for a secret that exists. Once the secrets have their values, remove its own: of main.tf",
  "aws_secretsmanager_secret.api_keys, aws_secretsmanager_secret_version.api_keys and aws_iam_role_policy.secrets_access (in",
  "depends_on the two policies below take its place), of variables.tf anthropic_api_key, openai_api_key and gemini_api_key.",
  "aws_iam_role.ecs_task stays as it is: the application calls no AWS API.",
];

/** https://developer.hashicorp.com/terraform/language/syntax/configuration#identifiers */
const identifier = (parts: readonly string[]): string => {
  const name = parts.join("_").toLowerCase();
  return /^[a-z]/.test(name) ? name : `secret_${name}`;
};

const arnOf = (names: ReadonlyMap<string, string>, name: string): string =>
  `data.aws_secretsmanager_secret.${names.get(name) ?? ""}.arn`;

const variables = ({ keyArn = "" }: EcsTask): string => `variable "own_execution_role" {
  description = "Read the secrets by aws_iam_role.ecs_task_execution and not by the wiring's role"
  type        = bool
  default     = false
}

variable "secrets_key_arn" {
  description = "The secrets' own key; empty where AWS manages it"
  type        = string
  default     = ${quoted(keyArn)}
}
`;

const locals = (
  { secrets, executionRoleArn }: EcsTask,
  names: ReadonlyMap<string, string>,
  apiEnv: string,
): string => `locals {
  promptsentinel_api_env = ${quoted(apiEnv)}

  promptsentinel_execution_role_arn = var.own_execution_role ? aws_iam_role.ecs_task_execution.arn : ${quoted(executionRoleArn)}

  promptsentinel_secrets = [
${secrets
  .flatMap(({ name, fields }) =>
    fields.map(
      ({ env, jsonKey }) =>
        `    { name = ${quoted(env)}, valueFrom = "\${${arnOf(names, name)}}:${quoted(jsonKey).slice(1, -1)}::" },\n`,
    ),
  )
  .join("")}  ]
}
`;

const ownRole = (
  { region }: EcsTask,
  arns: readonly string[],
): string => `data "aws_iam_policy_document" "promptsentinel_secrets" {
  statement {
    actions = ["secretsmanager:GetSecretValue"]
    resources = ${list(arns, 4)}
  }

  dynamic "statement" {
    for_each = var.secrets_key_arn == "" ? [] : [var.secrets_key_arn]
    content {
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = [${quoted(throughSecretsManager(region))}]
      }
      condition {
        test     = "StringEquals"
        variable = "kms:EncryptionContext:SecretARN"
        values = ${list(arns, 8)}
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
`;

/** The role that the wiring names has no right but to read: what main.tf's log driver needs, on its log group alone. */
const stackRole = ({
  executionRoleName,
}: EcsTask): string => `data "aws_iam_policy_document" "promptsentinel_logs" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["\${aws_cloudwatch_log_group.prompt_sentinel.arn}:*"]
  }
}

resource "aws_iam_role_policy" "promptsentinel_logs" {
  count  = var.own_execution_role ? 0 : 1
  name   = "prompt-sentinel-logs"
  role   = ${quoted(executionRoleName)}
  policy = data.aws_iam_policy_document.promptsentinel_logs.json
}
`;
