import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fingerprint } from "../../../sandbox/fingerprint";
import { documentOf } from "../../fixtures/documentOf";
import { inTempDir } from "../../fixtures/tempDir";
import { min } from "../../fixtures/vault";
import { cleanEnv, runCommand } from "../support/command";
import { newValues } from "../secrets/values";
import { ofApp, printKeys, printNames, withDotenv } from "./programs";

const prints = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fingerprint(value)]));

/** What a command has of keys, by `run` with these words in a folder with a `.env`. */
async function keysBy(
  cwd: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly keys: unknown; readonly stderr: string; readonly exitCode: number }> {
  const { stdout, stderr, exitCode } = await runCommand(["run", ...words, "--", ...printKeys], {
    ...{ cwd, env },
  });
  return { keys: stdout === "" ? undefined : JSON.parse(stdout), stderr, exitCode };
}

describe("a command's environment", () => {
  test("has the application's keys, and nobody else's", () =>
    inTempDir(async (cwd) => {
      const values = await withDotenv(cwd);
      expect(await keysBy(cwd, [])).toEqual({
        keys: prints(ofApp(values)),
        stderr: "",
        exitCode: 0,
      });
    }));

  test("has a pipeline's keys for a pipeline", () =>
    inTempDir(async (cwd) => {
      const { snyk } = await withDotenv(cwd);
      const { keys } = await keysBy(cwd, ["--consumer", "ci"]);
      expect(keys).toEqual({ SNYK_TOKEN: fingerprint(snyk) });
    }));

  test("has keys that are off by default where they are there", () =>
    inTempDir(async (cwd) => {
      const values = await withDotenv(cwd);
      const redis = newValues().snyk;
      const env = await readFile(join(cwd, ".env"), "utf8");
      await writeFile(join(cwd, ".env"), `${env}REDIS_PASSWORD=${redis}\n`);
      const { keys } = await keysBy(cwd, []);
      expect(keys).toEqual(prints({ ...ofApp(values), REDIS_PASSWORD: redis }));
    }));

  test("is the caller's otherwise, without anything of ours", () =>
    inTempDir(async (cwd) => {
      const values = await withDotenv(cwd);
      const warning = "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED";
      const env = { [warning]: undefined, SOMETHING: "else" };
      const { stdout } = await runCommand(["run", "--", ...printNames], { cwd, env });
      const callers = { ...cleanEnv(cwd), SOMETHING: "else" };
      expect((JSON.parse(stdout) as string[]).sort()).toEqual(
        [...Object.keys(callers), ...Object.keys(ofApp(values))]
          .filter((name) => name !== warning)
          .sort(),
      );
    }));

  test("keeps what the caller has set, by dotenv as by its loader", () =>
    inTempDir(async (cwd) => {
      const values = await withDotenv(cwd);
      const own = newValues().openai;
      const { keys } = await keysBy(cwd, [], { OPENAI_API_KEY: own });
      expect(keys).toEqual(prints({ ...ofApp(values), OPENAI_API_KEY: own }));
    }));

  test("has the deployment's keys alone, and its API_ENV", () =>
    inTempDir(async (cwd) => {
      const values = await withDotenv(cwd);
      const env = await readFile(join(cwd, ".env"), "utf8");
      await writeFile(join(cwd, ".env"), `${env}REDIS_PASSWORD=${values.snyk}\n`);
      await writeFile(join(cwd, "wiring.json"), JSON.stringify(await documentOf(min)));
      const { keys } = await keysBy(cwd, ["--file", "wiring.json"]);
      expect(keys).toEqual(prints(ofApp(values)));
      const apiEnv = async (more: Readonly<Record<string, string>>) =>
        (
          await runCommand(["run", "--file", "wiring.json", "--", "printenv", "API_ENV"], {
            ...{ cwd, env: more },
          })
        ).stdout;
      expect(await apiEnv({})).toBe("development");
      expect(await apiEnv({ API_ENV: "staging" })).toBe("staging");
    }));

  test("is not read from a store that the deployment does not have", () =>
    inTempDir(async (cwd) => {
      await writeFile(join(cwd, "wiring.json"), JSON.stringify(await documentOf(min)));
      const { stderr, exitCode } = await keysBy(cwd, ["-m", "aws", "--file", "wiring.json"]);
      expect({ stderr, exitCode }).toEqual({
        stderr:
          "error: method: this deployment has no aws; it has: vault; fix: name one of these with --method, or leave --stack and --file out for the guide's names",
        exitCode: 125,
      });
    }));

  test("is by SECRET_METHOD where no method is named", () =>
    inTempDir(async (cwd) => {
      await withDotenv(cwd);
      const { stderr } = await keysBy(cwd, [], { SECRET_METHOD: "dotenv-vault" });
      expect(stderr).toContain("dotenv-vault");
      expect((await keysBy(cwd, ["-m", "dotenv"], { SECRET_METHOD: "vault" })).exitCode).toBe(0);
    }));

  test("is as without them where SECRET_METHOD and PULUMI_STACK are empty, as Compose exports them", () =>
    inTempDir(async (cwd) => {
      const values = await withDotenv(cwd);
      const { keys } = await keysBy(cwd, [], { SECRET_METHOD: "", PULUMI_STACK: "" });
      expect(keys).toEqual(prints(ofApp(values)));
    }));
});

