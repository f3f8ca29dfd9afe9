import { Document } from "yaml";
import {
  cannotTask,
  containerName,
  ecsTask,
  facts,
  throughSecretsManager,
  withoutRedis,
  words,
  type EcsTask,
} from "./ecsTask";
import type { Renderer } from "./renderer";

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/getting-started.html#term_secret-arn */
const fullArn = "^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+-[A-Za-z0-9]{6}$";

/** The template splits it at the first `/`: a role with a path would be another's name. */
const roleArn = "^(arn:[a-z-]+:iam::[0-9]{12}:role/[^/]+)?$";

/**
 * Parts for the application's own ecs-fargate.yaml, under its own logical names, in place of the secret that it makes.
 * Functions in their long form, which every reader of YAML knows.
 */
export const cloudformation: Renderer = {
  summary: "parts for the application's CloudFormation template (ecs-fargate.yaml)",
  cannot: cannotTask,
  render(input) {
    const task = ecsTask(input);
    const names = words(task.secrets, (parts) => `Secret${parts.map(capital).join("")}Arn`);
    const parts = {
      Parameters: parameters(task, names),
      Conditions: {
        KeepsTaskExecutionRole: { "Fn::Equals": [ref("SecretsExecutionRoleArn"), ""] },
        UsesSecretsExecutionRole: { "Fn::Not": [{ Condition: "KeepsTaskExecutionRole" }] },
        SecretsHaveAKey: { "Fn::Not": [{ "Fn::Equals": [ref("SecretsKeyArn"), ""] }] },
      },
      Resources: {
        TaskExecutionRoleSecrets: ownRole(task, names),
        SecretsExecutionRoleLogs: stackRole,
        TaskDefinition: taskDefinition(task, names, input.wiring.apiEnv),
      },
    };
    // CloudFormation reads no aliases: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
    const document = new Document(parts, { aliasDuplicateObjects: false });
    document.commentBefore = [
      ...comment,
      ...withoutRedis(task, "EnableRedis"),
      ...facts(task, "To pull from a private ECR it needs more:"),
    ]
      .map((line) => ` ${line}`)
      .join("\n");
    return document.toString({
      ...{ lineWidth: 0, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" },
    });
  },
};

const comment = [
  "For ecs-fargate.yaml of the application. Add the parameters, the conditions and the two policies; in TaskDefinition put",
  "these properties in the place of its own (of Environment this one entry). Once the secrets have their values, remove",
  "ApiKeysSecret, AnthropicApiKey, OpenAIApiKey, GeminiApiKey, and Policies of TaskExecutionRole. TaskRole stays as it is:",
  "the application calls no AWS API. An empty SecretsExecutionRoleArn keeps TaskExecutionRole.",
];

const capital = (part: string): string => `${part.slice(0, 1).toUpperCase()}${part.slice(1)}`;
const ref = (name: string) => ({ Ref: name });

function parameters(
  { secrets, executionRoleArn, keyArn = "" }: EcsTask,
  names: ReadonlyMap<string, string>,
): object {
  const own = secrets.map(({ name, arn }) => [
    names.get(name),
    {
      Type: "String",
      Description: `Full ARN of ${name}`,
      AllowedPattern: fullArn,
      ...(arn !== undefined && { Default: arn }),
    },
  ]);
  return {
    ...(Object.fromEntries(own) as object),
    SecretsKeyArn: {
      Type: "String",
      Description: "The secrets' own key; empty where AWS manages it",
      Default: keyArn,
    },
    SecretsExecutionRoleArn: {
      Type: "String",
      Description: "Role that reads the secrets when a task starts; empty for this template's own",
      AllowedPattern: roleArn,
      Default: executionRoleArn,
    },
  };
}

function ownRole({ region, secrets }: EcsTask, names: ReadonlyMap<string, string>): object {
  const arns = secrets.map(({ name }) => ref(names.get(name) ?? ""));
  const decrypt = {
    ...{ Effect: "Allow", Action: ["kms:Decrypt"], Resource: [ref("SecretsKeyArn")] },
    Condition: {
      StringEquals: {
        "kms:ViaService": throughSecretsManager(region),
        "kms:EncryptionContext:SecretARN": arns,
      },
    },
  };
  return {
    Type: "AWS::IAM::RolePolicy",
    Condition: "KeepsTaskExecutionRole",
    Properties: {
      PolicyName: "promptsentinel-secrets",
      RoleName: ref("TaskExecutionRole"),
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: arns },
          { "Fn::If": ["SecretsHaveAKey", decrypt, ref("AWS::NoValue")] },
        ],
      },
    },
  };
}

/** The role that the wiring names has no right but to read: what the template's log driver needs, on its log group alone. */
const stackRole = {
  Type: "AWS::IAM::RolePolicy",
  Condition: "UsesSecretsExecutionRole",
  Properties: {
    PolicyName: "prompt-sentinel-logs",
    RoleName: { "Fn::Select": [1, { "Fn::Split": ["/", ref("SecretsExecutionRoleArn")] }] },
    PolicyDocument: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: [{ "Fn::GetAtt": ["LogGroup", "Arn"] }],
        },
      ],
    },
  },
};

const taskDefinition = (
  { secrets }: EcsTask,
  names: ReadonlyMap<string, string>,
  apiEnv: string,
): object => ({
  Properties: {
    ExecutionRoleArn: {
      "Fn::If": [
        "KeepsTaskExecutionRole",
        { "Fn::GetAtt": ["TaskExecutionRole", "Arn"] },
        ref("SecretsExecutionRoleArn"),
      ],
    },
    ContainerDefinitions: [
      {
        Name: containerName,
        Environment: [{ Name: "API_ENV", Value: apiEnv }],
        Secrets: secrets.flatMap(({ name, fields }) =>
          fields.map(({ env, jsonKey }) => ({
            Name: env,
            ValueFrom: { "Fn::Sub": `\${${names.get(name) ?? ""}}:${jsonKey}::` },
          })),
        ),
      },
    ],
  },
});
