import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { loginAs } from "../../../sandbox/steps/identity";
import { inTempDir } from "../../fixtures/tempDir";
import { startAws, type Aws } from "../support/aws";
import { leaks } from "../support/canary";
import { runCommand } from "../support/command";
import { startHarness, wiringOf, type Harness } from "../support/harness";
import { testWith } from "../support/needs";
import { findPython } from "../support/python";
import { devValues, envFile, newValues } from "./values";

interface Row {
  readonly store: string;
  readonly key: string;
  readonly present: boolean | "unknown";
  readonly fingerprint?: string;
}
interface Report {
  readonly stores: readonly Row[];
  readonly keys: readonly { readonly key: string; readonly agreement: string }[];
}

const agreements = ({ keys }: Report) =>
  Object.fromEntries(keys.map(({ key, agreement }) => [key, agreement]));
const rowOf = ({ stores }: Report, store: string, key: string) =>
  stores.find((row) => row.store === store && row.key === key);

/** A stack's wiring in a file, and the identities of the stack. */
describe("status of a stack on a real OpenBao, beside a .env", () => {
  let harness: Harness;
  let document: string;
  let operator: string;
  let reader: string;
  const values = devValues();

  beforeAll(async () => {
    harness = await startHarness();
    const { stack } = await harness.session();
    const wiring = wiringOf((await stack.up()).outputs);
    document = JSON.stringify(wiring);
    const platform = wiring.platforms["vault"];
    if (!platform) throw new Error("no vault wiring");
    const doormen = {
      administrator: harness.root,
      pipeline: harness.pipeline,
      claims: () => ({ repository_id: ["123456"], environment: ["security-scan"] }),
    };
    const tokenOf = async (name: "operator" | "app") =>
      (await loginAs(name, platform, doormen)).connection.token ?? "";
    [operator, reader] = [await tokenOf("operator"), await tokenOf("app")];
  });
  afterAll(() => harness.stop());

  const inFolder = (run: (cwd: string) => Promise<void>) =>
    inTempDir(async (cwd) => {
      await writeFile(join(cwd, "wiring.json"), document);
      await run(cwd);
    });
  const command = (cwd: string, token: string, line: readonly string[], input = "") =>
    runCommand(["secrets", ...line, "--file", "wiring.json"], {
      ...{ cwd, input },
      env: { VAULT_TOKEN: token },
    });
  const status = async (cwd: string, token: string, ...line: string[]) => {
    const { exitCode, stdout, stderr } = await command(cwd, token, ["status", "--json", ...line]);
    expect(
      leaks(
        [
          ["stdout", stdout],
          ["stderr", stderr],
        ],
        values,
      ),
    ).toStrictEqual([]);
    return { exitCode, report: JSON.parse(stdout) as Report };
  };

  test("the operator puts every key, whom nobody lets read: present, by its metadata", async () => {
    await inFolder(async (cwd) => {
      expect((await status(cwd, operator)).exitCode).toBe(1);
      for (const [key, value] of Object.entries(values)) {
        const put = await command(cwd, operator, ["put", key, "--to", "vault", "--stdin"], value);
        expect([put.exitCode, put.stderr]).toStrictEqual([0, ""]);
      }
      const { report } = await status(cwd, operator);
      for (const key of Object.keys(values)) {
        expect(rowOf(report, "vault", key)).toMatchObject({ readable: false });
        expect(rowOf(report, "vault", key)).not.toHaveProperty("fingerprint");
        expect(rowOf(report, "vault", key)?.present).not.toBe(false);
      }
      const shown = await command(cwd, operator, ["status"]);
      expect(shown.stdout).toMatch(
        /^anthropic +vault +\w+ +\d+ +0 days +\S+ +not readable by you$/m,
      );
    });
  });

  test("one who reads sees whether the stores agree, and has a fingerprint", async () => {
    const root = harness.server.rootToken;
    await inFolder(async (cwd) => {
      const file = join(cwd, ".env");
      await writeFile(file, envFile(values), { mode: 0o600 });
      const same = await status(cwd, root, "--in", "vault", "dotenv");
      expect(same.exitCode).toBe(0);
      expect(new Set(Object.values(agreements(same.report)))).toStrictEqual(new Set(["agree"]));
      const [inVault, inFile] = ["vault", "dotenv"].map((one) => rowOf(same.report, one, "openai"));
      expect(inVault?.fingerprint).toMatch(/^[0-9a-f]{12}$/);
      expect(inVault?.fingerprint).toBe(inFile?.fingerprint);

      await writeFile(file, envFile({ ...values, openai: devValues().openai }), { mode: 0o600 });
      const other = await status(cwd, root, "--in", "vault", "dotenv");
      expect(other.exitCode).toBe(1);
      expect(agreements(other.report)).toMatchObject({ openai: "differ", anthropic: "agree" });
    });
  });

  test("the application sees its own keys and not the pipeline's", async () => {
    await inFolder(async (cwd) => {
      const { report } = await status(cwd, reader);
      expect(rowOf(report, "vault", "openai")).toMatchObject({ present: true, readable: true });
      expect(rowOf(report, "vault", "snyk")).toMatchObject({ readable: false });
    });
  });

  test("nobody can tell whether stores agree of which one is not readable or not there", async () => {
    await inFolder(async (cwd) => {
      await writeFile(join(cwd, ".env"), envFile(values), { mode: 0o600 });
      const unread = await status(cwd, operator, "--in", "vault", "dotenv");
      expect(unread.exitCode).toBe(4);
      expect(agreements(unread.report)["openai"]).toBe("unknown");

      const moved = JSON.parse(document) as {
        platforms: { vault: { env: Record<string, string> } };
      };
      moved.platforms.vault.env["VAULT_ADDR"] = "http://127.0.0.1:9";
      await writeFile(join(cwd, "wiring.json"), JSON.stringify(moved));
      const gone = await status(cwd, operator, "--in", "vault", "dotenv");
      expect(gone.exitCode).toBe(4);
      expect(rowOf(gone.report, "vault", "openai")).toMatchObject({
        present: "unknown",
        problem: expect.stringContaining("127.0.0.1:9") as string,
      });
      expect(rowOf(gone.report, "dotenv", "openai")).toMatchObject({ present: true });
    });
  });
});

