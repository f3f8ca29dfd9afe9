import { StoreError } from "../errors";

/** What there is to do where no keyring answers, as on servers, in containers and in CI. */
export const waysOut = [
  "(1) start a Secret Service, for example `dbus-run-session -- sh -c 'gnome-keyring-daemon --unlock; exec bash'`, which reads the keyring's password from stdin",
  "(2) take the encrypted file of Python's keyrings.alt: set PROMPTSENTINEL_KEYRING=file, and for the application PYTHON_KEYRING_BACKEND=keyrings.alt.file.EncryptedKeyring",
  "(3) use another store, for example vault or dotenvx",
] as const;

/**
 * This machine has no keyring that could be asked.
 * @param why what is missing, without a value
 */
export const notAvailable = (why: string): StoreError =>
  new StoreError("unavailable", "keyring", `keyring not available: ${why}`, waysOut.join(" "));
