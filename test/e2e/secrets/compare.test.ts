import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { wiringSchema, type Wiring } from "../../../infra/wiring/document";
import { inTempDir } from "../../fixtures/tempDir";
import document from "../../fixtures/wiring/1.1.json";
import { startAws, type Aws } from "../support/aws";
import { filesBelow, leaks } from "../support/canary";
import { runCommand } from "../support/command";
import { startKvServer, type KvServer } from "../support/kvServer";
import { testWith } from "../support/needs";
import { watchProcesses } from "../support/processes";
import { findPython } from "../support/python";
import { newValues } from "./values";

const { vault } = wiringSchema.parse(document).platforms;
if (!vault) throw new Error("the document has no vault");
const keys = ["anthropic", "openai", "gemini", "snyk"] as const;

/** The document of a stage whose keys are below a mount of its own. */
const stageOf = (stage: "dev" | "prod", address: string): Wiring => ({
  ...wiringSchema.parse(document),
  stage,
  keys: Object.fromEntries(
    keys.map((key) => [key, { env: key, readers: ["app"], rotation: "staged" }]),
  ),
  platforms: {
    vault: {
      ...vault,
      env: { VAULT_ADDR: address },
      references: Object.fromEntries(
        Object.entries(vault.references)
          .filter(([key]) => keys.some((one) => one === key))
          .map(([key, reference]) => [
            key,
            { ...reference, locator: { ...reference.locator, mount: stage } },
          ]),
      ),
    },
  },
});

describe("compare two stages, each with a mount and a reader of its own on a real OpenBao", () => {
  let server: KvServer;
  const tokens: Record<string, string> = {};
  beforeAll(async () => {
    server = await startKvServer(["dev", "prod"]);
    for (const stage of ["dev", "prod"]) {
      const policy = `path "${stage}/*" { capabilities = ["read"] }`;
      await server.root.ask("PUT", `sys/policies/acl/${stage}`, { policy });
      const { body } = await server.root.call("POST", "auth/token/create", { policies: [stage] });
      tokens[stage] = (body as { auth: { client_token: string } }).auth.client_token;
    }
  });
  afterAll(() => server.stop());

  type Values = ReturnType<typeof newValues>;
  async function compared(dev: Values, prod: Values, env: Record<string, string | undefined>) {
    const address = server.env["VAULT_ADDR"] ?? "";
    for (const [stage, values] of Object.entries({ dev, prod })) {
      const { snyk, ...shared } = values;
      await server.root.ask("POST", `${stage}/data/promptsentinel/api_keys`, { data: shared });
      await server.root.ask("POST", `${stage}/data/promptsentinel/snyk`, { data: { token: snyk } });
    }
    return inTempDir(async (cwd) => {
      await writeFile(join(cwd, "dev.json"), JSON.stringify(stageOf("dev", address)));
      await writeFile(join(cwd, "prod.json"), JSON.stringify(stageOf("prod", address)));
      const secrets = {
        ...Object.fromEntries(keys.map((key) => [`dev ${key}`, dev[key]])),
        ...Object.fromEntries(keys.map((key) => [`prod ${key}`, prod[key]])),
      };
      const watch = watchProcesses(secrets);
      const line = ["secrets", "compare", "--file", "dev.json", "--with-file", "prod.json"];
      const { exitCode, stdout, stderr } = await runCommand(line, { cwd, env });
      const files = await filesBelow(cwd);
      expect(files.map(([where]) => where).sort()).toStrictEqual(["dev.json", "prod.json"]);
      const seen = [["stdout", stdout] as const, ["stderr", stderr] as const, ...files];
      expect(leaks(seen, secrets)).toStrictEqual([]);
      expect(watch.stop()).toStrictEqual([]);
      return { exitCode, stdout, stderr };
    });
  }
  const both = () => ({ VAULT_TOKEN: tokens["dev"], WITH_VAULT_TOKEN: tokens["prod"] });

  test("ends with 0 where no value is shared, each read with its own token", async () => {
    const { exitCode, stdout } = await compared(newValues(), newValues(), both());
    expect([exitCode, stdout]).toStrictEqual([
      0,
      "dev and prod share no value, of 8 that were read",
    ]);
  });

  test("ends with 1 where a key is shared, and names it", async () => {
    const dev = newValues();
    const { exitCode, stdout } = await compared(
      dev,
      { ...newValues(), gemini: dev.gemini },
      both(),
    );
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^dev gemini \(vault\) and prod gemini \(vault\) have the same value; fix/,
    );
  });

  test("ends with 4 where the caller may read one of the two alone", async () => {
    const env = { VAULT_TOKEN: tokens["dev"] };
    const { exitCode, stdout } = await compared(newValues(), newValues(), env);
    expect([exitCode, stdout]).toStrictEqual([
      4,
      expect.stringContaining("prod gemini: vault: not readable by you"),
    ]);
  });
});

describe("compare two accounts of AWS, stand-ins that keep what they are told", () => {
  const { aws } = wiringSchema.parse(document).platforms;
  const found = findPython("aws");
  const accounts = { dev: "111111111111", prod: "222222222222" } as const;

  testWith("missing" in found ? found.missing : undefined)(
    "reads each in its own account, and never one of them twice",
    async () => {
      if (!("python" in found) || !aws) return;
      const started: Aws[] = [];
      const keyValues = { dev: newValues(), prod: newValues() };
      try {
        const documents: Wiring[] = [];
        for (const stage of ["dev", "prod"] as const) {
          const server = await startAws(found.python, accounts[stage]);
          started.push(server);
          const client = new SecretsManagerClient({
            ...{ endpoint: server.env["AWS_ENDPOINT_URL"] ?? "", region: "eu-central-1" },
            credentials: { accessKeyId: "stand-in", secretAccessKey: "stand-in" },
          });
          const { ARN = "" } = await client.send(
            new CreateSecretCommand({
              Name: "promptsentinel/api-keys",
              SecretString: JSON.stringify({ OPENAI_API_KEY: keyValues[stage].openai }),
            }),
          );
          client.destroy();
          const { openai } = aws.references;
          if (!openai) throw new Error("the document has no openai");
          documents.push({
            ...stageOf(stage, ""),
            platforms: {
              aws: {
                ...aws,
                references: { openai },
                addresses: { containers: { "promptsentinel/api-keys": ARN } },
              },
            },
          });
        }
        await inTempDir(async (cwd) => {
          for (const one of documents) {
            await writeFile(join(cwd, `${one.stage}.json`), JSON.stringify(one));
          }
          const line = ["secrets", "compare", "--file", "dev.json", "--with-file", "prod.json"];
          const [dev, prod] = started;
          const env = { ...dev?.env, WITH_AWS_ENDPOINT_URL: prod?.env["AWS_ENDPOINT_URL"] };
          const each = await runCommand(line, { cwd, env });
          expect([each.exitCode, each.stdout]).toStrictEqual([
            0,
            "dev and prod share no value, of 2 that were read",
          ]);
          // With the credentials of one account alone, the other's secret is not there.
          const one = await runCommand(line, { cwd, env: { ...dev?.env } });
          expect(one.stdout).not.toContain("have the same value");
        });
      } finally {
        for (const one of started) await one.stop();
      }
    },
  );
});
