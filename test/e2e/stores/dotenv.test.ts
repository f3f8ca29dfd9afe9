import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import execa from "execa";
import { projectRoot } from "../../../sandbox/session";
import { stores } from "../../../stores";
import { valuesOf } from "../../../stores/files/envLines";
import { SecretValue } from "../../../stores/secretValue";
import type { KeyStore, StoreName } from "../../../stores/store";
import { keyPlace } from "../../fixtures/keyPlace";
import { inTempDir } from "../../fixtures/tempDir";
import { cli, dotenvx, dotenvxReads, expected, pythonReads } from "../support/fileReaders";
import { testWith } from "../support/needs";
import { findPython, pythonProgram } from "../support/python";

const found = findPython("dotenv");
const python = "python" in found ? found.python : "";
const testPython = testWith("missing" in found ? found.missing : undefined);

/** Values with all that keys have: dots, dashes, underscores and an equals sign at the end. */
const values = {
  ANTHROPIC_API_KEY: "sk-ant-e2e-dotenv-4716_a-b",
  GEMINI_API_KEY: "AQ.e2e-dotenv-4716.a_b-c.d",
  GDPR_MASTER_KEY: "ZTJlLWRvdGVudi00NzE2LWUyZS1kb3RlbnYtNDcxNi0=",
};
const names = Object.keys(values);
const opened = (store: StoreName, dir: string, env: NodeJS.ProcessEnv = {}): KeyStore =>
  stores[store]()({ env, dir, note: () => undefined });
const text = (dir: string, name: string): string => readFileSync(join(dir, name), "utf8");

async function putAll(store: StoreName, dir: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    await opened(store, dir, env).putIfAbsent(keyPlace(store, name), new SecretValue(value));
  }
}

async function readAll(store: StoreName, dir: string, env: NodeJS.ProcessEnv = {}) {
  const read = async (name: string) =>
    [name, (await opened(store, dir, env).read(keyPlace(store, name)))?.reveal()] as const;
  return Object.fromEntries(await Promise.all(names.map(read)));
}

testPython("python-dotenv reads what we write, between lines of others too", () =>
  inTempDir(async (dir) => {
    writeFileSync(join(dir, ".env"), "# note\r\nexport GEMINI_API_KEY='old' # c\r\nA=`b`\r\n");
    await cli(dir, ["dotenv", "init"]);
    await opened("dotenv", dir).putNew(
      keyPlace("dotenv", "GEMINI_API_KEY"),
      new SecretValue(values.GEMINI_API_KEY),
    );
    await putAll("dotenv", dir);
    expect(await pythonReads(python, "dotenv", dir, names)).toEqual(expected(values));
    expect(await readAll("dotenv", dir)).toEqual(values);
  }),
);

testPython("python-dotenv-vault reads what we write, of each environment by its key", () =>
  inTempDir(async (dir) => {
    await putAll("dotenv-vault", dir, { DOTENV_ENVIRONMENT: "production" });
    await opened("dotenv-vault", dir).putNew(
      keyPlace("dotenv-vault", "ANTHROPIC_API_KEY"),
      new SecretValue("sk-ant-e2e-of-development-4716"),
    );
    const keys = valuesOf(text(dir, ".env.keys"));
    const read = (DOTENV_KEY: string | undefined) =>
      pythonReads(python, "dotenv-vault", dir, names, { DOTENV_KEY });
    expect(await read(keys["DOTENV_KEY_PRODUCTION"])).toEqual(expected(values));
    expect(await read(keys["DOTENV_KEY_DEVELOPMENT"])).toEqual(
      expected({ ANTHROPIC_API_KEY: "sk-ant-e2e-of-development-4716" }),
    );
    const old = keys["DOTENV_KEY_PRODUCTION"];
    const { exitCode } = await cli(dir, ["dotenv", "rotate-key", "-e", "production"]);
    expect(exitCode).toBe(0);
    expect(await read(old)).toEqual({ error: "DotEnvVaultError" });
    const fresh = valuesOf(text(dir, ".env.keys"))["DOTENV_KEY_PRODUCTION"];
    expect(await read(fresh)).toEqual(expected(values));
    expect(await read(`${String(old)},${String(fresh)}`)).toEqual(expected(values));
  }),
);

testPython("we read what another library encrypted", () =>
  inTempDir(async (dir) => {
    const DOTENV_KEY = `dotenv://:key_${"4716".repeat(16)}@dotenv.org/vault/.env.vault?environment=ci`;
    const input = Object.entries(values).map(([name, value]) => `${name}="${value}"\n`);
    const program = pythonProgram("dotenv_vault_writer");
    const { stdout } = await execa(python, [program], {
      ...{ input: input.join(""), env: { DOTENV_KEY } },
    });
    writeFileSync(join(dir, ".env.vault"), `${stdout}\n`);
    expect(await readAll("dotenv-vault", dir, { DOTENV_KEY })).toEqual(values);
  }),
);

