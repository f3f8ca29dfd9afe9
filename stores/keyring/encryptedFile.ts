import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { SecretValue } from "../secretValue";
import type { KeyStore, OpenOptions, Place, Written } from "../store";
import { fileError } from "../files/fileError";
import { takeFileLock } from "../files/fileLock";
import { readIfThere, replaceFile, timeOf } from "./atomicFile";
import { checkPassword, hasPassword, holds, newKeyring, opened, withValue } from "./fileFormat";
import { filePassword } from "./filePassword";
import { keyringItem } from "./item";
import type { IniOption } from "./pythonIni";

/** How long another process may be at the file, in milliseconds: a write takes some. */
const patience = 20_000;

/** Where Python's keyring has it: keyring/util/platform_.py, `data_root`. */
export function encryptedFilePath(env: NodeJS.ProcessEnv, platform = process.platform): string {
  const root =
    platform === "win32"
      ? join(env["LOCALAPPDATA"] || env["ProgramData"] || ".", "Python Keyring")
      : join(
          env["XDG_DATA_HOME"] || join(env["HOME"] || homedir(), ".local", "share"),
          "python_keyring",
        );
  return join(root, "crypted_pass.cfg");
}

/**
 * The encrypted file of keyrings.alt, which Python's keyring reads by
 * PYTHON_KEYRING_BACKEND=keyrings.alt.file.EncryptedKeyring. Writers of this kind wait for each other, and readers see
 * the old file or the new one. Python itself locks nothing and writes in place: while it writes, nobody else should.
 */
export function openEncryptedFile(options: OpenOptions): KeyStore {
  const { env, note } = options;
  const file = encryptedFilePath(env);
  const now = () => ({ file, text: readIfThere(file) ?? "" });

  let known: Promise<SecretValue> | undefined;
  /** The password, asked for once, and not yet checked. */
  const password = () => (known ??= ask());
  const ask = (): Promise<SecretValue> => {
    note(weakness(file));
    return filePassword(options, file, !hasPassword(now()));
  };

  const write = async (place: Place, value: SecretValue, replace: boolean): Promise<Written> => {
    const at = optionOf(place);
    if (!replace && holds(now(), at)) return { outcome: "present" };
    const key = await password();
    const makeFolder = () => mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const waiting = { store: "keyring", milliseconds: patience, makeFolder } as const;
    const lock = await takeFileLock(`${file}.lock`, waiting);
    try {
      const before = now();
      const keyring = hasPassword(before) ? before : { file, text: newKeyring(key) };
      checkPassword(keyring, key);
      if (!replace && holds(keyring, at)) return { outcome: "present" };
      replaceFile(file, withValue(keyring, at, key, value), () => {
        lock.check();
      });
      return { outcome: "written" };
    } finally {
      lock.release();
    }
  };

  /** What the file system says, told as a store's refusal. */
  const told = async <Result>(work: () => Promise<Result> | Result): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      throw fileError(error, "keyring", `${file}: cannot be used`);
    }
  };

  return {
    name: "keyring",
    address: file,
    describe: (place) =>
      told(() => {
        const writtenAt = timeOf(file);
        const present = holds(now(), optionOf(place));
        return { present, ...(present && writtenAt && { writtenAt }) };
      }),
    read: (place) =>
      told(async () => {
        const at = optionOf(place);
        if (!holds(now(), at)) return undefined;
        const key = await password();
        const value = opened(now(), at, key);
        return value === undefined ? undefined : new SecretValue(value);
      }),
    putIfAbsent: (place, value) => told(() => write(place, value, false)),
    putNew: (place, value) => told(() => write(place, value, true)),
    close: () => Promise.resolve(),
  };
}

const optionOf = (place: Place): IniOption => {
  const { service, user } = keyringItem(place);
  return { section: service, option: user };
};

const weakness = (file: string): string =>
  `keyring: ${file} is weaker than the system's keyring: 1000 rounds of PBKDF2 with SHA-1 are all that stands between a copy of it and guesses of its password, so take a long random one; the keys' names are readable in it, and nothing tells that it was changed`;
