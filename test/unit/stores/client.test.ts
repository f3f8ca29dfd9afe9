import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  ambientToken,
  errorsOf,
  record,
  VaultClient,
  VaultError,
  VaultUnreachable,
} from "../../../stores/vault/client";
import { inTempDir } from "../../fixtures/tempDir";

describe("ambientToken", () => {
  test("is VAULT_TOKEN, else the file of a login, else none", async () => {
    await inTempDir(async (folder) => {
      expect(ambientToken({ HOME: folder })).toBeUndefined();
      await writeFile(join(folder, ".vault-token"), "from-file\n", { mode: 0o600 });
      expect(ambientToken({ HOME: folder })).toBe("from-file");
      expect(ambientToken({ HOME: folder, VAULT_TOKEN: "" })).toBe("from-file");
      expect(ambientToken({ HOME: folder, VAULT_TOKEN: " from-env\n" })).toBe("from-env");
      await writeFile(join(folder, ".vault-token"), "\n");
      expect(ambientToken({ HOME: folder })).toBeUndefined();
    });
  });

  test("an empty HOME is none: the folder of the user's account is taken, not the current one", async () => {
    const [before, home] = [process.cwd(), process.env["HOME"]];
    await inTempDir(async (folder) => {
      await writeFile(join(folder, ".vault-token"), "of-the-current-folder");
      try {
        process.chdir(folder);
        process.env["HOME"] = "/nonexistent";
        expect(ambientToken({ HOME: "" })).toBeUndefined();
      } finally {
        process.chdir(before);
        process.env["HOME"] = home;
      }
    });
  });
});

describe("answers", () => {
  test.each([
    [{ errors: ["permission denied"] }, ["permission denied"]],
    [{ errors: "no list" }, []],
    [{}, []],
    [undefined, []],
    ["<html>", []],
  ])("the server's errors in %j", (answer, errors) => {
    expect(errorsOf(answer)).toStrictEqual(errors);
  });

  test.each([[null], [[1]], ["text"], [undefined], [3]])("%j is an empty object", (value) => {
    expect(record(value)).toStrictEqual({});
  });
});

describe("errors", () => {
  test("tell method, path, status and the server's own words", () => {
    expect(new VaultError("GET", "secret/data/x", 403, ["permission denied"]).message).toBe(
      "GET secret/data/x: 403 permission denied",
    );
    expect(new VaultError("GET", "secret/data/x", 404, []).message).toBe("GET secret/data/x: 404");
  });

  test("a server that cannot be reached is told by its address, without the token", async () => {
    const token = "hvs.not-a-real-token-of-anything";
    // The port of tcpmux: nothing listens on it.
    const client = new VaultClient({ address: "http://127.0.0.1:1", token });
    const error: unknown = await client
      .ask("POST", "secret/data/x", { value: token })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(VaultUnreachable);
    expect(String(error)).toContain("http://127.0.0.1:1");
    expect(JSON.stringify(error) + String(error) + String((error as Error).stack)).not.toContain(
      token,
    );
  });
});
