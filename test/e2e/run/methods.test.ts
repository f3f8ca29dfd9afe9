import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import execa from "execa";
import { parse } from "dotenv";
import { projectRoot } from "../../../sandbox/session";
import { startKeyVault } from "../../../sandbox/standin/keyvault";
import { loginAs } from "../../../sandbox/steps/identity";
import { fingerprint } from "../../../sandbox/fingerprint";
import { SecretValue } from "../../../stores/secretValue";
import { issueSecretId } from "../../../stores/vault/secretId";
import { inTempDir } from "../../fixtures/tempDir";
import { startAws } from "../support/aws";
import { azLogin, azureStore, placeOf } from "../support/cloudStores";
import { cleanEnv, runCommand } from "../support/command";
import { putFirst } from "../support/entries";
import { startHarness, wiringOf } from "../support/harness";
import { testWith } from "../support/needs";
import { findPython, pythonProgram } from "../support/python";
import { missingSecretService, pythonKeyring, startSecretService } from "../support/secretService";
import { envFile, newValues, variables } from "../secrets/values";
import { ofApp, printKeys, printNames, without } from "./programs";

type Prints = Readonly<Record<string, string>>;
type Env = Readonly<Record<string, string | undefined>>;

const printsOf = (values: Prints): Prints =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fingerprint(value)]));

/** The fingerprints of the keys that a command has, which `run` starts by a method; it has to say nothing itself. */
async function keysBy(method: string, cwd: string, env: Env, words: readonly string[] = []) {
  const line = ["run", "--method", method, ...words, "--"];
  const { stdout, stderr, exitCode } = await runCommand([...line, ...printKeys], { cwd, env });
  if (exitCode !== 0) throw new Error(stderr);
  const names = JSON.parse(
    (await runCommand([...line, ...printNames], { cwd, env })).stdout,
  ) as string[];
  const keys = JSON.parse(stdout) as Prints;
  // Which may be a credential of the store, which it has not.
  const absent = Object.keys(env).filter(
    (name) => env[name] !== undefined && !names.includes(name),
  );
  return { keys, withheld: absent, stderr };
}

const needs = (client: Parameters<typeof findPython>[0], more?: string) => {
  const found = findPython(client);
  return {
    testIt: testWith("missing" in found ? found.missing : more),
    python: "python" in found ? found.python : "",
  };
};

