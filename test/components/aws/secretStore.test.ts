import { parseConfig } from "../../../infra/config";
import { platforms } from "../../../stacks/platforms";
import { changed } from "../../fixtures/changed";
import { max, min } from "../../fixtures/aws";
import { deploy } from "../../fixtures/deploy";
import { named, ofType, type Recorded } from "../../support/mocks";

const secretType = "aws:secretsmanager/secret:Secret";
const policyType = "aws:secretsmanager/secretPolicy:SecretPolicy";
const keyType = "aws:kms/key:Key";

const made = async (raw: unknown) => deploy(parseConfig(raw, platforms));
const resourcesOf = async (raw: unknown): Promise<readonly Recorded[]> =>
  (await made(raw)).resources;
const namesOf = (resources: readonly Recorded[]): readonly unknown[] =>
  resources.map(({ inputs }) => inputs["name"]);

describe("the secrets", () => {
  test("are those of the guide, or of the setting, and have no version", async () => {
    const resources = await resourcesOf(max);
    expect(namesOf(ofType(resources, secretType))).toEqual([
      "promptsentinel/api-keys",
      "promptsentinel/snyk",
      "promptsentinel/cache",
      "promptsentinel/gdpr",
    ]);
    expect(JSON.stringify(resources)).not.toMatch(/secretString|secretBinary|secretVersion:/);
  });

  test("say which variables they hold, and carry the environment's tags", async () => {
    const { inputs } = named(await resourcesOf(max), "aws-store-api-keys");
    expect(inputs["description"]).toBe("Holds ANTHROPIC_API_KEY, OPENAI_API_KEY, GEMINI_API_KEY");
    expect(inputs["tags"]).toMatchObject({ owner: "platform", stage: "prod" });
  });

  test("are encrypted by the environment's key, and can be restored for a time", async () => {
    for (const { inputs } of ofType(await resourcesOf(max), secretType)) {
      expect(inputs["kmsKeyId"]).toBe("arn-of-aws-store-key");
      expect(inputs["recoveryWindowInDays"]).toBe(14);
    }
    const [one] = ofType(await resourcesOf(min), secretType);
    expect(one?.inputs["recoveryWindowInDays"]).toBe(30);
  });

  test("have their replicas with the key of each region", async () => {
    const { inputs } = named(await resourcesOf(max), "aws-store-api-keys");
    expect(inputs["replicas"]).toEqual([
      {
        region: "eu-west-1",
        kmsKeyId: "arn-of-aws-store-key-eu-west-1",
      },
    ]);
  });

  test("each has a policy that only denies, and none is public", async () => {
    const policies = ofType(await resourcesOf(max), policyType);
    expect(policies).toHaveLength(4);
    for (const { name, inputs } of policies) {
      expect(inputs["secretArn"]).toBe(`arn-of-${name.replace("-policy", "")}`);
      expect(inputs["blockPublicPolicy"]).toBe(true);
      const { Statement } = JSON.parse(String(inputs["policy"])) as {
        Statement: readonly { Sid: string; Effect: string }[];
      };
      expect(Statement.map(({ Effect }) => Effect)).toEqual(Statement.map(() => "Deny"));
      expect(Statement.map(({ Sid }) => Sid)).toEqual([
        "TlsOnly",
        "ThisAccountOnly",
        "ThisOrganizationOnly",
        "ReadersOnly",
        "ValuesThroughEndpointsOnly",
      ]);
    }
  });

  test("without the settings for them, the organization and the endpoints are not asked", async () => {
    const { inputs } = named(await resourcesOf(min), "aws-store-api-keys-policy");
    expect(String(inputs["policy"])).not.toMatch(/PrincipalOrgID|SourceVpce/);
  });
});

describe("the key", () => {
  test("gets new material, waits before it is deleted, and has the environment's alias", async () => {
    const resources = await resourcesOf(max);
    for (const { inputs } of ofType(resources, keyType)) {
      expect(inputs).toMatchObject({
        enableKeyRotation: true,
        rotationPeriodInDays: 180,
        deletionWindowInDays: 14,
      });
      expect(inputs["bypassPolicyLockoutSafetyCheck"]).toBeUndefined();
    }
    expect(named(resources, "aws-store-key-alias").inputs).toMatchObject({
      name: "alias/promptsentinel-prod-secrets",
      region: "eu-central-1",
      targetKeyId: "key-id-of-aws-store-key",
    });
    expect(named(resources, "aws-store-key-eu-west-1").inputs["region"]).toBe("eu-west-1");
  });
});

test("whatever may hold a value, and its key, stays when the stack or a key of it goes", async () => {
  const kept = (await resourcesOf(max)).filter(({ parent }) => parent?.includes("SecretStore"));
  expect(kept.length).toBeGreaterThan(10);
  for (const { retainOnDelete, name } of kept) expect([name, retainOnDelete]).toEqual([name, true]);
});

describe("secrets that are there", () => {
  const arns = {
    "promptsentinel/api-keys":
      "arn:aws:secretsmanager:us-east-1:210987654321:secret:promptsentinel/api-keys-AbCdEf",
    "promptsentinel/snyk":
      "arn:aws:secretsmanager:us-east-1:210987654321:secret:promptsentinel/snyk-AbCdEf",
  };

  test("adopt: they are tracked by their ARNs, and what is their owner's stays the owner's", async () => {
    const { resources, results } = await made(changed(min, "aws.secrets", { mode: "adopt", arns }));
    const own = resources.filter(({ parent }) => parent?.includes("SecretStore"));
    expect(ofType(own, keyType)).toEqual([]);
    expect(ofType(own, policyType)).toEqual([]);
    for (const { inputs, retainOnDelete } of ofType(resources, secretType)) {
      expect(Object.keys(inputs)).toEqual(["name"]);
      expect(retainOnDelete).toBe(true);
    }
    const tasks = results["aws"]?.tasks.filter(({ concern }) => concern === "SecretStore");
    expect(tasks?.map(({ title }) => title.split(" ")[0])).toEqual(Object.keys(arns));
  });

  test("external: nothing of theirs is in the stack; the owner is told what should guard them", async () => {
    const { resources, results } = await made(changed(min, "aws.secrets.mode", "external"));
    expect(resources.filter(({ parent }) => parent?.includes("SecretStore"))).toEqual([]);
    const tasks = results["aws"]?.tasks.filter(({ concern }) => concern === "SecretStore");
    expect(tasks).toHaveLength(2);
  });

  test.each([
    [undefined, []],
    ["arn:aws:kms:us-east-1:210987654321:key/1", [["arn:aws:kms:us-east-1:210987654321:key/1"]]],
  ])("their key is theirs: with %s roles are let to %j", async (keyArn, expected) => {
    const raw = changed(changed(min, "aws.secrets.mode", "external"), "aws.encryption", { keyArn });
    const { inputs } = named(await resourcesOf(raw), "aws-access-app-ecs-task-grants");
    const { Statement } = JSON.parse(String(inputs["policy"])) as {
      Statement: readonly { Sid: string; Resource: unknown }[];
    };
    const found = Statement.filter(({ Sid }) => Sid === "EncryptionKey");
    expect(found.map(({ Resource }) => Resource)).toEqual(expected);
  });
});