describe("status of AWS, a stand-in that keeps what it is told", () => {
  const found = findPython("aws");
  testWith("missing" in found ? found.missing : undefined)(
    "believes who reads a member, and compares it with a .env",
    async () => {
      if (!("python" in found)) return;
      const aws: Aws = await startAws(found.python, "123456789012");
      try {
        const values = newValues();
        const client = new SecretsManagerClient({
          ...{ endpoint: aws.env["AWS_ENDPOINT_URL"] ?? "", region: "eu-central-1" },
          credentials: { accessKeyId: "stand-in", secretAccessKey: "stand-in" },
        });
        await client.send(
          new CreateSecretCommand({
            Name: "promptsentinel/api-keys",
            SecretString: JSON.stringify({ OPENAI_API_KEY: values.openai, GEMINI_API_KEY: "" }),
          }),
        );
        client.destroy();
        await inTempDir(async (cwd) => {
          await writeFile(join(cwd, ".env"), envFile(values), { mode: 0o600 });
          const line = ["secrets", "status", "--json", "--in", "aws", "dotenv"];
          const { exitCode, stdout } = await runCommand(line, { cwd, env: aws.env });
          const report = JSON.parse(stdout) as Report;
          expect(exitCode).toBe(1);
          expect(rowOf(report, "aws", "openai")).toMatchObject({ present: true, ageDays: 0 });
          // A member that is not there, or empty, beside one that is.
          expect(rowOf(report, "aws", "anthropic")).toMatchObject({ present: false });
          expect(rowOf(report, "aws", "gemini")).toMatchObject({ present: false });
          expect(agreements(report)).toMatchObject({ openai: "agree", anthropic: "alone" });
        });
      } finally {
        await aws.stop();
      }
    },
  );
});
