import { StoreError } from "../errors";
import type { SecretValue } from "../secretValue";
import { scheme, sealed, unsealed, version } from "./fileCipher";
import { hasOptions, IniError, iniValue, withIniValue, type IniOption } from "./pythonIni";

const setting = (option: string): IniOption => ({ section: "keyring-setting", option });
const reference = { at: setting("password reference"), text: "password reference value" } as const;

/** One keyring file's text, as keyrings.alt understands it; `file` is for messages. */
export interface KeyringText {
  readonly file: string;
  readonly text: string;
}

/** A new keyring's text: the reference by which a password is checked, and how it is encrypted. */
export const newKeyring = (password: SecretValue): string =>
  (
    [
      [reference.at, sealed(password.reveal(), reference.text)],
      [setting("scheme"), [scheme]],
      [setting("version"), [version]],
    ] as const
  ).reduce((text, [at, lines]) => withIniValue(text, at, lines), "");

/**
 * Whether the file has a password already.
 * @throws StoreError `damaged` when it holds something and no password, or is of another scheme
 */
export const hasPassword = (keyring: KeyringText): boolean =>
  understood(keyring, ({ text }) => {
    if (iniValue(text, reference.at) === undefined) {
      if (hasOptions(text)) throw new IniError("there is no password reference in it");
      return false;
    }
    const found = iniValue(text, setting("scheme"));
    if (found === undefined) return true;
    // An old name for the same: keyrings/alt/file.py, `_check_scheme`.
    if (found.replace(/^PyCrypto /, "") !== scheme) throw new IniError("its scheme is another");
    if (iniValue(text, setting("version")) === undefined) throw new IniError("it has no version");
    return true;
  });

/** @throws StoreError `unauthenticated` when the password is another one */
export function checkPassword(keyring: KeyringText, password: SecretValue): void {
  if (opened(keyring, reference.at, password) !== reference.text) throw wrongPassword(keyring);
}

/** Whether there is a value, for which no password is needed. */
export const holds = (keyring: KeyringText, at: IniOption): boolean =>
  understood(keyring, ({ text }) => iniValue(text, at) !== undefined);

/** A value; undefined where there is none. @throws StoreError `unauthenticated` when the password is another one */
export function opened(
  keyring: KeyringText,
  at: IniOption,
  password: SecretValue,
): string | undefined {
  const value = understood(keyring, ({ text }) => iniValue(text, at));
  if (value === undefined) return undefined;
  const plain = understood(keyring, () => unsealed(password.reveal(), value));
  if (plain === undefined) throw wrongPassword(keyring);
  return plain;
}

/** The text with a value set. */
export const withValue = (
  { text }: KeyringText,
  at: IniOption,
  password: SecretValue,
  value: SecretValue,
): string => withIniValue(text, at, sealed(password.reveal(), value.reveal()));

const wrongPassword = ({ file }: KeyringText): StoreError =>
  new StoreError(
    "unauthenticated",
    "keyring",
    `${file}: this password does not open it`,
    "give the one with which the file was made",
  );

/** What cannot be read here cannot be read by Python either; what was found is not quoted. */
function understood<Result>(keyring: KeyringText, read: (keyring: KeyringText) => Result): Result {
  try {
    return read(keyring);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const why = error instanceof IniError ? `: ${error.message}` : "";
    throw new StoreError(
      "damaged",
      "keyring",
      `${keyring.file}: this is no keyring file of keyrings.alt that could be read${why}`,
      "move it away, and write the keys anew",
    );
  }
}
