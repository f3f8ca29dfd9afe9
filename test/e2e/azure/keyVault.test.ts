import { existsSync } from "node:fs";
import execa from "execa";
import { startKeyVault, type RunningKeyVault } from "../../../sandbox/standin/keyvault";
import type { DataAction } from "../../../sandbox/standin/keyvault/operations";
import { fingerprint } from "../../../sandbox/fingerprint";
import { all, clientOf, refusalOf } from "../support/keyVault";
import { testWith } from "../support/needs";
import { findPython, pythonProgram } from "../support/python";

const tenantId = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const app = "3975aeed-7d08-453b-b6f4-445f32698091";
const operator = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3";
const admin = "0c867c2a-1d8c-454a-a3db-ab2ea1bdc8bb";
const guide = {
  "anthropic-api-key": "sk-ant-1",
  "openai-api-key": "sk-2",
  "gemini-api-key": "g-3",
};

/** Written by hand: the application reads its own, the operator writes and cannot read, nobody else may anything. */
const authorize = (oid: string, action: DataAction, secret: string | undefined): boolean => {
  if (oid === admin) return true;
  if (oid === app)
    return action.endsWith("/getSecret/action") && Object.keys(guide).includes(secret ?? "");
  return oid === operator && /\/(setSecret|update|readMetadata|recover)\/action$/.test(action);
};

const open: RunningKeyVault[] = [];
const said: string[] = [];
async function start(
  more: Partial<Parameters<typeof startKeyVault>[0]> = {},
): Promise<RunningKeyVault> {
  const vault = await startKeyVault({
    vaultName: "ps-dev-0123456789ab",
    tenantId,
    authorize,
    log: (line) => said.push(line),
    ...more,
  });
  open.push(vault);
  return vault;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((vault) => vault.stop()));
});

describe("the guide's own client, in Python", () => {
  const found = findPython("azure");

  testWith("missing" in found ? found.missing : undefined)(
    "loads the application's keys and can do nothing else",
    async () => {
      if (!("python" in found)) return;
      const vault = await start();
      for (const [name, value] of Object.entries({ ...guide, "snyk-token": "s-4" })) {
        await clientOf(vault, admin).setSecret(name, value);
      }
      const { stdout } = await execa(found.python, [pythonProgram("azure_reader")], {
        extendEnv: false,
        env: {
          ...vault.env,
          AZURE_VAULT_URL: `${vault.url}/`,
          ACCESS_TOKEN: vault.tokenFor(app),
          OTHER_SECRET: "snyk-token",
          // Looks at no other way to log in, of which the machine may have some.
          AZURE_TOKEN_CREDENTIALS: "EnvironmentCredential",
        },
      });
      const refused = "403 Forbidden ForbiddenByRbac";
      expect(JSON.parse(stdout)).toEqual({
        read: {
          ANTHROPIC_API_KEY: fingerprint(guide["anthropic-api-key"]),
          OPENAI_API_KEY: fingerprint(guide["openai-api-key"]),
          GEMINI_API_KEY: fingerprint(guide["gemini-api-key"]),
        },
        asked: [tenantId, "https://vault.azure.net/.default"],
        attempts: {
          "the guide's credential": "ClientAuthenticationError",
          "another consumer's secret": refused,
          set: refused,
          update: refused,
          list: refused,
          versions: refused,
          delete: refused,
          "list deleted": refused,
          recover: refused,
          purge: refused,
          backup: refused,
        },
      });
    },
  );

  testWith("missing" in found ? found.missing : undefined)(
    "takes the certificate as strictly as Python does from 3.13 on",
    async () => {
      if (!("python" in found)) return;
      const vault = await start();
      const program = `
import os, socket, ssl
context = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
context.verify_flags |= ssl.VERIFY_X509_STRICT
with socket.create_connection(("127.0.0.1", int(os.environ["PORT"]))) as plain:
    with context.wrap_socket(plain, server_hostname=os.environ["HOST"]) as secure:
        print(secure.version())`;
      const { stdout } = await execa(found.python, ["-c", program], {
        extendEnv: false,
        env: {
          ...vault.env,
          PORT: String(vault.agent.options.port),
          HOST: new URL(vault.url).hostname,
        },
      });
      expect(stdout).toBe("TLSv1.3");
    },
  );
});

