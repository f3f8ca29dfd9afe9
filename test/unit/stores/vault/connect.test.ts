import { isStoreError } from "../../../../stores/errors";
import { connect } from "../../../../stores/vault/connect";

const noted: string[] = [];
const connected = (env: NodeJS.ProcessEnv) =>
  connect({ env: { HOME: "/nonexistent", ...env }, note: (text) => noted.push(text) });

beforeEach(() => {
  noted.length = 0;
});

describe("the connection to Vault", () => {
  test("is the guide's server without any variable, and says nothing", () => {
    const { client, address } = connected({});
    expect(address).toBe("http://127.0.0.1:8200");
    expect(client.connection).toMatchObject({ token: undefined, namespace: undefined });
    expect(client.connection.skipVerify).toBe(false);
    expect(noted).toEqual([]);
  });

  test("takes what the server's own clients take; an empty variable is none", () => {
    const { client } = connected({
      VAULT_ADDR: "https://vault.example.com:8200/",
      VAULT_TOKEN: "t",
      VAULT_NAMESPACE: "team-a",
      VAULT_CACERT: "",
      VAULT_SKIP_VERIFY: "true",
    });
    expect(client.connection).toMatchObject({
      address: "https://vault.example.com:8200",
      token: "t",
      namespace: "team-a",
      caCertFile: undefined,
      skipVerify: true,
    });
    expect(noted).toEqual([]);
  });

  test.each(["", "0", "false", "yes"])("VAULT_SKIP_VERIFY=%s verifies", (flag) => {
    expect(connected({ VAULT_SKIP_VERIFY: flag }).client.connection.skipVerify).toBe(false);
  });

  test("a name and password in the address are in no message", () => {
    expect(connected({ VAULT_ADDR: "https://user:word@vault.example.com" }).address).toBe(
      "https://vault.example.com",
    );
  });

  test("what crosses a network unencrypted is said", () => {
    connected({ VAULT_ADDR: "http://vault.example.com:8200" });
    expect(noted).toEqual([expect.stringContaining("not encrypted")]);
  });

  test.each([
    [{ VAULT_ADDR: "vault.example.com" }, "VAULT_ADDR: is no address"],
    [{ VAULT_ADDR: "unix:///run/vault.sock" }, "VAULT_ADDR: is no address"],
    [{ VAULT_ADDR: "https://example.com/vault" }, "VAULT_ADDR: has a path, which is not supported"],
    [
      { VAULT_ADDR: "https://vault.example.com:8200/ui/" },
      "fix: give the address alone: https://v",
    ],
    [{ VAULT_ADDR: "https://vault.example.com/?ns=a" }, "VAULT_ADDR: has a path"],
    [{ VAULT_NAMESPACE: "team\u00e9" }, "VAULT_NAMESPACE: has characters that no namespace has"],
    [{ VAULT_CACERT: "/nonexistent/ca.pem" }, "VAULT_CACERT: cannot be read (ENOENT)"],
  ])("fails on %j, with the fix", (env, text) => {
    let caught: unknown;
    try {
      connected(env);
    } catch (error) {
      caught = error;
    }
    expect(isStoreError(caught)).toBe(true);
    expect(String(caught)).toContain(text);
    expect(String(caught)).toContain("fix: ");
  });

  test.each(["hvs.two\nlines", "hvs.a b", "hvs.\u201cquoted\u201d", "hvs.\u0000"])(
    "a token that no header takes is refused at once and not shown: %j",
    (token) => {
      let caught: unknown;
      try {
        connected({ VAULT_TOKEN: token });
      } catch (error) {
        caught = error;
      }
      expect(isStoreError(caught, "unauthenticated")).toBe(true);
      expect(String(caught)).toContain("copy it anew into VAULT_TOKEN, or log in again");
      expect(String(caught)).not.toContain("hvs");
    },
  );
});
