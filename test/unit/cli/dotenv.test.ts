import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encrypt } from "../../../cli/commands/dotenvEncrypt";
import { init } from "../../../cli/commands/dotenvInit";
import { migrate } from "../../../cli/commands/dotenvMigrate";
import { rotateKey } from "../../../cli/commands/dotenvRotateKey";
import { captured } from "../../fixtures/captured";
import { inRepository } from "../../fixtures/gitRepository";
import { inTempDir } from "../../fixtures/tempDir";

const value = "sk-ant-unit-dotenv-cli-4715";
const environment = "development";
const plain = (path: string): void => {
  writeFileSync(join(path, ".env"), `ANTHROPIC_API_KEY=${value}\n`, { mode: 0o600 });
};
/** What a command says; never a value, nor a key. */
const said = async (run: () => Promise<void>): Promise<string> => {
  const text = await captured(run);
  expect(text).not.toMatch(/[0-9a-f]{64}/);
  expect(text).not.toContain(value);
  return text;
};

test("init tells what it added, and that there was nothing to add", () =>
  inTempDir(async (path) => {
    expect(await said(() => init({ path }))).toMatch(/\.env: written\n {2}ANTHROPIC_API_KEY\n/);
    expect(await said(() => init({ path }))).toMatch(/has all keys already; it is as it was/);
    expect(JSON.parse(await said(() => init({ path, json: true })))).toMatchObject({
      ...{ file: join(path, ".env"), added: [] },
    });
  }));

test("encrypt, rotate-key and migrate tell files and names", () =>
  inTempDir(async (path) => {
    plain(path);
    const first = await said(() => encrypt({ path, environment }));
    expect(first).toContain(`${join(path, ".env.vault")}: development has ANTHROPIC_API_KEY`);
    expect(first).toContain(`its key is new: DOTENV_KEY_DEVELOPMENT in ${join(path, ".env.keys")}`);
    expect(first).toContain(".env has the values in the clear still");
    expect(await said(() => encrypt({ path, environment }))).toContain("it is as it was");
    expect(await said(() => rotateKey({ path, environment }))).toContain(
      "development is encrypted under a new key",
    );
    expect(await said(() => migrate({ path, environment, to: "dotenvx" }))).toContain(
      `${join(path, ".env.vault")} is as it was: remove it once dotenvx is read everywhere`,
    );
    expect(readFileSync(join(path, ".env"), "utf8")).not.toContain(value);
    const rotated = await said(() =>
      rotateKey({ path, environment, method: "dotenvx", json: true }),
    );
    expect(JSON.parse(rotated)).toEqual({
      ...{ method: "dotenvx", environment, file: join(path, ".env") },
      ...{ keys: join(path, ".env.keys"), variable: "DOTENV_PRIVATE_KEY" },
    });
    const back = await said(() => migrate({ path, environment, to: "dotenv-vault", json: true }));
    expect(JSON.parse(back)).toMatchObject({ names: ["ANTHROPIC_API_KEY"], outcome: "present" });
  }));

test("rotate-key has to be told which of two files, and when there is none", () =>
  inTempDir(async (path) => {
    await expect(rotateKey({ path, environment })).rejects.toThrow(
      "environment: neither .env.vault nor .env has development encrypted; fix: name one that is there, or run `promptsentinel-secrets dotenv encrypt -e development` first",
    );
    plain(path);
    await said(() => encrypt({ path, environment }));
    await said(() => migrate({ path, environment, to: "dotenvx" }));
    await expect(rotateKey({ path, environment })).rejects.toThrow(
      "method: both .env.vault and .env have development; fix: name one with --method",
    );
  }));

test("a vault that git ignores is told, because it is made to be committed", () =>
  inRepository([".env", ".env.*"], async ({ dir }) => {
    plain(dir);
    expect(await said(() => encrypt({ path: dir, environment }))).toContain(
      "git ignores .env.vault; to commit it, add the line `!.env.vault` to .gitignore",
    );
  }));

test("a folder or an environment that cannot be is told", async () => {
  await expect(init({ path: "/nowhere" })).rejects.toThrow(
    'path: got "/nowhere", which is no folder; fix:',
  );
  await inTempDir(async (path) => {
    await expect(encrypt({ path, environment: "a-b" })).rejects.toThrow('environment: got "a-b"');
  });
});