describe("the SDK for JavaScript", () => {
  test("sets, reads, and keeps the versions", async () => {
    const client = clientOf(await start(), admin);
    const first = await client.setSecret("openai-api-key", "one", { tags: { stage: "dev" } });
    const second = await client.setSecret("openai-api-key", "two");
    expect(first.properties.version).toMatch(/^[0-9a-f]{32}$/);
    expect(second.properties.id).toBe(
      `https://ps-dev-0123456789ab.vault.azure.net/secrets/openai-api-key/${second.properties.version ?? ""}`,
    );
    expect((await client.getSecret("openai-api-key")).value).toBe("two");
    const old = await client.getSecret("OpenAI-API-key", {
      version: first.properties.version ?? "",
    });
    expect([old.value, old.properties.tags]).toEqual(["one", { stage: "dev" }]);
    const versions = await all(client.listPropertiesOfSecretVersions("openai-api-key"));
    const ids = [first.properties.version, second.properties.version].sort();
    expect(versions.map(({ version }) => version)).toEqual(ids);
    expect(await refusalOf(client.getSecret("openai-api-key", { version: "0".repeat(32) }))).toBe(
      "404 SecretNotFound",
    );
    expect(await refusalOf(client.getSecret("unheard-of"))).toBe("404 SecretNotFound");
  });

  test("changes what is named, of one version, and leaves the rest", async () => {
    const client = clientOf(await start({ purgeProtection: false, recoverableDays: 7 }), admin);
    const expiresOn = new Date("2020-01-02T03:04:05Z");
    const options = { contentType: "text/plain", tags: { key: "openai" }, expiresOn };
    const { properties } = await client.setSecret("openai-api-key", "one", options);
    const version = properties.version ?? "";
    await client.setSecret("openai-api-key", "two");
    const notBefore = new Date("2019-01-02T03:04:05Z");
    await client.updateSecretProperties("openai-api-key", version, { notBefore });
    // Past its day, and still read: exp is for information.
    const old = await client.getSecret("openai-api-key", { version });
    expect(old.value).toBe("one");
    expect(old.properties).toMatchObject({
      ...options,
      notBefore,
      enabled: true,
      recoveryLevel: "CustomizedRecoverable+Purgeable",
      recoverableDays: 7,
    });
    expect((await client.getSecret("openai-api-key")).properties.notBefore).toBeUndefined();
  });

  test("gives nobody the value of a disabled version; who cannot read it enables it again", async () => {
    const vault = await start();
    const client = clientOf(vault, admin);
    const { properties } = await client.setSecret("openai-api-key", "one", { enabled: false });
    expect(await refusalOf(client.getSecret("openai-api-key"))).toBe(
      "403 Forbidden SecretDisabled",
    );
    const enabled = await clientOf(vault, operator).updateSecretProperties(
      "openai-api-key",
      properties.version ?? "",
      { enabled: true },
    );
    expect(enabled).not.toHaveProperty("value");
    expect((await client.getSecret("openai-api-key")).value).toBe("one");
  });

  test("deletes so that it can come back, and cannot purge against protection", async () => {
    const client = clientOf(await start({ recoverableDays: 7 }), admin);
    await client.setSecret("openai-api-key", "one");
    const { properties } = await client.setSecret("openai-api-key", "two");
    const poller = await client.beginDeleteSecret("openai-api-key");
    const deleted = await poller.pollUntilDone();
    expect(deleted.recoveryId).toMatch(/\/deletedsecrets\/openai-api-key$/);
    expect(Number(deleted.scheduledPurgeDate) - Number(deleted.deletedOn)).toBe(
      7 * 24 * 3600 * 1000,
    );
    expect(await refusalOf(client.getSecret("openai-api-key"))).toBe("404 SecretNotFound");
    expect(await all(client.listPropertiesOfSecrets())).toEqual([]);
    expect((await all(client.listDeletedSecrets())).map(({ name }) => name)).toEqual([
      "openai-api-key",
    ]);
    expect(await refusalOf(client.setSecret("openai-api-key", "three"))).toBe(
      "409 Conflict ObjectIsDeletedButRecoverable",
    );
    expect(await refusalOf(client.purgeDeletedSecret("openai-api-key"))).toBe("403 Forbidden");
    await (await client.beginRecoverDeletedSecret("openai-api-key")).pollUntilDone();
    expect((await client.getSecret("openai-api-key")).properties.version).toBe(properties.version);
    expect(await all(client.listPropertiesOfSecretVersions("openai-api-key"))).toHaveLength(2);
    expect(await refusalOf(client.getDeletedSecret("openai-api-key"))).toBe("404 SecretNotFound");
  });

  test("purges where nothing protects, and the name is free again", async () => {
    const client = clientOf(await start({ purgeProtection: false }), admin);
    await client.setSecret("openai-api-key", "one");
    await client.beginDeleteSecret("openai-api-key");
    await client.purgeDeletedSecret("openai-api-key");
    expect(await refusalOf(client.getDeletedSecret("openai-api-key"))).toBe("404 SecretNotFound");
    await client.setSecret("openai-api-key", "two");
    expect(await all(client.listPropertiesOfSecretVersions("openai-api-key"))).toHaveLength(1);
  });

  test("waits while a deletion and a recovery are under way", async () => {
    const client = clientOf(await start({ settlingMs: 700 }), admin);
    await client.setSecret("openai-api-key", "one");
    const quick = { intervalInMs: 50 };
    const deletion = await client.beginDeleteSecret("openai-api-key", quick);
    expect(deletion.isDone()).toBe(false);
    for (const call of [
      client.setSecret("openai-api-key", "x"),
      client.purgeDeletedSecret("openai-api-key"),
    ]) {
      expect(await refusalOf(call)).toBe("409 Conflict ObjectIsBeingDeleted");
    }
    await deletion.pollUntilDone();
    const recovery = await client.beginRecoverDeletedSecret("openai-api-key", quick);
    expect(recovery.isDone()).toBe(false);
    expect(await refusalOf(client.setSecret("openai-api-key", "x"))).toBe(
      "409 Conflict ObjectIsBeingRecovered",
    );
    await recovery.pollUntilDone();
    expect((await client.getSecret("openai-api-key")).value).toBe("one");
  });

  test("lists in pages, without a value", async () => {
    const vault = await start();
    const client = clientOf(vault, admin);
    const names = Array.from({ length: 27 }, (_, index) => `key-${String(index).padStart(2, "0")}`);
    for (const name of names)
      await client.setSecret(name, "the-value", { enabled: name !== "key-03" });
    const listed = await all(client.listPropertiesOfSecrets());
    expect(listed.map(({ name }) => name)).toEqual(names);
    expect(listed.filter(({ enabled }) => !enabled).map(({ name }) => name)).toEqual(["key-03"]);
    expect(JSON.stringify(listed)).not.toContain("the-value");
    const pages = await all(client.listPropertiesOfSecrets().byPage({ maxPageSize: 10 }));
    expect(pages.map((page) => page.length)).toEqual([10, 10, 7]);
    // 25 are the most that a page has.
    expect(vault.calls.filter(({ operation }) => operation === "SecretList")).toHaveLength(2 + 3);
  });

  test("restores a backup that is its own, where the name is free", async () => {
    const vault = await start({ purgeProtection: false });
    const client = clientOf(vault, admin);
    const { properties } = await client.setSecret("openai-api-key", "one");
    const backup = (await client.backupSecret("openai-api-key")) ?? new Uint8Array();
    expect(Buffer.from(backup).includes("one")).toBe(false);
    expect(await refusalOf(client.restoreSecretBackup(backup))).toBe("409 Conflict");
    await client.beginDeleteSecret("openai-api-key");
    await client.purgeDeletedSecret("openai-api-key");
    await client.restoreSecretBackup(backup);
    expect((await client.getSecret("openai-api-key")).properties.version).toBe(properties.version);
    const other = clientOf(await start(), admin);
    expect(await refusalOf(other.restoreSecretBackup(backup))).toBe("400 BadParameter");
  });

  test("waits as long as it is told, and tries again where the service cannot answer", async () => {
    const vault = await start();
    const client = clientOf(vault, admin);
    await client.setSecret("openai-api-key", "one");
    const came = (): number[] => vault.calls.slice(-2).map(({ at }) => at);
    vault.fail({ kind: "throttled", retryAfterSeconds: 2 });
    expect((await client.getSecret("openai-api-key")).value).toBe("one");
    const [refused = 0, answered = 0] = came();
    expect(answered - refused).toBeGreaterThanOrEqual(1900);
    vault.fail({ kind: "unavailable" });
    vault.fail({ kind: "cut", when: "before" });
    expect((await client.getSecret("openai-api-key")).value).toBe("one");
    const statuses = vault.calls.map(({ status }) => status);
    expect(statuses).toEqual([401, 200, 429, 200, 503, 0, 200]);
    const hasty = clientOf(vault, admin, { retryOptions: { maxRetries: 0 } });
    vault.fail({ kind: "throttled" });
    expect(await refusalOf(hasty.getSecret("openai-api-key"))).toBe("429 Throttled");
  });

  test("a write whose answer was lost is made again: there are two versions of it", async () => {
    const vault = await start();
    const client = clientOf(vault, admin);
    expect(await refusalOf(client.getSecret("openai-api-key"))).toBe("404 SecretNotFound");
    vault.fail({ kind: "cut", when: "after" });
    await client.setSecret("openai-api-key", "one");
    expect(await all(client.listPropertiesOfSecretVersions("openai-api-key"))).toHaveLength(2);
  });

  test("each identity is let as far as the grants go", async () => {
    const vault = await start();
    const refused = "403 Forbidden ForbiddenByRbac";
    await clientOf(vault, operator).setSecret("openai-api-key", "one");
    expect(await refusalOf(clientOf(vault, operator).getSecret("openai-api-key"))).toBe(refused);
    expect((await clientOf(vault, app).getSecret("openai-api-key")).value).toBe("one");
    expect(await refusalOf(clientOf(vault, app).getSecret("snyk-token"))).toBe(refused);
    expect(await refusalOf(clientOf(vault, app).setSecret("openai-api-key", "two"))).toBe(refused);
    // Of what is not there, too, nothing is told to whoever may not read it.
    expect(await refusalOf(clientOf(vault, tenantId).getSecret("unheard-of"))).toBe(refused);
  });

  test("checks the challenge against the cloud of the vault", async () => {
    const vault = await start({ cloud: "usgovernment" });
    expect(vault.url).toBe("https://ps-dev-0123456789ab.vault.usgovcloudapi.net");
    await clientOf(vault, admin).setSecret("openai-api-key", "one");
    const audience = { audience: "https://vault.azure.net" };
    expect(
      await refusalOf(clientOf(vault, admin, { token: audience }).getSecret("openai-api-key")),
    ).toBe("401 Unauthorized");
  });
});

