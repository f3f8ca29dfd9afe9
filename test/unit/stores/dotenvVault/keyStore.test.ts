import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DotenvKey } from "../../../../stores/dotenvVault/dotenvKey";
import { open } from "../../../../stores/dotenvVault/keyStore";
import { SecretValue } from "../../../../stores/secretValue";
import type { KeyStore } from "../../../../stores/store";
import { vector } from "../../../fixtures/dotenvVaultVector";
import { keyPlace } from "../../../fixtures/keyPlace";
import { inRepository } from "../../../fixtures/gitRepository";
import { inTempDir } from "../../../fixtures/tempDir";

const value = "sk-ant-unit-vault-4712.a_b=";
const place = keyPlace("dotenv-vault", "ANTHROPIC_API_KEY");
const opened = (dir: string, env: NodeJS.ProcessEnv = {}): KeyStore =>
  open({ env, dir, note: () => undefined });
const text = (dir: string, name: string): string => readFileSync(join(dir, name), "utf8");

const write = (dir: string, vault: string = vector.vault, keys: string = vector.keys): void => {
  writeFileSync(join(dir, ".env.vault"), vault);
  writeFileSync(join(dir, ".env.keys"), keys, { mode: 0o600 });
};

test("what dotenv-vault 1.26.2 wrote is read, of the environment that is named", () =>
  inTempDir(async (dir) => {
    write(dir);
    expect((await opened(dir).read(place))?.reveal()).toBe(vector.development.ANTHROPIC_API_KEY);
    const production = opened(dir, { DOTENV_ENVIRONMENT: "production" });
    expect((await production.read(place))?.reveal()).toBe(vector.production.ANTHROPIC_API_KEY);
    const byKey = opened(dir, { DOTENV_KEY: vector.productionKey });
    expect((await byKey.read(place))?.reveal()).toBe(vector.production.ANTHROPIC_API_KEY);
    const gdpr = keyPlace("dotenv-vault", "GDPR_MASTER_KEY");
    expect((await opened(dir).read(gdpr))?.reveal()).toBe(vector.development.GDPR_MASTER_KEY);
  }));

test("the first of several keys that fits is taken, and writes go under it", () =>
  inTempDir(async (dir) => {
    write(dir, vector.vault, "");
    const old = DotenvKey.make("production").reveal();
    const store = opened(dir, { DOTENV_KEY: `${old}, ${vector.productionKey}` });
    expect((await store.read(place))?.reveal()).toBe(vector.production.ANTHROPIC_API_KEY);
    await store.putNew(place, new SecretValue(value));
    const after = opened(dir, { DOTENV_KEY: vector.productionKey });
    expect((await after.read(place))?.reveal()).toBe(value);
    expect(text(dir, ".env.keys")).toBe("");
  }));

test("the first write makes a key; the other environment is as it was", () =>
  inTempDir(async (dir) => {
    const store = opened(dir);
    expect(await store.describe(place)).toEqual({ present: false });
    expect(await store.putIfAbsent(place, new SecretValue(value))).toEqual({ outcome: "written" });
    expect(await store.putIfAbsent(place, new SecretValue("b"))).toEqual({ outcome: "present" });
    expect((await store.read(place))?.reveal()).toBe(value);
    const keys = text(dir, ".env.keys");
    expect(keys).toMatch(
      /^DOTENV_KEY_DEVELOPMENT="dotenv:\/\/:key_[0-9a-f]{64}@dotenv\.org\/vault\/\.env\.vault\?environment=development"$/m,
    );
    expect(statSync(join(dir, ".env.keys")).mode & 0o777).toBe(0o600);
    const staging = opened(dir, { DOTENV_ENVIRONMENT: "staging" });
    await staging.putNew(place, new SecretValue("other"));
    expect((await store.read(place))?.reveal()).toBe(value);
    expect((await staging.read(place))?.reveal()).toBe("other");
    expect(text(dir, ".env.keys").startsWith(keys)).toBe(true);
    expect(text(dir, ".env.vault")).not.toContain(value);
    await store.clear?.(place);
    expect(await store.read(place)).toBeUndefined();
    expect(readdirSync(dir).sort()).toEqual([".env.keys", ".env.vault"]);
  }));

test("without its key nothing is read or written, and the time is told", () =>
  inTempDir(async (dir) => {
    write(dir, vector.vault, "");
    const store = opened(dir);
    await expect(store.read(place)).rejects.toMatchObject({ kind: "unauthenticated" });
    await expect(store.putNew(place, new SecretValue(value))).rejects.toThrow(
      "dotenv-vault: .env.vault: there is no key for development, neither as DOTENV_KEY nor in .env.keys; fix: set DOTENV_KEY, or bring .env.keys",
    );
    expect(await store.describe(place)).toEqual({
      present: "unknown",
      writtenAt: statSync(join(dir, ".env.vault")).mtime,
    });
    expect(text(dir, ".env.vault")).toBe(vector.vault);
  }));

const broken = (from: RegExp, to: string): string => vector.vault.replace(from, to);
const wrongKey = DotenvKey.make("development").reveal();

test.each([
  ["another's key", vector.vault, wrongKey, /DOTENV_VAULT_DEVELOPMENT is not opened by the key/],
  ["a changed text", broken(/="(.)/, '="/'), undefined, /is not opened by the key that there is/],
  ["a cut text", broken(/=".*?"/, '="abcd"'), undefined, /is not what dotenv-vault writes/],
  ["no base64", broken(/=".*?"/, '="%%"'), undefined, /is not what dotenv-vault writes/],
  [
    "a key that is none",
    vector.vault,
    "dotenv://:key_12@x?environment=a",
    /is no key of dotenv-vault/,
  ],
  ["a key without environment", vector.vault, wrongKey.split("?")[0], /is no key of dotenv-vault/],
])("%s is told without anything of it, and nothing is written", (_, vault, key, told) =>
  inTempDir(async (dir) => {
    write(dir, vault);
    const store = opened(dir, key === undefined ? {} : { DOTENV_KEY: key });
    for (const call of [store.read(place), store.putNew(place, new SecretValue(value))]) {
      const error: unknown = await call.catch((reason: unknown) => reason);
      expect(String(error)).toMatch(told);
      expect(String(error)).toMatch(/; fix: /);
      expect(String(error)).not.toMatch(/key_[0-9a-f]|sk-ant/);
    }
    expect(text(dir, ".env.vault")).toBe(vault);
  }),
);

test("a DOTENV_ENVIRONMENT that is no name is told", () =>
  inTempDir(async (dir) => {
    await expect(
      opened(dir, { DOTENV_ENVIRONMENT: "a b" }).putNew(place, new SecretValue(value)),
    ).rejects.toThrow('DOTENV_ENVIRONMENT: got "a b"; expected: a-z, 0-9 and _, a letter first');
  }));

test("keys are not written where git would take them along", () =>
  inRepository([".env"], async ({ dir }) => {
    await expect(opened(dir).putNew(place, new SecretValue(value))).rejects.toThrow(
      /\.env\.keys: is not ignored by git; nothing was written/,
    );
    expect(readdirSync(dir).sort()).toEqual([".git", ".gitignore"]);
  }));
