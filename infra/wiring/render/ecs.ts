import {
  cannotTask,
  containerName,
  ecsTask,
  facts,
  fieldOf,
  throughSecretsManager,
} from "./ecsTask";
import type { EcsTask } from "./ecsTask";
import type { Renderer } from "./renderer";

/**
 * The parts of a task definition that are the stack's to say, in the form of `aws ecs register-task-definition`. ECS is
 * promised to work with full ARNs alone, so a document without them is refused:
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html
 */
export const ecs: Renderer = {
  summary: "parts of an ECS task definition, and the policy of an execution role",
  cannot(input) {
    const why = cannotTask(input);
    if (why !== undefined) return why;
    const without = ecsTask(input).secrets.filter(({ arn }) => arn === undefined);
    if (without.length === 0) return undefined;
    return `the document has no full ARN of ${without.map(({ name }) => name).join(", ")}; fix: run the stack again with this version, or, of secrets with aws.secrets.mode external, use cloudformation, which asks for it, or terraform, which looks it up`;
  },
  render(input) {
    const task = ecsTask(input);
    const { region, executionRoleArn, taskRoleArn, secrets } = task;
    const document = {
      region,
      taskDefinition: {
        executionRoleArn,
        taskRoleArn,
        containerDefinitions: [
          {
            name: containerName,
            environment: [{ name: "API_ENV", value: input.wiring.apiEnv }],
            secrets: secrets.flatMap(({ arn = "", fields }) =>
              fields.map(({ env, jsonKey }) => ({ name: env, valueFrom: fieldOf(arn, jsonKey) })),
            ),
          },
        ],
      },
      executionRolePolicy: { Version: "2012-10-17", Statement: statements(task) },
      notes: [
        ...facts(task, "To pull from a private ECR and to write logs it needs more:"),
        "taskRoleArn lets the container itself read them, as the guide's loader does: leave it out where none runs.",
      ],
    };
    return `${JSON.stringify(document, null, 2)}\n`;
  },
};

/** What a role has to be allowed: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html#task-execution-secrets */
function statements({ region, secrets, keyArn }: EcsTask): readonly object[] {
  const arns = secrets.flatMap(({ arn }) => arn ?? []);
  return [
    {
      Sid: "Secrets",
      Effect: "Allow",
      Action: ["secretsmanager:GetSecretValue"],
      Resource: arns,
    },
    ...(keyArn === undefined
      ? []
      : [
          {
            Sid: "EncryptionKey",
            Effect: "Allow",
            Action: ["kms:Decrypt"],
            Resource: [keyArn],
            Condition: {
              StringEquals: {
                "kms:ViaService": throughSecretsManager(region),
                "kms:EncryptionContext:SecretARN": arns,
              },
            },
          },
        ]),
  ];
}