describe("missing keys", () => {
  const withoutOpenai = (body: (cwd: string) => Promise<void>) =>
    inTempDir(async (cwd) => {
      const { anthropic } = newValues();
      await writeFile(join(cwd, ".env"), `ANTHROPIC_API_KEY=${anthropic}\nGEMINI_API_KEY=\n`);
      await body(cwd);
    });

  test("are listed with the fix, and nothing is started", () =>
    withoutOpenai(async (cwd) => {
      expect(await keysBy(cwd, [])).toEqual({
        keys: undefined,
        stderr: `error: run: without a value in dotenv (${join(cwd, ".env")}): OPENAI_API_KEY, GEMINI_API_KEY; fix: \`promptsentinel-secrets secrets put --missing --to dotenv\`, or start without by --allow-missing`,
        exitCode: 125,
      });
    }));

  test("of a deployment are put in by a command that names it again", () =>
    withoutOpenai(async (cwd) => {
      await writeFile(join(cwd, "wiring.json"), JSON.stringify(await documentOf(min)));
      const { stderr, exitCode } = await keysBy(cwd, ["--file", "wiring.json", "--stack", "dev"]);
      expect([exitCode, stderr]).toEqual([
        125,
        expect.stringContaining(
          "`promptsentinel-secrets secrets put --missing --to dotenv --file wiring.json`",
        ),
      ]);
    }));

  test("that are set to nothing by the caller are told apart", () =>
    withoutOpenai(async (cwd) => {
      const { stderr } = await keysBy(cwd, [], { ANTHROPIC_API_KEY: "" });
      expect(stderr).toContain(", and unset ANTHROPIC_API_KEY, which you have set to nothing");
    }));

  test("may be allowed, and are then left out", () =>
    withoutOpenai(async (cwd) => {
      const { keys, stderr, exitCode } = await keysBy(cwd, ["--allow-missing"]);
      expect(Object.keys(keys as object)).toEqual(["ANTHROPIC_API_KEY"]);
      expect({ stderr, exitCode }).toEqual({
        stderr: expect.stringMatching(
          /OPENAI_API_KEY, GEMINI_API_KEY; the command goes without, by --allow-missing$/,
        ) as string,
        exitCode: 0,
      });
    }));
});

describe("credentials of the store", () => {
  const names = async (cwd: string, words: readonly string[], env: Record<string, string>) => {
    const { stdout } = await runCommand(["run", "--allow-missing", ...words, "--", ...printNames], {
      cwd,
      env,
    });
    return (JSON.parse(stdout) as string[]).filter(
      (name) => !Object.keys(cleanEnv(cwd)).includes(name),
    );
  };
  const env = {
    DOTENV_KEY: `dotenv://:key_${"0a".repeat(32)}@dotenv.org/vault/.env.vault?environment=production`,
    DOTENV_PRIVATE_KEY: "f".repeat(64),
    DOTENV_PRIVATE_KEY_PRODUCTION: "e".repeat(64),
    VAULT_TOKEN: "of-nobody",
    SOMETHING: "else",
  };

  test.each([
    ["dotenv-vault", ["DOTENV_KEY"]],
    ["dotenvx", ["DOTENV_PRIVATE_KEY", "DOTENV_PRIVATE_KEY_PRODUCTION"]],
    ["dotenv", []],
  ])("of %s are withheld, and nothing else", (method, withheld) =>
    inTempDir(async (cwd) => {
      expect(await names(cwd, ["-m", method], env)).toEqual(
        Object.keys(env).filter((name) => !withheld.includes(name)),
      );
    }),
  );

  test("are kept when that is asked for", () =>
    inTempDir(async (cwd) => {
      expect(await names(cwd, ["-m", "dotenv-vault", "--keep-credentials"], env)).toEqual(
        Object.keys(env),
      );
    }));
});
