import { StoreError } from "../errors";

/** What keeps the values: the system's own keyring by its interface, or a file in the format of keyrings.alt. */
export type KeyringKind = "secretService" | "native" | "file";

/** The name of the encrypted file in Python: https://pypi.org/project/keyrings.alt/ */
export const fileBackend = "keyrings.alt.file.EncryptedKeyring";

/** Names of Python's keyring for what this machine's own keyring is; `chainer` asks that one first. */
const systemBackends = [
  "keyring.backends.SecretService.Keyring",
  "keyring.backends.macOS.Keyring",
  "keyring.backends.Windows.WinVaultKeyring",
  "keyring.backends.chainer.ChainerBackend",
];

/**
 * Which keyring the caller uses. The file is weaker, so it is taken only where he says so: by
 * PROMPTSENTINEL_KEYRING=file, or by the variable that makes Python's keyring take it.
 * @param env PROMPTSENTINEL_KEYRING (system or file), PYTHON_KEYRING_BACKEND
 * @throws StoreError `unavailable` for a name that is unknown here: what is written must be where the application looks
 */
export function keyringKind(env: NodeJS.ProcessEnv, platform = process.platform): KeyringKind {
  const ours = env["PROMPTSENTINEL_KEYRING"] || undefined;
  const pythons = env["PYTHON_KEYRING_BACKEND"] || undefined;
  if (ours !== undefined && ours !== "file" && ours !== "system") {
    throw refused("PROMPTSENTINEL_KEYRING", ours, ["system", "file"]);
  }
  if (pythons !== undefined && ![fileBackend, ...systemBackends].includes(pythons)) {
    throw refused("PYTHON_KEYRING_BACKEND", pythons, [fileBackend, ...systemBackends]);
  }
  if (ours === "system" && pythons === fileBackend) {
    throw refused("PROMPTSENTINEL_KEYRING", ours, [`file, as PYTHON_KEYRING_BACKEND says`]);
  }
  if (ours === "file" || pythons === fileBackend) return "file";
  return platform === "darwin" || platform === "win32" ? "native" : "secretService";
}

const refused = (variable: string, got: string, allowed: readonly string[]): StoreError =>
  new StoreError(
    "unavailable",
    "keyring",
    `${variable}: got ${JSON.stringify(got)}; allowed: ${allowed.join(", ")}`,
    `unset ${variable} or name one of these`,
  );
