import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { DotenvKey, keysIn } from "../../../../stores/dotenvVault/dotenvKey";
import { encryptFile } from "../../../../stores/dotenvVault/encrypt";
import { open } from "../../../../stores/dotenvVault/keyStore";
import { rotateVaultKey } from "../../../../stores/dotenvVault/rotateKey";
import { vector } from "../../../fixtures/dotenvVaultVector";
import { inRepository } from "../../../fixtures/gitRepository";
import { keyPlace } from "../../../fixtures/keyPlace";
import { inTempDir } from "../../../fixtures/tempDir";

const note = (): void => undefined;
const place = keyPlace("dotenv-vault", "ANTHROPIC_API_KEY");
const text = (dir: string, name: string): string => readFileSync(join(dir, name), "utf8");
const write = (dir: string, name: string, content: string): void => {
  writeFileSync(join(dir, name), content, { mode: 0o600 });
};
const read = async (dir: string, env: NodeJS.ProcessEnv = {}): Promise<string | undefined> =>
  (await open({ env, dir, note }).read(place))?.reveal();
const encrypt = (
  dir: string,
  more: { prune?: boolean; from?: string; environment?: string } = {},
) => encryptFile({ dir, note, env: {}, environment: "development", ...more });

test("a plain file becomes an environment; again, it keeps its key", () =>
  inTempDir(async (dir) => {
    write(dir, ".env", "# why\nANTHROPIC_API_KEY=one-4713\n");
    expect(await encrypt(dir)).toEqual({
      ...{ from: ".env", names: ["ANTHROPIC_API_KEY"], pruned: [], madeKey: true },
      outcome: "written",
    });
    const [keys, vault] = [text(dir, ".env.keys"), text(dir, ".env.vault")];
    expect(await encrypt(dir)).toMatchObject({ outcome: "present", madeKey: false });
    expect(text(dir, ".env.vault")).toBe(vault);
    write(dir, ".env", "ANTHROPIC_API_KEY=two-4713\n");
    expect(await encrypt(dir)).toMatchObject({ outcome: "written", madeKey: false });
    expect(text(dir, ".env.keys")).toBe(keys);
    expect(await read(dir)).toBe("two-4713");
    expect(text(dir, ".env")).toBe("ANTHROPIC_API_KEY=two-4713\n");
  }));

test("each environment has its own file and its own key", () =>
  inTempDir(async (dir) => {
    write(dir, ".env", "ANTHROPIC_API_KEY=dev-4713\n");
    await encrypt(dir);
    await expect(encrypt(dir, { environment: "production" })).rejects.toThrow(
      ".env.production: there is no value in it; nothing was written; fix: write it first, or name the plain file with --from",
    );
    write(dir, ".env.production", "ANTHROPIC_API_KEY=prod-4713\n");
    await encrypt(dir, { environment: "production" });
    expect(await read(dir)).toBe("dev-4713");
    expect(await read(dir, { DOTENV_ENVIRONMENT: "production" })).toBe("prod-4713");
    expect(new Set(text(dir, ".env.keys").match(/[0-9a-f]{64}/g)).size).toBe(2);
    write(dir, "other.env", "ANTHROPIC_API_KEY=ci-4713\n");
    await encrypt(dir, { environment: "ci", from: "other.env" });
    expect(await read(dir, { DOTENV_ENVIRONMENT: "ci" })).toBe("ci-4713");
  }));

test("values that only the vault has are let go of only when that is said", () =>
  inTempDir(async (dir) => {
    write(dir, ".env.vault", vector.vault);
    write(dir, ".env.keys", vector.keys);
    write(dir, ".env", "ANTHROPIC_API_KEY=three-4713\n");
    await expect(encrypt(dir)).rejects.toThrow(
      ".env.vault: has values that .env has not: GDPR_MASTER_KEY, QUOTED; nothing was written",
    );
    expect(text(dir, ".env.vault")).toBe(vector.vault);
    expect((await encrypt(dir, { prune: true })).pruned).toEqual(["GDPR_MASTER_KEY", "QUOTED"]);
    expect(text(dir, ".env.keys")).toBe(vector.keys);
  }));

