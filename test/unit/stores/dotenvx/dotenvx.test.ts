import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { open as openDotenv } from "../../../../stores/dotenv/keyStore";
import { open as openVault } from "../../../../stores/dotenvVault/keyStore";
import { open } from "../../../../stores/dotenvx/keyStore";
import { migrate } from "../../../../stores/dotenvx/migrate";
import { decrypt, encrypt, keypair } from "@dotenvx/primitives";
import { rotateDotenvxKey } from "../../../../stores/dotenvx/rotateKey";
import { valuesOf } from "../../../../stores/files/envLines";
import { SecretValue } from "../../../../stores/secretValue";
import { vector } from "../../../fixtures/dotenvVaultVector";
import { inRepository } from "../../../fixtures/gitRepository";
import { keyPlace } from "../../../fixtures/keyPlace";
import { inTempDir } from "../../../fixtures/tempDir";

const note = (): void => undefined;
const value = "sk-ant-unit-dotenvx-4714.a_b=";
const place = keyPlace("dotenvx", "ANTHROPIC_API_KEY");
const text = (dir: string, name: string): string => readFileSync(join(dir, name), "utf8");
const write = (dir: string, name: string, content: string): void => {
  writeFileSync(join(dir, name), content, { mode: 0o600 });
};
const store = (dir: string, env: NodeJS.ProcessEnv = {}) => open({ env, dir, note });
const read = async (dir: string, env: NodeJS.ProcessEnv = {}): Promise<string | undefined> =>
  (await store(dir, env).read(place))?.reveal();

