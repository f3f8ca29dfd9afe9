import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { StoreError } from "../errors";
import { SecretValue } from "../secretValue";
import type { KeyStore, OpenOptions, Place, Written } from "../store";
import { readIfThere, replaceFile, timeOf } from "./atomicFile";
import { checkPassword, hasPassword, holds, newKeyring, opened, withValue } from "./fileFormat";
import { withFileLock } from "./fileLock";
import { filePassword } from "./filePassword";
import { keyringItem } from "./item";
import type { IniOption } from "./pythonIni";

/** How long another process may be at the file, in seconds: a write takes some milliseconds. */
const lockSeconds = 20;

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
export function openEncryptedFile({ env, note }: OpenOptions): KeyStore {
  const file = encryptedFilePath(env);
  const now = () => ({ file, text: readIfThere(file) ?? "" });

  let known: Promise<SecretValue> | undefined;
  /** The password, asked for once, and not yet checked. */
  const password = () => (known ??= ask());
  const ask = (): Promise<SecretValue> => {
    note(weakness(file));
    return filePassword(env, file, !hasPassword(now()));
  };

  const write = async (place: Place, value: SecretValue, replace: boolean): Promise<Written> => {
    const at = optionOf(place);
    if (!replace && holds(now(), at)) return { outcome: "present" };
    const key = await password();
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return withFileLock(
      `${file}.lock`,
      lockSeconds,
      () => busy(file),
      () => {
        const before = now();
        const keyring = hasPassword(before) ? before : { file, text: newKeyring(key) };
        checkPassword(keyring, key);
        if (!replace && holds(keyring, at)) return { outcome: "present" };
        replaceFile(file, withValue(keyring, at, key, value));
        return { outcome: "written" };
      },
    );
  };

  return {
    name: "keyring",
    address: file,
    // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is a refusal of the promise
    describe: async (place) => {
      const writtenAt = timeOf(file);
      const present = holds(now(), optionOf(place));
      return { present, ...(present && writtenAt && { writtenAt }) };
    },
    read: async (place) => {
      const at = optionOf(place);
      if (!holds(now(), at)) return undefined;
      const key = await password();
      const value = opened(now(), at, key);
      return value === undefined ? undefined : new SecretValue(value);
    },
    putIfAbsent: (place, value) => write(place, value, false),
    putNew: (place, value) => write(place, value, true),
    close: () => Promise.resolve(),
  };
}

const optionOf = (place: Place): IniOption => {
  const { service, user } = keyringItem(place);
  return { section: service, option: user };
};

const weakness = (file: string): string =>
  `keyring: ${file} is weaker than the system's keyring: 1000 rounds of PBKDF2 with SHA-1 are all that stands between a copy of it and guesses of its password, so take a long random one; the keys' names are readable in it, and nothing tells that it was changed`;

const busy = (file: string): StoreError =>
  new StoreError(
    "conflict",
    "keyring",
    `${file}: another process has been at it for ${String(lockSeconds)} s`,
    `end that one and run it again; if there is none, remove ${file}.lock`,
  );
