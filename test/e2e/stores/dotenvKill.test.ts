import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../../sandbox/session";
import { stores } from "../../../stores";
import { encryptFile } from "../../../stores/dotenvVault/encrypt";
import { rotateVaultKey } from "../../../stores/dotenvVault/rotateKey";
import { migrate } from "../../../stores/dotenvx/migrate";
import { rotateDotenvxKey } from "../../../stores/dotenvx/rotateKey";
import { valuesOf } from "../../../stores/files/envLines";
import { workFolderName } from "../../../stores/files/lock";
import { SecretValue } from "../../../stores/secretValue";
import type { KeyStore, StoreName } from "../../../stores/store";
import { keyPlace } from "../../fixtures/keyPlace";
import { inTempDir } from "../../fixtures/tempDir";
import { filesBelow, leaks } from "../support/canary";
import { cli, dotenvxReads, expected, pythonReads } from "../support/fileReaders";
import { testWith } from "../support/needs";
import { findPython } from "../support/python";

const found = findPython("dotenv");
const python = "python" in found ? found.python : "";
const preload = join(projectRoot, "test", "e2e", "support", "killAtFileCall.cjs");

const before = "sk-ant-e2e-kill-before-4717";
const after = "sk-ant-e2e-kill-after-4717";
const beside = "AQ.e2e-kill-beside-4717-abc";
const opened = (store: StoreName, dir: string): KeyStore =>
  stores[store]()({ env: {}, dir, note: () => undefined });
const put = async (store: StoreName, dir: string, name: string, value: string): Promise<void> => {
  await opened(store, dir).putNew(keyPlace(store, name), new SecretValue(value));
};
const read = async (store: StoreName, dir: string, name = "ANTHROPIC_API_KEY") =>
  (await opened(store, dir).read(keyPlace(store, name)))?.reveal();

// Some twenty processes for each case, one after the other.
jest.setTimeout(900_000);

/** A command that is cut off, and what must hold wherever that was. */
interface Case {
  readonly args: readonly string[];
  readonly input?: string;
  prepare(dir: string): Promise<void>;
  /** What the command does, here: the next run after the one that was killed. */
  again(dir: string): Promise<unknown>;
  /** Where the key is, and what it may be. */
  readonly store: StoreName;
  readonly allowed: readonly (string | undefined)[];
  /** Whether no file may have a value in the clear, drafts too. */
  readonly sealed: boolean;
  /** Where the other key is, in every state. */
  readonly beside?: StoreName;
}

const both = async (store: StoreName, dir: string): Promise<void> => {
  await put(store, dir, "ANTHROPIC_API_KEY", before);
  await put(store, dir, "GEMINI_API_KEY", beside);
};
const plain = (dir: string, value: string): void => {
  const text = `ANTHROPIC_API_KEY=${value}\nGEMINI_API_KEY=${beside}\n`;
  writeFileSync(join(dir, ".env"), text, { mode: 0o600 });
};
const putCase = (store: StoreName, sealed: boolean): Case => ({
  args: ["secrets", "put", "anthropic", "--to", store, "--stdin", "--rotate"],
  ...{ input: after, store, allowed: [before, after], sealed, beside: store },
  prepare: (dir) => both(store, dir),
  again: (dir) => put(store, dir, "ANTHROPIC_API_KEY", after),
});
const firstCase = (store: StoreName): Case => ({
  args: ["secrets", "put", "anthropic", "--to", store, "--stdin"],
  ...{ input: after, store, allowed: [undefined, after], sealed: true },
  prepare: () => Promise.resolve(),
  again: (dir) => put(store, dir, "ANTHROPIC_API_KEY", after),
});

const development = (dir: string) => ({
  ...{ dir, env: {}, environment: "development", note: () => undefined },
});