test("a process with the environment alone reaches it, and leaves nothing when it is over", async () => {
  const vault = await start();
  await clientOf(vault, admin).setSecret("openai-api-key", "one");
  const program = `
    const { SecretClient } = require("@azure/keyvault-secrets");
    const credential = { getToken: async () => ({ token: process.env.ACCESS_TOKEN, expiresOnTimestamp: Date.now() + 3e6 }) };
    new SecretClient(process.env.AZURE_VAULT_URL, credential).getSecret("openai-api-key")
      .then(({ value }) => console.log(value.length), ({ message }) => console.log(message));`;
  const run = async (env: Readonly<Record<string, string>>): Promise<string> => {
    const { stdout } = await execa(process.execPath, ["-e", program], {
      cwd: process.cwd(),
      extendEnv: false,
      env: { ...env, AZURE_VAULT_URL: vault.url, ACCESS_TOKEN: vault.tokenFor(app) },
    });
    return stdout;
  };
  expect(await run(vault.env)).toBe("3");
  expect(await run({ ...vault.env, NODE_EXTRA_CA_CERTS: "" })).toMatch(/certificate/);
  const { SSL_CERT_FILE: file = "" } = vault.env;
  expect(existsSync(file)).toBe(true);
  open.splice(0);
  await vault.stop();
  expect(existsSync(file)).toBe(false);
  expect(said.at(-1)).toMatch(
    /^this is a small stand-in .* https:\/\/ps-dev-0123456789ab\.vault\.azure\.net at 127\.0\.0\.1:\d+$/,
  );
});
