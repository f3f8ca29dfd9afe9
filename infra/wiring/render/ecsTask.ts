import { keysOf, loginOf, withoutLogin, type RenderInput } from "./renderer";

/** One secret, and the variables that a container gets from the fields of its JSON. */
export interface TaskSecret {
  readonly name: string;
  /** With the six characters that Secrets Manager adds; undefined where the document does not have it. */
  readonly arn: string | undefined;
  readonly fields: readonly { readonly env: string; readonly jsonKey: string }[];
}

/** What an ECS task needs of the stack. */
export interface EcsTask {
  readonly region: string;
  readonly executionRoleArn: string;
  readonly executionRoleName: string;
  readonly taskRoleArn: string;
  readonly secrets: readonly TaskSecret[];
  /** The customer's own key of the secrets; undefined where AWS manages it, or the document does not have it. */
  readonly keyArn: string | undefined;
}

/** Its container's name in the application's own task definitions. */
export const containerName = "prompt-sentinel";

/** Why the application's ECS task cannot be rendered. */
export const cannotTask = (input: RenderInput): string | undefined => {
  if (input.platform.secretMethod !== "aws") return "ECS reads AWS Secrets Manager alone";
  return loginOf(input, "app", "ecs") === undefined
    ? withoutLogin(input, "app", ["ecs"])
    : undefined;
};

/** The application's task; ask `cannotTask` first. */
export function ecsTask(input: RenderInput): EcsTask {
  const { addresses } = input.platform;
  const { executionRoleArn = "", roleArn = "" } = loginOf(input, "app", "ecs") ?? {};
  const secrets = new Map<string, { env: string; jsonKey: string }[]>();
  let region = "";
  for (const { env, locator } of keysOf(input, "app")) {
    const { secret = "", jsonKey = env } = locator;
    region = locator["region"] ?? region;
    secrets.set(secret, [...(secrets.get(secret) ?? []), { env, jsonKey }]);
  }
  return {
    region,
    executionRoleArn,
    executionRoleName: executionRoleArn.split("/").at(-1) ?? "",
    taskRoleArn: roleArn,
    secrets: [...secrets].map(([name, fields]) => ({
      ...{ name, arn: addresses?.containers[name], fields },
    })),
    keyArn: addresses?.encryptionKey,
  };
}

/**
 * Reference to one field of a secret's JSON, in its current version.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 */
export const fieldOf = (arn: string, jsonKey: string): string => `${arn}:${jsonKey}::`;

/** https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service */
export const throughSecretsManager = (region: string): string =>
  `secretsmanager.${region}.amazonaws.com`;

/** A word for each secret in a language of identifiers; one that is taken gets a number. */
export function words(
  secrets: readonly TaskSecret[],
  spell: (parts: readonly string[]) => string,
): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  for (const { name } of secrets) {
    const word = spell(name.split(/[^A-Za-z0-9]+/).filter((part) => part !== ""));
    const taken = new Set(words.values());
    let free = word;
    for (let count = 2; taken.has(free); count += 1) free = `${word}${String(count)}`;
    words.set(name, free);
  }
  return words;
}

/**
 * What holds for every form of a task and what no form can say in its own language; a line each.
 * @param more what the form leaves to be given to the execution role
 */
export const facts = (
  { executionRoleArn, executionRoleName, secrets }: EcsTask,
  more: string,
): readonly string[] => [
  // The agent stops at a field that is not there: "did not contain json key".
  `A task starts only when its secrets' JSON has all of ${secrets.flatMap(({ fields }) => fields.map(({ jsonKey }) => jsonKey)).join(", ")}.`,
  "It reads them at its start alone: after a rotation, aws ecs update-service --force-new-deployment.",
  `${executionRoleName} reads these secrets alone. ${more}`,
  `  aws iam attach-role-policy --role-name ${executionRoleName} --policy-arn arn:${executionRoleArn.split(":")[1] ?? ""}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy`,
  "Secrets with aws.secrets.mode create, and their key, refuse every role that promptsentinel-secrets did not make: a",
  "role of your own reads only those whose owner lets it (adopt or external).",
];

/** The application's own templates make a Redis without a password, which refuses whoever sends one. */
export const withoutRedis = ({ secrets }: EcsTask, setting: string): readonly string[] =>
  secrets.some(({ fields }) => fields.some(({ env }) => env === "REDIS_PASSWORD"))
    ? [
        `The Redis of ${setting} has no password and refuses one: with it, leave out REDIS_PASSWORD.`,
      ]
    : [];