test("an environment that nobody here can open is not written over", () =>
  inTempDir(async (dir) => {
    write(dir, ".env.vault", vector.vault);
    write(dir, ".env", "ANTHROPIC_API_KEY=four-4713\n");
    await expect(encrypt(dir)).rejects.toMatchObject({ kind: "unauthenticated" });
    expect(text(dir, ".env.vault")).toBe(vector.vault);
  }));

test.each([
  ["the plain file", [".env.*"], /\.env: is not ignored by git/],
  ["the keys", [".env"], /\.env\.keys: is not ignored by git/],
])("nothing is written where git would take %s along", (_, ignored, told) =>
  inRepository(ignored, async ({ dir }) => {
    write(dir, ".env", "ANTHROPIC_API_KEY=five-4713\n");
    await expect(encrypt(dir)).rejects.toThrow(told);
    expect(readdirSync(dir).sort()).toEqual([".env", ".git", ".gitignore"]);
  }),
);

const rotate = (dir: string, environment: string, env: NodeJS.ProcessEnv = {}): Promise<void> =>
  rotateVaultKey({ dir, note, env, environment });

test("a new key opens what the old one did, and the old one no more; others are as they were", () =>
  inTempDir(async (dir) => {
    write(dir, ".env.vault", vector.vault);
    write(dir, ".env.keys", vector.keys);
    await rotate(dir, "production");
    expect(text(dir, ".env.keys")).not.toContain(vector.productionKey);
    expect(await read(dir, { DOTENV_ENVIRONMENT: "production" })).toBe(
      vector.production.ANTHROPIC_API_KEY,
    );
    expect(await read(dir)).toBe(vector.development.ANTHROPIC_API_KEY);
    await expect(read(dir, { DOTENV_KEY: vector.productionKey })).rejects.toThrow(/is not opened/);
  }));

test("a rotation that was cut off, with two keys, is ended by the next", () =>
  inTempDir(async (dir) => {
    write(dir, ".env.vault", vector.vault);
    const other = vector.productionKey.replace(/key_.{8}/, "key_00000000");
    const both = `DOTENV_KEY_PRODUCTION="${other},${vector.productionKey}"\n`;
    write(dir, ".env.keys", both);
    expect(await read(dir, { DOTENV_ENVIRONMENT: "production" })).toBe(
      vector.production.ANTHROPIC_API_KEY,
    );
    await rotate(dir, "production");
    expect(text(dir, ".env.keys").match(/[0-9a-f]{64}/g)).toHaveLength(1);
    expect(await read(dir, { DOTENV_ENVIRONMENT: "production" })).toBe(
      vector.production.ANTHROPIC_API_KEY,
    );
  }));

test("an environment that is not there is told; another's DOTENV_KEY does not count", () =>
  inTempDir(async (dir) => {
    write(dir, ".env.vault", vector.vault);
    write(dir, ".env.keys", vector.keys);
    await expect(rotate(dir, "staging", { DOTENV_KEY: vector.productionKey })).rejects.toThrow(
      ".env.vault: there is no DOTENV_VAULT_STAGING; fix: name an environment that it has",
    );
    await rotate(dir, "development", { DOTENV_KEY: vector.productionKey });
    expect(await read(dir)).toBe(vector.development.ANTHROPIC_API_KEY);
  }));

test("a read that had the vault of before a rotation and the keys of after it is made anew", () =>
  inTempDir(async (dir) => {
    write(dir, ".env.vault", vector.vault);
    write(dir, ".env.keys", `DOTENV_KEY_DEVELOPMENT="${DotenvKey.make("development").reveal()}"\n`);
    const env = {
      // Asked for once both files are read: only then is there what belongs together.
      get DOTENV_KEY(): string {
        write(dir, ".env.keys", vector.keys);
        return "";
      },
    };
    expect(await read(dir, env)).toBe(vector.development.ANTHROPIC_API_KEY);
  }));

test("a key does not print itself", () => {
  const [key] = keysIn(vector.keys, "development");
  expect(JSON.stringify(key)).toBe('"(key of development)"');
  expect(inspect(key)).not.toMatch(/[0-9a-f]{64}/);
});