test("the first write makes a pair; the value stands in single quotes, encrypted", () =>
  inTempDir(async (dir) => {
    expect(await store(dir).describe(place)).toEqual({ present: false });
    expect(await store(dir).putIfAbsent(place, new SecretValue(value))).toEqual({
      outcome: "written",
    });
    expect(await store(dir).putIfAbsent(place, new SecretValue("b"))).toEqual({
      outcome: "present",
    });
    expect(await read(dir)).toBe(value);
    expect(text(dir, ".env")).toMatch(/^ANTHROPIC_API_KEY='encrypted:[A-Za-z0-9+/=]+'$/m);
    expect(text(dir, ".env")).toMatch(/^DOTENV_PUBLIC_KEY="0[23][0-9a-f]{64}"$/m);
    expect(text(dir, ".env.keys")).toMatch(/^DOTENV_PRIVATE_KEY=[0-9a-f]{64}$/m);
    expect(statSync(join(dir, ".env.keys")).mode & 0o777).toBe(0o600);
    await store(dir).clear?.(place);
    expect(text(dir, ".env")).toMatch(/^# ANTHROPIC_API_KEY=$/m);
    expect(readdirSync(dir).sort()).toEqual([".env", ".env.keys"]);
  }));

test("another environment has its own file and pair; a private key of the environment opens it", () =>
  inTempDir(async (dir) => {
    const env = { DOTENV_ENVIRONMENT: "production" };
    await store(dir, env).putNew(place, new SecretValue(value));
    expect(readdirSync(dir).sort()).toEqual([".env.keys", ".env.production"]);
    const key = valuesOf(text(dir, ".env.keys"))["DOTENV_PRIVATE_KEY_PRODUCTION"];
    write(dir, ".env.keys", "");
    await expect(read(dir, env)).rejects.toMatchObject({ kind: "unauthenticated" });
    expect(await read(dir, { ...env, DOTENV_PRIVATE_KEY_PRODUCTION: key })).toBe(value);
  }));

test("writing needs no private key, and keeps what is there", () =>
  inTempDir(async (dir) => {
    const pair = keypair();
    const before = `#!/usr/bin/env x\nDOTENV_PUBLIC_KEY=${pair.publicKey}\n# why\nA="${encrypt(pair.publicKey, "1")}"\n`;
    write(dir, ".env", before);
    await store(dir).putNew(place, new SecretValue(value));
    expect(text(dir, ".env").startsWith(before)).toBe(true);
    expect(readdirSync(dir)).toEqual([".env"]);
    expect(await store(dir).describe(place)).toMatchObject({ present: true });
    const raw = valuesOf(text(dir, ".env"))["ANTHROPIC_API_KEY"] ?? "";
    expect(decrypt(pair.privateKey, raw)).toBe(value);
  }));

test.each([
  ["another's key", keypair().privateKey, /is not opened by the keys that there are/],
  ["no key", "", /is not opened by any key, as there is none/],
  ["a key that is none", "abc", /is not opened by the keys that there are/],
])("%s is told without anything of it", (_, key, told) =>
  inTempDir(async (dir) => {
    await store(dir).putNew(place, new SecretValue(value));
    write(dir, ".env.keys", key === "" ? "" : `DOTENV_PRIVATE_KEY=${key}\n`);
    const error: unknown = await read(dir).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(told);
    expect(String(error)).toContain("fix: set the file's DOTENV_PRIVATE_KEY, or bring .env.keys");
    expect(String(error)).not.toMatch(/[0-9a-f]{32}|encrypted:/);
  }),
);

test("a damaged value is told without anything of it", () =>
  inTempDir(async (dir) => {
    await store(dir).putNew(place, new SecretValue(value));
    write(dir, ".env", text(dir, ".env").replace(/encrypted:.{20}/, "encrypted:"));
    await expect(read(dir)).rejects.toThrow(/ANTHROPIC_API_KEY: is not opened by/);
  }));

test("a file with values in the clear is not written to where git would take it along; one of ciphertext is", () =>
  inRepository([".env.keys"], async ({ dir, git }) => {
    write(dir, ".env", "A=1\n");
    await expect(store(dir).putNew(place, new SecretValue(value))).rejects.toThrow(
      /\.env: is not ignored by git; nothing was written/,
    );
    expect(readdirSync(dir).sort()).toEqual([".env", ".git", ".gitignore"]);
    write(dir, ".env", "");
    await store(dir).putNew(place, new SecretValue(value));
    await git("add", ".env");
    await store(dir).putNew(place, new SecretValue("again"));
    expect(await read(dir)).toBe("again");
  }));

test("other values of a plain file stay in the clear, which is told, and whether the next put is to dotenvx or not", () =>
  inTempDir(async (dir) => {
    const notes: string[] = [];
    const options = { env: {}, dir, note: (one: string) => notes.push(one) };
    write(dir, ".env", "OPENAI_API_KEY=in-the-clear\n");
    await open(options).putNew(place, new SecretValue(value));
    expect(notes).toEqual([
      `${join(dir, ".env")}: OPENAI_API_KEY is still in the clear, so it must not be committed; \`npx dotenvx encrypt -f .env\` there encrypts all`,
    ]);
    await expect(openDotenv(options).putNew(place, new SecretValue(value))).rejects.toThrow(
      "has a public key of dotenvx, so no value goes into it in the clear; nothing was written; fix: name the store dotenvx in place of dotenv",
    );
    await open(options).putNew(keyPlace("dotenvx", "OPENAI_API_KEY"), new SecretValue("two"));
    expect(notes).toHaveLength(1);
  }));

test("keys are not written where git would take them along", () =>
  inRepository([], async ({ dir }) => {
    await expect(store(dir).putNew(place, new SecretValue(value))).rejects.toThrow(
      /\.env\.keys: is not ignored by git; nothing was written/,
    );
    expect(readdirSync(dir).sort()).toEqual([".git", ".gitignore"]);
  }));

const rotate = (dir: string): Promise<void> =>
  rotateDotenvxKey({ dir, note, env: {}, environment: "development" });

test("a new pair opens what the old one did; keys of other files stay", () =>
  inTempDir(async (dir) => {
    await store(dir).putNew(place, new SecretValue(value));
    await store(dir).putNew(keyPlace("dotenvx", "SNYK_TOKEN"), new SecretValue("two"));
    const other = keypair().privateKey;
    const [old = ""] = /[0-9a-f]{64}/.exec(text(dir, ".env.keys")) ?? [];
    write(dir, ".env.keys", `${text(dir, ".env.keys")}\nDOTENV_PRIVATE_KEY=${other}\n`);
    const before = text(dir, ".env");
    await rotate(dir);
    expect(await read(dir)).toBe(value);
    expect(text(dir, ".env.keys")).not.toContain(old);
    expect(text(dir, ".env.keys")).toContain(other);
    const [was, is] = [valuesOf(before), valuesOf(text(dir, ".env"))];
    expect(Object.keys(is)).toEqual(Object.keys(was));
    for (const name of Object.keys(was)) expect(is[name]).not.toBe(was[name]);
  }));

test("a rotation that was cut off after the file changed leaves no older key", () =>
  inTempDir(async (dir) => {
    await store(dir).putNew(place, new SecretValue(value));
    const older = keypair().privateKey;
    write(dir, ".env.keys", text(dir, ".env.keys").trimEnd() + `,${older}\n`);
    await rotate(dir);
    expect(text(dir, ".env.keys").match(/[0-9a-f]{64}/g)).toHaveLength(1);
    expect(await read(dir)).toBe(value);
  }));

test("a rotation that was cut off before the file changed is taken up again", () =>
  inTempDir(async (dir) => {
    await store(dir).putNew(place, new SecretValue(value));
    const [old = ""] = /[0-9a-f]{64}/.exec(text(dir, ".env.keys")) ?? [];
    const fresh = keypair().privateKey;
    write(dir, ".env.keys", `DOTENV_PRIVATE_KEY=${fresh},${old}\n`);
    expect(await read(dir)).toBe(value);
    await rotate(dir);
    expect(text(dir, ".env.keys")).toBe(`DOTENV_PRIVATE_KEY=${fresh}\n`);
    expect(await read(dir)).toBe(value);
  }));

test("a file that is not of dotenvx has no key to rotate", () =>
  inTempDir(async (dir) => {
    write(dir, ".env", "A=1\n");
    await expect(rotate(dir)).rejects.toThrow("dotenvx: .env: has no public key of dotenvx");
  }));

const takeOver = (dir: string, to: "dotenvx" | "dotenv-vault", environment = "development") =>
  migrate({ dir, note, env: {}, environment, to });

test("values go from dotenv-vault to dotenvx and back, and again is nothing new", () =>
  inTempDir(async (dir) => {
    write(dir, ".env.vault", vector.vault);
    write(dir, ".env.keys", vector.keys);
    const names = Object.keys(vector.development);
    const told = { from: ".env.vault", to: ".env", names };
    expect(await takeOver(dir, "dotenvx")).toEqual({ ...told, outcome: "written" });
    expect(await takeOver(dir, "dotenvx")).toEqual({ ...told, outcome: "present" });
    expect(await read(dir)).toBe(vector.development.ANTHROPIC_API_KEY);
    expect(text(dir, ".env.vault")).toBe(vector.vault);
    // The vault's comments may hold what was a value once.
    expect(text(dir, ".env")).not.toContain("a comment");
    write(dir, ".env.vault", "");
    expect((await takeOver(dir, "dotenv-vault")).outcome).toBe("written");
    const back = openVault({ env: {}, dir, note });
    for (const [name, wanted] of Object.entries(vector.development)) {
      const { key } = place;
      expect((await back.read({ key, locator: { name } }))?.reveal()).toBe(wanted);
    }
    expect((await takeOver(dir, "dotenv-vault")).outcome).toBe("present");
  }));

test("a plain file gives way only if it has nothing else", () =>
  inTempDir(async (dir) => {
    write(dir, ".env.vault", vector.vault);
    write(dir, ".env.keys", vector.keys);
    write(dir, ".env.production", "ANTHROPIC_API_KEY=other-4714\nSNYK_TOKEN=mine-4714\n");
    await expect(takeOver(dir, "dotenvx", "production")).rejects.toThrow(
      "dotenvx: .env.production: has other values than the source: ANTHROPIC_API_KEY, SNYK_TOKEN; nothing was written; fix: make the two the same there, or move the file away",
    );
    expect(text(dir, ".env.keys")).toBe(vector.keys);
    write(dir, ".env.production", `ANTHROPIC_API_KEY=${vector.production.ANTHROPIC_API_KEY}\n`);
    expect((await takeOver(dir, "dotenvx", "production")).outcome).toBe("written");
    expect(text(dir, ".env.production")).not.toContain(vector.production.ANTHROPIC_API_KEY);
  }));

test("with nothing to take over that is told", () =>
  inTempDir(async (dir) => {
    await expect(takeOver(dir, "dotenvx")).rejects.toThrow(
      ".env.vault: there is no value of development to take over; nothing was written",
    );
  }));
