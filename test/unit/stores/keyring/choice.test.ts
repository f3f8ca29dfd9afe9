import { isStoreError } from "../../../../stores/errors";
import { fileBackend, keyringKind } from "../../../../stores/keyring/choice";

describe("which keyring it is", () => {
  test.each([
    [{}, "linux", "secretService"],
    [{}, "freebsd", "secretService"],
    [{}, "darwin", "native"],
    [{}, "win32", "native"],
    [{ PROMPTSENTINEL_KEYRING: "system" }, "linux", "secretService"],
    [{ PROMPTSENTINEL_KEYRING: "", PYTHON_KEYRING_BACKEND: "" }, "linux", "secretService"],
    [
      { PYTHON_KEYRING_BACKEND: "keyring.backends.SecretService.Keyring" },
      "linux",
      "secretService",
    ],
    [{ PYTHON_KEYRING_BACKEND: fileBackend }, "linux", "file"],
    [{ PROMPTSENTINEL_KEYRING: "file" }, "darwin", "file"],
  ] as const)("%j on %s: %s", (env, platform, kind) => {
    expect(keyringKind(env, platform)).toBe(kind);
  });

  test.each([
    [
      { PROMPTSENTINEL_KEYRING: "plain" },
      'PROMPTSENTINEL_KEYRING: got "plain"; allowed: system, file',
    ],
    [
      { PYTHON_KEYRING_BACKEND: "keyrings.alt.file.PlaintextKeyring" },
      'PYTHON_KEYRING_BACKEND: got "keyrings.alt.file.PlaintextKeyring"; allowed: keyrings.alt.file.EncryptedKeyring',
    ],
    [
      { PROMPTSENTINEL_KEYRING: "system", PYTHON_KEYRING_BACKEND: fileBackend },
      'PROMPTSENTINEL_KEYRING: got "system"; allowed: file, as PYTHON_KEYRING_BACKEND says',
    ],
  ])("refuses %j, by which the application would look elsewhere", (env, text) => {
    try {
      keyringKind(env, "linux");
      throw new Error("it was taken");
    } catch (error) {
      expect(isStoreError(error, "unavailable")).toBe(true);
      expect(String(error)).toContain(text);
    }
  });
});
