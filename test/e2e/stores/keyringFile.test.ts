import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import execa from "execa";
import { projectRoot } from "../../../sandbox/session";
import { isStoreError } from "../../../stores/errors";
import { fingerprint } from "../../../sandbox/fingerprint";
import { open } from "../../../stores/keyring/keyStore";
import { SecretValue } from "../../../stores/secretValue";
import { keyringPlace } from "../../fixtures/keyringPlace";
import { inTempDir } from "../../fixtures/tempDir";
import { filesBelow, leaks } from "../support/canary";
import type { WriterWish } from "../support/keyringWriter";
import { testWith } from "../support/needs";
import { findPython } from "../support/python";
import { pythonKeyring, type PythonWish } from "../support/secretService";

const value = (text: string) =>
  new SecretValue(`sk-ant-keyringfile-${text}-ümläut-${"0123456789".repeat(8)}`);
const printOf = (secret: SecretValue) => fingerprint(secret.reveal());
const password = "correct horse of the keyring file ß";
const anthropic = keyringPlace("ANTHROPIC_API_KEY");
const openai = keyringPlace("OPENAI_API_KEY");

const found = findPython("keyring");
const withPython = testWith("missing" in found ? found.missing : undefined);

/** A home with a password file, in which both Python's keyring and ours take the encrypted file. */
async function setUp(home: string) {
  const passwordFile = join(home, "password");
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    PYTHON_KEYRING_BACKEND: "keyrings.alt.file.EncryptedKeyring",
    PROMPTSENTINEL_KEYRING_PASSWORD_FILE: passwordFile,
  };
  const notes: string[] = [];
  const store = () => open({ env, dir: home, note: (text) => notes.push(text) });
  const python = (wish: PythonWish = {}) =>
    "python" in found
      ? pythonKeyring(found.python, env, { password, ...wish })
      : Promise.reject(new Error(found.missing));
  const writer = (wish: WriterWish) => {
    const program = join("test", "e2e", "support", "keyringWriter.ts");
    const options = { extendEnv: false, env, cwd: projectRoot, input: JSON.stringify(wish) };
    return execa("node", ["--import", "tsx", program], options);
  };
  const folder = join(home, ".local", "share", "python_keyring");
  return {
    env,
    notes,
    store,
    python,
    writer,
    passwordFile,
    folder,
    file: join(folder, "crypted_pass.cfg"),
  };
}

