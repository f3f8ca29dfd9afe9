import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { inTempDir } from "../../fixtures/tempDir";
import { startAws } from "../support/aws";
import { filesBelow, leaks, type Seen } from "../support/canary";
import { cleanEnv, commandLine, runCommand } from "../support/command";
import { startKvServer, type KvServer } from "../support/kvServer";
import { testWith } from "../support/needs";
import { findPython } from "../support/python";
import { watchProcesses } from "../support/processes";
import { atTerminal, enter, type Step } from "../support/terminal";
import { envFile, newValues } from "./values";

const path = "secret/data/promptsentinel/api_keys";
const snykPath = "secret/data/promptsentinel/snyk";

describe("copy --from dotenv, to a real OpenBao", () => {
  let server: KvServer;
  beforeEach(async () => {
    server = await startKvServer();
  });
  afterEach(() => server.stop());

  const all = ["secrets", "copy", "--all", "--from", "dotenv", "--to", "vault"];
  const withFile = (text: string, run: (cwd: string, file: string) => Promise<void>) =>
    inTempDir(async (cwd) => {
      const file = join(cwd, ".env");
      await writeFile(file, text);
      await chmod(file, 0o600);
      await run(cwd, file);
    });

  test("moves every key and blanks the file; nothing of a value is said or left", async () => {
    const values = newValues();
    const text = `# mine\nDEBUG=false\n${envFile(values)}LAST=1\n`;
    await withFile(text, async (cwd, file) => {
      const watch = watchProcesses(values);
      const { exitCode, stdout, stderr } = await runCommand([...all, "--blank", "--json"], {
        ...{ cwd, env: server.env },
      });
      const { anthropic, openai, gemini, snyk } = values;
      expect([exitCode, await server.fields(path), await server.fields(snykPath)]).toStrictEqual([
        ...[0, { anthropic, openai, gemini }, { token: snyk }],
      ]);
      const left = await readFile(file, "utf8");
      expect(left).toContain("# mine\nDEBUG=false\n");
      expect(left).toContain("LAST=1\n");
      const seen: Seen[] = [["stdout", stdout], ["stderr", stderr], ...(await filesBelow(cwd))];
      expect(leaks(seen, values)).toStrictEqual([]);
      expect(watch.stop()).toStrictEqual([]);
      // Once more: there is nothing to copy any more, and nothing is lost.
      expect((await runCommand(all, { cwd, env: server.env })).exitCode).toBe(1);
      expect(await server.fields(path)).toStrictEqual({ anthropic, openai, gemini });
    });
  });

  test("leaves another value that is there, with 3, and that key in the file", async () => {
    const [values, others] = [newValues(), newValues()];
    await withFile(envFile(values), async (cwd, file) => {
      await server.root.ask("POST", path, { data: { openai: others.openai } });
      const first = await runCommand([...all, "--blank"], { cwd, env: server.env });
      expect(first.exitCode).toBe(3);
      expect(first.stdout).toMatch(/^openai +present/m);
      expect(await server.fields(path)).toMatchObject({
        ...{ anthropic: values.anthropic, openai: others.openai },
      });
      expect(await readFile(file, "utf8")).toContain(`OPENAI_API_KEY=${values.openai}\n`);
      const rotated = [
        "secrets",
        "copy",
        "openai",
        "--from",
        "dotenv",
        "--to",
        "vault",
        "--rotate",
      ];
      expect((await runCommand(rotated, { cwd, env: server.env })).exitCode).toBe(0);
      expect(await server.fields(path)).toMatchObject({ openai: values.openai });
    });
  });

  test("writes nothing where one of the values has not its key's form", async () => {
    await withFile(envFile({ ...newValues(), snyk: "canary" }), async (cwd) => {
      const { exitCode, stderr } = await runCommand(all, { cwd, env: server.env });
      expect(exitCode).toBe(1);
      expect(stderr).toContain("SNYK_TOKEN: the value has not the form of this key");
      expect(stderr).not.toContain("canary");
      expect(await server.fields(path)).toBeUndefined();
    });
  });

  const question = "[y/N]";
  test.each<[string, Step, boolean]>([
    ["takes the values out when it is told to", { await: question, type: `y${enter}` }, false],
    ["leaves them when nothing is said", { await: question, type: enter }, true],
    ["leaves them on Ctrl-C", { await: question, type: "\u0003" }, true],
  ])("asks at a terminal whether to blank the file, and %s", async (_, step, stays) => {
    const values = newValues();
    await withFile(envFile(values), async (cwd, file) => {
      const { code, left, restored, stdout } = await atTerminal({
        command: [...commandLine, ...all],
        env: { ...cleanEnv(cwd), ...server.env },
        ...{ cwd, steps: [step], stdout: "pipe" },
      });
      expect([code, left, restored]).toStrictEqual([0, [], true]);
      expect(stdout).toMatch(/^anthropic +written +1 +[0-9a-f]{12}$/m);
      expect((await readFile(file, "utf8")).includes(values.openai)).toBe(stays);
    });
  });
});

describe("copy to AWS and back, a stand-in that keeps what it is told", () => {
  const found = findPython("aws");
  testWith("missing" in found ? found.missing : undefined)(
    "moves every key, into members of secrets",
    async () => {
      if (!("python" in found)) return;
      const aws = await startAws(found.python, "210987654321");
      const client = new SecretsManagerClient({
        ...{ endpoint: aws.env["AWS_ENDPOINT_URL"] ?? "", region: "eu-central-1" },
        credentials: { accessKeyId: "stand-in", secretAccessKey: "stand-in" },
      });
      try {
        for (const Name of ["promptsentinel/api-keys", "promptsentinel/snyk"]) {
          await client.send(new CreateSecretCommand({ Name }));
        }
        await inTempDir(async (cwd) => {
          const values = newValues();
          await writeFile(join(cwd, ".env"), envFile(values), { mode: 0o600 });
          const copy = (from: string, to: string, ...more: string[]) =>
            runCommand(["secrets", "copy", "--all", "--from", from, "--to", to, ...more], {
              ...{ cwd, env: aws.env },
            });
          const there = await copy("dotenv", "aws", "--blank");
          expect([there.exitCode, there.stdout]).toStrictEqual([
            0,
            expect.stringMatching(/^snyk +written/m),
          ]);
          const { SecretString = "" } = await client.send(
            new GetSecretValueCommand({ SecretId: "promptsentinel/api-keys" }),
          );
          expect(JSON.parse(SecretString)).toStrictEqual({
            ANTHROPIC_API_KEY: values.anthropic,
            OPENAI_API_KEY: values.openai,
            GEMINI_API_KEY: values.gemini,
          });
          expect((await copy("aws", "dotenv")).exitCode).toBe(0);
          const back = await readFile(join(cwd, ".env"), "utf8");
          for (const value of Object.values(values)) expect(back).toContain(value);
          const again = await copy("dotenv", "aws");
          expect([again.exitCode, again.stdout]).toStrictEqual([
            0,
            expect.stringMatching(/^anthropic +same/m),
          ]);
        });
      } finally {
        client.destroy();
        await aws.stop();
      }
    },
  );
});
