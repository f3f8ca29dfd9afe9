import {
  chmod,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { isStoreError } from "../../../../stores/errors";
import { replaceFile } from "../../../../stores/keyring/atomicFile";
import { encryptedFilePath, openEncryptedFile } from "../../../../stores/keyring/encryptedFile";
import { SecretValue } from "../../../../stores/secretValue";
import { keyringPlace } from "../../../fixtures/keyringPlace";
import { inTempDir } from "../../../fixtures/tempDir";

const place = keyringPlace("ANTHROPIC_API_KEY");
const value = new SecretValue("sk-ant-encryptedfile-canary-0123456789");

async function setUp(dir: string, password = "of the file") {
  const passwordFile = join(dir, "password");
  await writeFile(passwordFile, password, { mode: 0o600 });
  const env = { XDG_DATA_HOME: dir, PROMPTSENTINEL_KEYRING_PASSWORD_FILE: passwordFile };
  const notes: string[] = [];
  const store = openEncryptedFile({ env, dir, note: (text) => notes.push(text) });
  return { env, notes, store, passwordFile, file: join(dir, "python_keyring", "crypted_pass.cfg") };
}

const refusalOf = async (action: Promise<unknown>): Promise<unknown> =>
  action.then(
    () => "done",
    (error: unknown) => error,
  );

describe("the encrypted file", () => {
  test("is where Python's keyring has it", () => {
    expect(encryptedFilePath({ HOME: "/h" }, "linux")).toBe(
      "/h/.local/share/python_keyring/crypted_pass.cfg",
    );
    expect(encryptedFilePath({ HOME: "/h", XDG_DATA_HOME: "/d" }, "darwin")).toBe(
      "/d/python_keyring/crypted_pass.cfg",
    );
    expect(encryptedFilePath({ LOCALAPPDATA: "/l" }, "win32")).toBe(
      "/l/Python Keyring/crypted_pass.cfg",
    );
  });

  test("needs its password only where a value is read or written", () =>
    inTempDir(async (dir) => {
      const { store } = await setUp(dir);
      await store.putIfAbsent(place, value);
      const env = { XDG_DATA_HOME: dir };
      const locked = openEncryptedFile({ env, dir, note: () => undefined });
      expect(await locked.describe(place)).toMatchObject({ present: true });
      expect(await locked.putIfAbsent(place, value)).toEqual({ outcome: "present" });
      expect(await locked.read(keyringPlace("OPENAI_API_KEY"))).toBeUndefined();
      const error = await refusalOf(locked.read(place));
      expect(isStoreError(error, "unauthenticated")).toBe(true);
      expect(String(error)).toContain(
        "there is no terminal to ask at; fix: give it at a terminal, or by a file of mode 0600 that PROMPTSENTINEL_KEYRING_PASSWORD_FILE names",
      );
    }));

  test("is private, also where it was not, and a draft of a killed writer is no hindrance", () =>
    inTempDir(async (dir) => {
      const { store, file } = await setUp(dir);
      await store.putNew(place, value);
      await chmod(file, 0o644);
      await writeFile(`${file}.new`, "half of a draft");
      await store.putNew(place, value);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(await readdir(join(dir, "python_keyring"))).toEqual(["crypted_pass.cfg"]);
      expect((await store.read(place))?.equals(value)).toBe(true);
    }));

  test("is replaced and never written into, so that a killed writer leaves the old one whole", () =>
    inTempDir(async (dir) => {
      const { store, file } = await setUp(dir);
      await store.putNew(place, value);
      const before = await readFile(file, "utf8");
      const handle = await open(file);
      await store.putNew(place, new SecretValue("sk-ant-encryptedfile-next-0123456789"));
      expect(await handle.readFile("utf8")).toBe(before);
      await handle.close();
      expect(await readFile(file, "utf8")).not.toBe(before);
    }));

  test.each([
    ["", "is blank"],
    ["  \n", "is blank"],
    ["geld €", "beyond Latin-1"],
  ])("takes no password %j", (password, why) =>
    inTempDir(async (dir) => {
      const { store } = await setUp(dir, password);
      const error = await refusalOf(store.putNew(place, value));
      expect(isStoreError(error, "unauthenticated")).toBe(true);
      expect(String(error)).toContain(why);
      expect(await readdir(dir)).toEqual(["password"]);
    }),
  );

  test("takes no password file that others may read, and none that is not there", () =>
    inTempDir(async (dir) => {
      const { env, passwordFile } = await setUp(dir);
      const opened = (more = {}) =>
        openEncryptedFile({ env: { ...env, ...more }, dir, note: () => undefined });
      await chmod(passwordFile, 0o640);
      expect(String(await refusalOf(opened().putNew(place, value)))).toContain(
        "others may read it; fix: run `chmod 600",
      );
      const none = { PROMPTSENTINEL_KEYRING_PASSWORD_FILE: join(dir, "none") };
      expect(String(await refusalOf(opened(none).putNew(place, value)))).toContain(
        "cannot be read (ENOENT)",
      );
    }));

  test.each(["describe", "read", "putNew"] as const)(
    "tells what the file system says as a store's refusal: %s",
    (call) =>
      inTempDir(async (dir) => {
        const { store } = await setUp(dir);
        await writeFile(join(dir, "python_keyring"), "a file in the folder's place");
        const error = await refusalOf(store[call](place, value));
        expect(String(error)).toMatch(
          /^StoreError: keyring: .*crypted_pass.cfg: cannot be used: got ENOTDIR; fix: name a folder that exists/,
        );
      }),
  );

  test("is not made anew in the place of a link to one that is not there", () =>
    inTempDir(async (dir) => {
      const { store, file } = await setUp(dir);
      await mkdir(join(dir, "python_keyring"));
      await symlink(join(dir, "disk", "crypted_pass.cfg"), file);
      const error = await refusalOf(store.putNew(place, value));
      expect(isStoreError(error, "missing")).toBe(true);
      expect(String(error)).toContain("is a link to a file that is not there; nothing was written");
      expect((await lstat(file)).isSymbolicLink()).toBe(true);
      expect(await readdir(join(dir, "python_keyring"))).toEqual(["crypted_pass.cfg"]);
    }));

  test("leaves nothing of a write that another has overtaken", () =>
    inTempDir(async (dir) => {
      const file = join(dir, "file");
      expect(() => {
        replaceFile(file, "text", () => {
          throw new Error("overtaken");
        });
      }).toThrow("overtaken");
      expect(await readdir(dir)).toEqual([]);
    }));

  test("is left as it is when it cannot be understood", () =>
    inTempDir(async (dir) => {
      const { store, file } = await setUp(dir);
      await mkdir(join(dir, "python_keyring"));
      await writeFile(file, "[promptsentinel]\nanthropic = x\n");
      const error = await refusalOf(store.putNew(place, value));
      expect(isStoreError(error, "damaged")).toBe(true);
      expect(String(error)).not.toContain(value.reveal());
      expect(await readFile(file, "utf8")).toBe("[promptsentinel]\nanthropic = x\n");
    }));
});
