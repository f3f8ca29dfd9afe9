import { render } from "../../../infra/wiring/render";
import { max } from "../../fixtures/aws";
import { accountOf, allowed } from "../../support/iam";
import {
  arnOf,
  both,
  owners,
  reads,
  wiringOf,
  type Context,
  type EcsBlock,
} from "../support/ecsReads";
import { recordedUp, type Up } from "../support/recordedUp";

const account = "210987654321";
/** The recorded secrets by the resource that each is, and by hand which key is in which. */
const secrets = ["api-keys", "redis", "gdpr", "snyk"] as const;
const keys: Readonly<Record<string, (typeof secrets)[number]>> = {
  ANTHROPIC_API_KEY: "api-keys",
  OPENAI_API_KEY: "api-keys",
  GEMINI_API_KEY: "api-keys",
  REDIS_PASSWORD: "redis",
  GDPR_MASTER_KEY: "gdpr",
};

/** What may be read of each secret by whom the task is for. */
const named = { "api-keys": both, redis: both, gdpr: both, snyk: [] };

describe("the rendered task, on what the engine recorded", () => {
  let made: readonly Up[];
  let block: EcsBlock;
  let executionRole: { readonly principal: string; readonly identity: readonly unknown[] };
  beforeAll(async () => {
    made = await recordedUp(max);
    block = JSON.parse(render(wiringOf(made), "ecs", { platform: "aws" })) as EcsBlock;
    const principal = block.taskDefinition.executionRoleArn;
    const role = principal.split("/").at(-1) ?? "";
    executionRole = { principal, identity: accountOf(made).grantsOf(role) };
  });

  const rendered = () => block.taskDefinition.containerDefinitions[0]?.secrets ?? [];

  const readOf = async (reader: Parameters<typeof reads>[2]): Promise<object> => {
    const found: Partial<Record<string, readonly string[]>> = {};
    for (const child of secrets) found[child] = await reads(made, child, reader);
    return found;
  };

  test("has the application's keys, and no more", () => {
    expect(
      rendered()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(Object.keys(keys).sort());
  });

  test.each(Object.entries(keys))(
    "%s is a field of the secret that was made, which the execution role reads",
    async (name, child) => {
      const { valueFrom = "" } = rendered().find((one) => one.name === name) ?? {};
      expect(valueFrom).toBe(`${arnOf(made, `aws-store-${child}`)}:${name}::`);
      expect(await reads(made, child, executionRole)).toEqual(both);
    },
  );

  test("the execution role reads no secret that the task does not name", async () => {
    expect(await readOf(executionRole)).toEqual(named);
  });

  test("nor with another secret's context, another key's alias, or not through Secrets Manager", async () => {
    const others: readonly Context[] = [
      { "kms:EncryptionContext:SecretARN": arnOf(made, "aws-store-snyk") },
      { "kms:ResourceAliases": ["alias/another"] },
      { "kms:ViaService": "s3.eu-central-1.amazonaws.com" },
    ];
    for (const key of others) {
      expect(await reads(made, "api-keys", { ...executionRole, key })).toEqual(["value"]);
    }
  });

  test("ECS's agent becomes that role for tasks of this account, and no other service does", async () => {
    const ask = (principal: string, source: string): Promise<boolean> =>
      allowed(
        {
          ...{ principal, action: "sts:AssumeRole", resource: executionRole.principal },
          context: {
            "aws:SourceAccount": source,
            "aws:SourceArn": `arn:aws:ecs:eu-central-1:${source}:task/main/1`,
          },
        },
        { resource: accountOf(made).trustOf(executionRole.principal.split("/").at(-1) ?? "") },
      );
    expect(await ask("ecs-tasks.amazonaws.com", account)).toBe(true);
    expect(await ask("ecs-tasks.amazonaws.com", "111122223333")).toBe(false);
    expect(await ask("lambda.amazonaws.com", account)).toBe(false);
  });

  describe("a role of the application's own, with the rendered policy", () => {
    const principal = `arn:aws:iam::${account}:role/prod-prompt-sentinel-execution`;
    const own = () => ({ principal, identity: [block.executionRolePolicy] });
    const owner = owners(account);

    test("reads what the task names and nothing else, where the secrets' owner leaves it to IAM", async () => {
      expect(await readOf({ ...own(), owner })).toEqual(named);
    });

    test("uses the key for these secrets and through Secrets Manager alone", async () => {
      const others: readonly Context[] = [
        { "kms:EncryptionContext:SecretARN": arnOf(made, "aws-store-snyk") },
        { "kms:ViaService": "s3.eu-central-1.amazonaws.com" },
      ];
      for (const key of others) {
        expect(await reads(made, "api-keys", { ...own(), owner, key })).toEqual(["value"]);
      }
    });

    test("uses no other key", async () => {
      const other = arnOf(made, "aws-store-key").replace(/[^/]+$/, "another");
      const context = {
        "kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com",
        "kms:EncryptionContext:SecretARN": arnOf(made, "aws-store-api-keys"),
      };
      const ask = (resource: string): Promise<boolean> =>
        allowed(
          { principal, action: "kms:Decrypt", resource, context },
          { identity: [block.executionRolePolicy], resource: owner.key },
        );
      expect(await ask(arnOf(made, "aws-store-key"))).toBe(true);
      expect(await ask(other)).toBe(false);
    });

    test("reads nothing of what the stack made, as the notes say", async () => {
      expect(await readOf(own())).toEqual({ "api-keys": [], redis: [], gdpr: [], snyk: [] });
    });
  });
});