test("the dotenvx command reads what we write, and runs nothing of it", () =>
  inTempDir(async (dir) => {
    await putAll("dotenvx", dir);
    const told = "$(echo ran-4716) $HOME #x";
    await opened("dotenvx", dir).putNew(keyPlace("dotenvx", "SNYK_TOKEN"), new SecretValue(told));
    const all = { ...values, SNYK_TOKEN: told };
    expect(await dotenvxReads(dir, [...names, "SNYK_TOKEN"])).toEqual(expected(all));
    await putAll("dotenvx", dir, { DOTENV_ENVIRONMENT: "production" });
    expect(await dotenvxReads(dir, names, ".env.production")).toEqual(expected(values));
    const { exitCode } = await cli(dir, ["dotenv", "rotate-key"]);
    expect(exitCode).toBe(0);
    expect(await dotenvxReads(dir, [...names, "SNYK_TOKEN"])).toEqual(expected(all));
  }));

test("we read what the dotenvx command encrypts and sets, and write beside it", () =>
  inTempDir(async (dir) => {
    const { ANTHROPIC_API_KEY: one, ...others } = values;
    const first = "ANTHROPIC_API_KEY";
    writeFileSync(join(dir, ".env"), `${first}=${one}\n`);
    await dotenvx(dir, ["encrypt"]);
    expect(text(dir, ".env")).not.toContain(one);
    for (const [name, value] of Object.entries(others)) await dotenvx(dir, ["set", name, value]);
    expect(await readAll("dotenvx", dir)).toEqual(values);
    const place = keyPlace("dotenvx", first);
    await opened("dotenvx", dir).putNew(place, new SecretValue("new-4716"));
    expect(await dotenvxReads(dir, names)).toEqual(expected({ ...values, [first]: "new-4716" }));
    await dotenvx(dir, ["set", first, one]);
    expect(await readAll("dotenvx", dir)).toEqual(values);
  }));

testPython("values go over to dotenvx and back, read by the real readers of both", () =>
  inTempDir(async (dir) => {
    await putAll("dotenv", dir);
    const run = async (...args: string[]): Promise<string> => {
      const { all, exitCode } = await cli(dir, ["dotenv", ...args]);
      expect([exitCode, all]).toEqual([0, all]);
      for (const value of Object.values(values)) expect(all).not.toContain(value);
      return String(all);
    };
    await run("encrypt");
    await run("migrate", "--to", "dotenvx");
    expect(await dotenvxReads(dir, names)).toEqual(expected(values));
    writeFileSync(join(dir, ".env.vault"), "");
    await run("migrate", "--to", "dotenv-vault", "--json");
    const DOTENV_KEY = valuesOf(text(dir, ".env.keys"))["DOTENV_KEY_DEVELOPMENT"];
    expect(await pythonReads(python, "dotenv-vault", dir, names, { DOTENV_KEY })).toEqual(
      expected(values),
    );
    for (const name of readdirSync(dir)) {
      for (const value of Object.values(values)) expect(text(dir, name)).not.toContain(value);
    }
  }),
);

const program = join(projectRoot, "test", "e2e", "support", "putIntoFile.ts");

/** What each store leaves in its folder, and nothing else. */
const files = {
  dotenv: [".env"],
  "dotenv-vault": [".env.keys", ".env.vault"],
  dotenvx: [".env", ".env.keys"],
};

test.each(["dotenv", "dotenv-vault", "dotenvx"] as const)(
  "10 processes that write 5 keys each into %s at once lose none",
  (store) =>
    inTempDir(async (root) => {
      const [dir, meeting] = [join(root, "place"), join(root, "meeting")];
      mkdirSync(dir);
      mkdirSync(meeting);
      const writers = Array.from({ length: 10 }, (_, writer) => ({
        input: `4716-${String(writer)}`,
        own: Array.from({ length: 5 }, (__, index) => `KEY_${String(writer)}_${String(index)}`),
      }));
      await Promise.all(
        writers.map(({ input, own }) => {
          const args = [store, dir, meeting, String(writers.length), ...own];
          const options = { input, cwd: projectRoot };
          return execa("node", ["--import", "tsx", program, ...args], options);
        }),
      );
      const { key } = keyPlace(store, "ANTHROPIC_API_KEY");
      for (const { input, own } of writers) {
        for (const name of own) {
          const got = await opened(store, dir).read({ key, locator: { name } });
          expect([name, got?.reveal()]).toEqual([name, input]);
        }
      }
      expect(readdirSync(dir).sort()).toEqual(files[store]);
    }),
);
