import { StoreError } from "../errors";

/** What there is to do where no keyring answers, as on servers, in containers and in CI. */
export const waysOut = [
  `(1) start a Secret Service, for example GNOME Keyring: \`dbus-run-session -- bash -c 'read -rs p; printf %s "$p" | gnome-keyring-daemon --unlock --components=secrets; exec bash'\`, and type the keyring's password`,
  "(2) take the encrypted file of Python's keyrings.alt: set PROMPTSENTINEL_KEYRING=file, and for the application PYTHON_KEYRING_BACKEND=keyrings.alt.file.EncryptedKeyring",
  "(3) use another store, for example vault or dotenvx",
] as const;

/**
 * This machine has no keyring that could be asked.
 * @param why what is missing, without a value
 */
export const notAvailable = (why: string): StoreError =>
  new StoreError("unavailable", "keyring", `keyring not available: ${why}`, waysOut.join(" "));