describe("run gives what the Python reader of the same method reads", () => {
  const hvac = needs("vault");
  hvac.testIt("vault, as the application itself", async () => {
    const harness = await startHarness();
    try {
      const { stack } = await harness.session();
      const wiring = wiringOf((await stack.up()).outputs);
      const vault = wiring.platforms["vault"];
      if (vault === undefined) throw new Error("no vault wiring");
      const locatorOf = (key: string) => {
        const {
          mount = "",
          path = "",
          field = "",
        } = Object.values(vault.references).find((one) => one.key === key)?.locator ?? {};
        return { mount, path, field };
      };
      const values = newValues();
      const { anthropic, openai, gemini, snyk } = values;
      await putFirst(harness.root, locatorOf("anthropic"), { anthropic, openai, gemini });
      await putFirst(harness.root, locatorOf("snyk"), { [locatorOf("snyk").field]: snyk });
      const redis = newValues().snyk;
      await putFirst(harness.root, locatorOf("redis"), { [locatorOf("redis").field]: redis });
      const app = await loginAs("app", vault, {
        ...{ administrator: harness.root, pipeline: harness.pipeline, claims: () => ({}) },
      });
      const { role = "", mount = "", roleId = "" } = vault.identities.app?.logins["approle"] ?? {};
      const ticket = await issueSecretId(harness.root, { mount, role }, 60);
      const { stdout } = await execa(hvac.python, [pythonProgram("vault_reader")], {
        extendEnv: false,
        env: {
          ...{ VAULT_ADDR: harness.server.address, WRAPPING_TOKEN: ticket.wrappingToken },
          ...{ ROLE_ID: roleId, APPROLE_MOUNT: mount },
          ...{ KV_MOUNT: locatorOf("anthropic").mount, KV_PATH: locatorOf("anthropic").path },
          OTHER_PATH: locatorOf("snyk").path,
        },
      });
      const { read } = JSON.parse(stdout) as { read: Prints };
      const byHvac = Object.fromEntries(
        Object.entries(read).map(([field, print]) => [
          variables[field as keyof typeof variables],
          print,
        ]),
      );
      expect(byHvac).toEqual(printsOf(ofApp(values)));
      // Of an entry of its own, which the guide's loader does not read.
      const expected = { ...byHvac, REDIS_PASSWORD: fingerprint(redis) };

      await inTempDir(async (cwd) => {
        await writeFile(join(cwd, "wiring.json"), JSON.stringify(wiring));
        const env = { VAULT_ADDR: harness.server.address, VAULT_TOKEN: app.connection.token ?? "" };
        expect(await keysBy("vault", cwd, env, ["--file", "wiring.json"])).toEqual({
          ...{ keys: expected, withheld: ["VAULT_TOKEN"], stderr: "" },
        });
        // By the guide's names nobody knows that the other is off: the policy has not its path.
        const guide = await keysBy("vault", cwd, env);
        expect(guide.keys).toEqual(expected);
        expect(guide.stderr).toMatch(
          /^run: GDPR_MASTER_KEY: you may not read it in vault, .*--stack or --file/,
        );
        const ci = await runCommand(
          ["run", "-m", "vault", "--consumer", "ci", "--file", "wiring.json", "--", ...printKeys],
          { cwd, env },
        );
        expect({ code: ci.exitCode, said: ci.stderr.split("; ")[0] }).toEqual({
          ...{ code: 125, said: expect.stringMatching(/^error: vault: /) as string },
        });
      });
    } finally {
      await harness.stop();
    }
  });

  const boto3 = needs("aws");
  boto3.testIt("aws, on moto", () =>
    inTempDir(async (cwd) => {
      const aws = await startAws(boto3.python, "210987654321");
      try {
        const values = newValues();
        const region = aws.env["AWS_REGION"] ?? "";
        const client = new SecretsManagerClient({
          ...{ region, endpoint: aws.env["AWS_ENDPOINT_URL"] ?? "" },
          credentials: { accessKeyId: "stand-in", secretAccessKey: "stand-in" },
        });
        const Name = "promptsentinel/api-keys";
        const SecretString = JSON.stringify(ofApp(values));
        await client.send(new CreateSecretCommand({ Name, SecretString }));
        client.destroy();
        const { stdout } = await execa(boto3.python, [pythonProgram("aws_reader")], {
          ...{ extendEnv: false, env: { ...aws.env, SECRET_ID: Name } },
        });
        const expected = JSON.parse(stdout) as Prints;
        expect(expected).toEqual(printsOf(ofApp(values)));

        // Node 20 is told by the command itself to keep the SDK's warning.
        const env = { ...aws.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: undefined };
        const { keys, withheld, stderr } = await keysBy("aws", cwd, env);
        expect({ keys, stderr }).toEqual({ keys: expected, stderr: "" });
        expect(withheld).toEqual(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]);
      } finally {
        await aws.stop();
      }
    }),
  );

  test("azure, on the stand-in, by what was written there", () =>
    inTempDir(async (cwd) => {
      const tenantId = "11111111-2222-4333-8444-555555555555";
      const oid = "66666666-7777-4888-8999-aaaaaaaaaaaa";
      const vault = await startKeyVault({
        ...{ vaultName: "ps-run-0123456789", tenantId, authorize: () => true },
        log: () => undefined,
      });
      try {
        const values = newValues();
        const store = azureStore(vault, oid);
        for (const key of ["anthropic", "openai", "gemini"] as const) {
          const place = placeOf("azure", key, { AZURE_VAULT_URL: vault.url });
          await store.putIfAbsent(place, new SecretValue(values[key]));
        }
        await store.close();
        const bin = join(cwd, "bin");
        await execa("mkdir", [bin]);
        const { keys, stderr } = await keysBy("azure", cwd, await azLogin(vault, oid, bin));
        expect({ keys, stderr }).toEqual({ keys: printsOf(ofApp(values)), stderr: "" });
      } finally {
        await vault.stop();
      }
    }));

  const keyring = needs("keyring", missingSecretService());
  keyring.testIt("keyring, on GNOME Keyring", () =>
    inTempDir(async (cwd) => {
      const session = await startSecretService();
      try {
        const values = newValues();
        const set = { ...ofApp(values), SNYK_TOKEN: values.snyk };
        const { read } = await pythonKeyring(keyring.python, session.env, { set });
        expect(read).toEqual(printsOf(set));
        const expected = without(read, "SNYK_TOKEN");
        expect(await keysBy("keyring", cwd, session.env)).toEqual({
          ...{ keys: expected, withheld: [], stderr: "" },
        });
      } finally {
        await session.stop();
      }
    }),
  );

  const dotenv = needs("dotenv");
  const readerOf = async (method: string, cwd: string, env: Env): Promise<Prints> => {
    const names = Object.values(variables);
    const { stdout } = await execa(
      dotenv.python,
      [pythonProgram("dotenv_reader"), method, ...names],
      { cwd, extendEnv: false, env: { ...cleanEnv(cwd), ...env } },
    );
    return without(JSON.parse(stdout) as Prints, "SNYK_TOKEN");
  };

  dotenv.testIt("dotenv, with quotes, comments and a variable of the caller's", () =>
    inTempDir(async (cwd) => {
      const { anthropic, openai, gemini, snyk } = newValues();
      const text = `# keys\nexport ANTHROPIC_API_KEY="${anthropic}" # mine\nOPENAI_API_KEY='${openai}'\n\nGEMINI_API_KEY = ${gemini}\nSNYK_TOKEN=${snyk}\n`;
      await writeFile(join(cwd, ".env"), text, { mode: 0o600 });
      const env = { OPENAI_API_KEY: newValues().openai };
      const expected = await readerOf("dotenv", cwd, env);
      expect(expected).toEqual(
        printsOf(ofApp({ anthropic, openai: env.OPENAI_API_KEY, gemini, snyk })),
      );
      expect((await keysBy("dotenv", cwd, env)).keys).toEqual(expected);
    }),
  );

  dotenv.testIt("dotenv-vault, which takes the place of a variable of the caller's", () =>
    inTempDir(async (cwd) => {
      const values = newValues();
      await execa("git", ["init", "--quiet"], { cwd });
      await writeFile(join(cwd, ".gitignore"), ".env*\n!.env.vault\n");
      await writeFile(join(cwd, ".env"), envFile(values), { mode: 0o600 });
      const made = await runCommand(["dotenv", "encrypt", "-e", "production", "--from", ".env"], {
        cwd,
      });
      expect({ code: made.exitCode, stderr: made.stderr }).toMatchObject({ code: 0 });
      const key = parse(await readFile(join(cwd, ".env.keys"), "utf8"))["DOTENV_KEY_PRODUCTION"];
      await execa("rm", [".env", ".env.keys"], { cwd });
      const env = { DOTENV_KEY: key ?? "", OPENAI_API_KEY: newValues().openai };
      const expected = await readerOf("dotenv-vault", cwd, env);
      expect(expected).toEqual(printsOf(ofApp(values)));
      const { keys, withheld } = await keysBy("dotenv-vault", cwd, env);
      expect({ keys, withheld }).toEqual({ keys: expected, withheld: ["DOTENV_KEY"] });
    }),
  );

  test("dotenvx, as dotenvx itself reads what it encrypted", () =>
    inTempDir(async (cwd) => {
      const values = newValues();
      await writeFile(join(cwd, ".env"), envFile(values));
      await chmod(join(cwd, ".env"), 0o600);
      const dotenvx = join(projectRoot, "node_modules", ".bin", "dotenvx");
      const options = { cwd, extendEnv: false, env: { ...cleanEnv(cwd), DOTENVX_NO_OPS: "true" } };
      await execa(dotenvx, ["encrypt"], options);
      expect(await readFile(join(cwd, ".env"), "utf8")).toContain("encrypted:");
      const { stdout } = await execa(dotenvx, ["run", "--quiet", "--", ...printKeys], options);
      const expected = without(JSON.parse(stdout) as Prints, "SNYK_TOKEN", "DOTENV_PUBLIC_KEY");
      expect(expected).toEqual(printsOf(ofApp(values)));
      const key = parse(await readFile(join(cwd, ".env.keys"), "utf8"))["DOTENV_PRIVATE_KEY"];
      await execa("rm", [".env.keys"], { cwd });
      const { keys, withheld } = await keysBy("dotenvx", cwd, { DOTENV_PRIVATE_KEY: key });
      expect({ keys, withheld }).toEqual({ keys: expected, withheld: ["DOTENV_PRIVATE_KEY"] });
    }));
});