const cases: Readonly<Record<string, Case>> = {
  "put into .env": putCase("dotenv", false),
  "put into .env.vault": putCase("dotenv-vault", true),
  "put into dotenvx": putCase("dotenvx", true),
  "the first put into .env.vault": firstCase("dotenv-vault"),
  "the first put into dotenvx": firstCase("dotenvx"),
  "encrypt anew": {
    args: ["dotenv", "encrypt"],
    ...{ store: "dotenv-vault", allowed: [before, after], sealed: false, beside: "dotenv-vault" },
    async prepare(dir) {
      await both("dotenv-vault", dir);
      plain(dir, after);
    },
    again: (dir) => encryptFile(development(dir)),
  },
  "rotate-key of .env.vault": {
    args: ["dotenv", "rotate-key"],
    ...{ store: "dotenv-vault", allowed: [before], sealed: true, beside: "dotenv-vault" },
    prepare: (dir) => both("dotenv-vault", dir),
    again: (dir) => rotateVaultKey(development(dir)),
  },
  "rotate-key of dotenvx": {
    args: ["dotenv", "rotate-key"],
    ...{ store: "dotenvx", allowed: [before], sealed: true, beside: "dotenvx" },
    prepare: (dir) => both("dotenvx", dir),
    again: (dir) => rotateDotenvxKey(development(dir)),
  },
  "migrate to dotenvx": {
    args: ["dotenv", "migrate", "--to", "dotenvx"],
    ...{ store: "dotenvx", allowed: [undefined, before], sealed: true, beside: "dotenv-vault" },
    prepare: (dir) => both("dotenv-vault", dir),
    again: (dir) => migrate({ ...development(dir), to: "dotenvx" }),
  },
  "migrate to dotenv-vault": {
    args: ["dotenv", "migrate", "--to", "dotenv-vault"],
    ...{ store: "dotenv-vault", allowed: [undefined, before], sealed: true, beside: "dotenvx" },
    prepare: (dir) => both("dotenvx", dir),
    again: (dir) => migrate({ ...development(dir), to: "dotenv-vault" }),
  },
};

const known = [".env", ".env.keys", ".env.vault", workFolderName];

describe.each(Object.entries(cases))("%s, killed at each of its changes of a file", (_, one) => {
  testWith("missing" in found ? found.missing : undefined)(
    "leaves the old value or the new, for every reader, and the next run ends it",
    () =>
      inTempDir(async (root) => {
        const template = join(root, "template");
        const dir = join(root, "place");
        mkdirSync(template);
        await one.prepare(template);
        const seen = new Set<string | undefined>();
        let kills = 0;
        let between = 0;
        for (; ; kills++) {
          rmSync(dir, { recursive: true, force: true });
          cpSync(template, dir, { recursive: true });
          const env = { HOME: root, KILL_BELOW: dir, KILL_AT: String(kills) };
          const run = await cli(dir, one.args, { input: one.input ?? "", env, preload });
          if (run.signal !== "SIGKILL") {
            expect([run.exitCode, run.all]).toEqual([0, run.all]);
            expect(existsSync(join(dir, workFolderName))).toBe(false);
            break;
          }
          seen.add(await stateOf(dir, one));
          if (twoKeys.test(keysOf(dir))) between++;
          await nextRun(dir, one);
        }
        expect(kills).toBeGreaterThan(8);
        expect(between > 0).toBe(one.args.includes("rotate-key"));
        expect([...seen].sort()).toEqual([...one.allowed].sort());
      }),
  );
});

/** What is there after the kill: checked in all that must hold. */
async function stateOf(dir: string, one: Case): Promise<string | undefined> {
  const value = await read(one.store, dir);
  expect(one.allowed).toContain(value);
  if (one.beside !== undefined) expect(await read(one.beside, dir, "GEMINI_API_KEY")).toBe(beside);
  expect(readdirSync(dir).filter((name) => !known.includes(name))).toEqual([]);
  if (one.sealed) expect(leaks(await filesBelow(dir), { before, after, beside })).toEqual([]);
  await readByOthers(dir, one, value);
  return value;
}

/** In a state with two keys the real readers must find the one that fits. */
async function readByOthers(dir: string, one: Case, value: string | undefined): Promise<void> {
  const keys = keysOf(dir);
  if (value === undefined || !twoKeys.test(keys)) return;
  const names = ["ANTHROPIC_API_KEY", "GEMINI_API_KEY"];
  const wanted = expected({ ANTHROPIC_API_KEY: value, GEMINI_API_KEY: beside });
  if (one.store === "dotenvx") expect(await dotenvxReads(dir, names)).toEqual(wanted);
  if (one.store === "dotenv-vault") {
    const DOTENV_KEY = valuesOf(keys)["DOTENV_KEY_DEVELOPMENT"];
    expect(await pythonReads(python, "dotenv-vault", dir, names, { DOTENV_KEY })).toEqual(wanted);
  }
}

/** The same again, not killed. */
async function nextRun(dir: string, one: Case): Promise<void> {
  await one.again(dir);
  expect(await read(one.store, dir)).toBe(one.allowed.at(-1));
  expect(existsSync(join(dir, workFolderName))).toBe(false);
  expect(keysOf(dir)).not.toMatch(twoKeys);
}

/** A line of two keys, while one is replaced by the other. */
const twoKeys = /,dotenv:|[0-9a-f]{64},/;

const keysOf = (dir: string): string =>
  existsSync(join(dir, ".env.keys")) ? readFileSync(join(dir, ".env.keys"), "utf8") : "";
