import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { AwsSettings } from "../../../infra/aws/settings";
import { parseConfig } from "../../../infra/config";
import { awsPlatform } from "../../../stacks/aws";
import { platforms } from "../../../stacks/platforms";
import { max } from "../../fixtures/aws";
import { startAws, type Aws } from "../support/aws";
import { leaks, rehearsed, type Secrets, type Seen } from "../support/canary";
import { testWith } from "../support/needs";
import { findPython } from "../support/python";

const python = findPython("aws");
const withAws = testWith("missing" in python ? python.missing : undefined);

/** Values with every sign that some encoding changes, in the account and in the environment of whoever runs. */
const secrets: Secrets = {
  anthropic: 'sk-ant-canary-"<&>/+ %é-4b1f',
  openai: "sk-canary-~?=-93ae",
  "the caller's key": "canary/caller+key~51c8",
  "the caller's token": "canary/session+token==e62a",
};
const credentials = {
  AWS_SECRET_ACCESS_KEY: secrets["the caller's key"],
  AWS_SESSION_TOKEN: secrets["the caller's token"],
};

describe("values in an account, and the caller's credentials", () => {
  let aws: Aws;
  let dir: string;
  const before = { ...process.env };
  beforeAll(async () => {
    if (!("python" in python)) return;
    dir = await mkdtemp(join(tmpdir(), "secrets-test-"));
    aws = await startAws(python.python, "210987654321");
    Object.assign(process.env, aws.env, credentials);
    const client = new SecretsManagerClient({ region: "eu-central-1" });
    const SecretString = JSON.stringify({
      ANTHROPIC_API_KEY: secrets["anthropic"],
      OPENAI_API_KEY: secrets["openai"],
    });
    await client.send(new CreateSecretCommand({ Name: "promptsentinel/api-keys", SecretString }));
    // They are there to be found.
    const { SecretString: found } = await client.send(
      new GetSecretValueCommand({ SecretId: "promptsentinel/api-keys" }),
    );
    expect(found).toBe(SecretString);
  });
  afterAll(async () => {
    process.env = { ...before };
    if (!("python" in python)) return;
    await aws.stop();
    await rm(dir, { recursive: true, force: true });
  });

  withAws("are in nothing that the pre-flight and the recovery say", async () => {
    const { environment, ci, platforms: enabled } = parseConfig(max, platforms);
    const args = { environment, ci, settings: enabled[0]?.settings as AwsSettings };
    const found = await awsPlatform.preflight(args);
    expect(found.map(({ message }) => message).join()).toContain("exists and is not ours");
    const id = await awsPlatform.existingId(
      { type: "aws:secretsmanager/secret:Secret", inputs: { name: "promptsentinel/api-keys" } },
      args,
    );
    expect(id).toContain("promptsentinel/api-keys");
    expect(leaks([["said", JSON.stringify([found, id])]], secrets)).toEqual([]);
  });

  withAws("are in nothing that a rehearsal says, exports or leaves", async () => {
    const said = await rehearsed(max, dir, {});
    expect(leaks(said, secrets)).toEqual([]);
    // Whoever searches has to find what is there.
    const planted: Seen = ["planted", `"key":"${secrets["the caller's key"] ?? ""}"`];
    expect(leaks([...said, planted], secrets)).toHaveLength(1);
  });
});