describe("the encrypted file of keyrings.alt", () => {
  withPython("gives Python what was written here, in a file that this made", () =>
    inTempDir(async (home) => {
      const { store, python, file, folder, notes } = await setUp(home);
      const ours = store();
      expect(await ours.describe(anthropic)).toEqual({ present: false });
      expect(await ours.putIfAbsent(anthropic, value("one"))).toEqual({ outcome: "written" });
      expect(await ours.putNew(openai, value("two"))).toEqual({ outcome: "written" });
      expect(await ours.putIfAbsent(anthropic, value("late"))).toEqual({ outcome: "present" });
      expect(notes).toEqual([expect.stringContaining("weaker than the system's keyring")]);
      const { backend, read } = await python();
      expect(backend).toBe("keyrings.alt.file");
      expect(read).toEqual({
        ANTHROPIC_API_KEY: printOf(value("one")),
        OPENAI_API_KEY: printOf(value("two")),
      });
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
      expect(await readdir(folder)).toEqual(["crypted_pass.cfg"]);
      const seen = await filesBelow(folder);
      expect(
        leaks(seen, { one: value("one").reveal(), two: value("two").reveal(), password }),
      ).toEqual([]);
      // Python writes over it, and deletes.
      await python({
        set: { ANTHROPIC_API_KEY: value("three").reveal() },
        delete: ["OPENAI_API_KEY"],
      });
      expect((await store().read(anthropic))?.equals(value("three"))).toBe(true);
      expect(await store().describe(openai)).toEqual({ present: false });
    }),
  );

  withPython("reads and rotates what Python wrote, in a file that Python made", () =>
    inTempDir(async (home) => {
      const { store, python, file } = await setUp(home);
      await python({
        set: { OPENAI_API_KEY: value("theirs").reveal(), ANTHROPIC_API_KEY: value("old").reveal() },
      });
      const before = await readFile(file, "utf8");
      expect((await store().read(anthropic))?.equals(value("old"))).toBe(true);
      const { present, writtenAt } = await store().describe(anthropic);
      expect({ present, writtenAt }).toEqual({
        present: true,
        writtenAt: (await stat(file)).mtime,
      });
      expect(await store().putNew(anthropic, value("new"))).toEqual({ outcome: "written" });
      const { read } = await python();
      expect(read).toEqual({
        ANTHROPIC_API_KEY: printOf(value("new")),
        OPENAI_API_KEY: printOf(value("theirs")),
      });
      // Nothing but the option's own lines is another.
      const after = (await readFile(file, "utf8")).split("\n");
      expect(after.filter((line) => !line.startsWith("\t"))).toEqual(
        before.split("\n").filter((line) => !line.startsWith("\t")),
      );
    }),
  );

  withPython("refuses another password before it writes, and quotes nothing", () =>
    inTempDir(async (home) => {
      const { store, python, passwordFile, file } = await setUp(home);
      await python({ set: { ANTHROPIC_API_KEY: value("old").reveal() } });
      const before = await readFile(file);
      await writeFile(passwordFile, "another password");
      for (const refused of [store().read(anthropic), store().putNew(anthropic, value("canary"))]) {
        const error = await refused.catch((one: unknown) => one);
        expect(isStoreError(error, "unauthenticated")).toBe(true);
        expect(String(error)).toContain("this password does not open it");
        expect(
          leaks([["error", String(error)]], {
            canary: value("canary").reveal(),
            old: value("old").reveal(),
            word: "another password",
          }),
        ).toEqual([]);
      }
      expect((await readFile(file)).equals(before)).toBe(true);
    }),
  );

  withPython("loses no key of writers at the same time, and stays a link", () =>
    inTempDir(async (home) => {
      const { writer, python, store, folder, file } = await setUp(home);
      const elsewhere = join(home, "elsewhere.cfg");
      await mkdir(folder, { recursive: true });
      await writeFile(elsewhere, "", { mode: 0o600 });
      await symlink(elsewhere, file);
      const users = ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "SNYK_TOKEN"];
      await Promise.all(
        users.map((user) =>
          writer({ user, values: [value(`${user} a`).reveal(), value(`${user} b`).reveal()] }),
        ),
      );
      // And in one process, where more meet.
      const more = Array.from({ length: 12 }, (_, n) => keyringPlace(`MORE_${String(n)}`));
      await Promise.all(more.map((place) => store().putNew(place, value(place.key.env))));
      const { read } = await python();
      expect(read).toEqual(
        Object.fromEntries(users.map((user) => [user, printOf(value(`${user} b`))])),
      );
      for (const place of more)
        expect(await store().describe(place)).toMatchObject({ present: true });
      expect((await readFile(elsewhere, "utf8")).match(/^more_/gm)).toHaveLength(12);
      expect(await readdir(folder)).toEqual(["crypted_pass.cfg"]);
    }),
  );

  withPython("has the old value or the new one after kill -9, and the next writer goes on", () =>
    inTempDir(async (home) => {
      const { writer, python, store } = await setUp(home);
      const values = [value("old"), value("new")];
      await store().putNew(openai, value("beside"));
      await store().putNew(anthropic, value("old"));
      for (const ms of [0, 3, 7, 13, 22]) {
        const wish = { user: "ANTHROPIC_API_KEY", values: values.map((one) => one.reveal()) };
        const child = writer({ ...wish, forever: true });
        await new Promise((resolve) => child.stdout?.once("data", resolve));
        await sleep(ms);
        child.kill("SIGKILL");
        await child.catch(() => undefined);
        const now = await store().read(anthropic);
        expect(values.some((one) => now?.equals(one))).toBe(true);
        const started = Date.now();
        expect(await store().putNew(openai, value("beside"))).toEqual({ outcome: "written" });
        expect(Date.now() - started).toBeLessThan(5_000);
      }
      const { read } = await python();
      expect(values.map(printOf)).toContain(read["ANTHROPIC_API_KEY"]);
      expect(read["OPENAI_API_KEY"]).toBe(printOf(value("beside")));
    }),
  );
});
