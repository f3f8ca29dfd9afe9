import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import execa from "execa";
import { startKeyVault, type RunningKeyVault } from "../../../sandbox/standin/keyvault";
import type { DataAction } from "../../../sandbox/standin/keyvault/operations";
import { openWith } from "../../../stores/azure/keyStore";
import { StoreError } from "../../../stores/errors";
import { fingerprint } from "../../../sandbox/fingerprint";
import { SecretValue } from "../../../stores/secretValue";
import type { KeyStore, Written } from "../../../stores/store";
import { max } from "../../fixtures/azure";
import { inTempDir } from "../../fixtures/tempDir";
import { authorizeFor } from "../../support/azureVault";
import { callersOf } from "../support/azureCalls";
import { leaks } from "../support/canary";
import { azLogin, azureStore, endOf, placeOf, saidBy } from "../support/cloudStores";
import { all, clientOf } from "../support/keyVault";
import { testWith } from "../support/needs";
import { findPython, pythonProgram } from "../support/python";
import { recordedUp } from "../support/recordedUp";

const tenantId = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const app = "3975aeed-7d08-453b-b6f4-445f32698091";
const operator = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3";
const blind = "5d0ff7b7-7c7a-4a0c-9d2b-0a4a3f0c6f11";
const admin = "0c867c2a-1d8c-454a-a3db-ab2ea1bdc8bb";
const name = "openai-api-key";
const first = "sk-azure-store-first-0123456789-0123456789";
const second = "sk-azure-store-second-0123456789-012345678";
const day = 24 * 3600 * 1000;

/** Written by hand: the application reads, the operator writes and sees versions, the blind one writes alone. */
const authorize = (oid: string, action: DataAction): boolean => {
  if (oid === admin) return true;
  if (oid === app) return action.endsWith("/getSecret/action");
  if (oid === blind) return action.endsWith("/setSecret/action");
  return oid === operator && /\/(setSecret|update|readMetadata)\/action$/.test(action);
};

const open: RunningKeyVault[] = [];
async function start(
  more: Partial<Parameters<typeof startKeyVault>[0]> = {},
): Promise<RunningKeyVault> {
  const vaultName = "ps-store-0123456789";
  const log = () => undefined;
  const vault = await startKeyVault({ vaultName, tenantId, authorize, log, ...more });
  open.push(vault);
  return vault;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((vault) => vault.stop()));
});

const place = (vault: RunningKeyVault, id = "openai") =>
  placeOf("azure", id, { AZURE_VAULT_URL: vault.url });
const valueOf = (text: string): SecretValue => new SecretValue(text);
const versionsOf = (vault: RunningKeyVault, of = name) =>
  all(clientOf(vault, admin).listPropertiesOfSecretVersions(of));
const currentOf = async (vault: RunningKeyVault): Promise<string | undefined> =>
  (await azureStore(vault, admin).read(place(vault)))?.reveal();
/** Statuses of the operation, in their order. */
const statusesOf = (vault: RunningKeyVault, operation: string): number[] =>
  vault.calls.filter((call) => call.operation === operation).map(({ status }) => status);

/** A canary for all tests: whatever was thrown says no value. */
const thrown: unknown[] = [];
const refusalOf = async (call: Promise<unknown>): Promise<StoreError> => {
  const end = await endOf(call);
  if (!(end instanceof StoreError)) throw new Error(`was not refused: ${inspect(end)}`);
  thrown.push(end);
  return end;
};
afterEach(() => {
  const seen = thrown.splice(0).map((error) => ["an error", saidBy(error)] as const);
  expect(leaks(seen, { first, second })).toEqual([]);
});

test("a value in an error would be found", () => {
  const error = Object.assign(new Error("what an SDK says"), { request: { body: first } });
  expect(leaks([["an error", saidBy(error)]], { first, second })).toEqual([
    "an error: first as plain",
  ]);
});

describe("a first value", () => {
  test("is written with its type, its tags and its day, by who cannot read it; the application reads it", async () => {
    const vault = await start();
    const store = azureStore(vault, operator);
    expect(await store.describe(place(vault))).toEqual({ present: false });
    const from = Date.now();
    const written = await store.putIfAbsent(place(vault), valueOf(first));
    expect(written).toEqual({
      outcome: "written",
      version: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown,
    });
    const [version] = await versionsOf(vault);
    expect(version).toMatchObject({
      contentType: "text/plain",
      tags: { app: "promptsentinel", key: "openai" },
      version: written.version,
    });
    const expires = Number(version?.expiresOn) - from;
    expect(Math.abs(expires - 90 * day)).toBeLessThan(5000);
    const described = await store.describe(place(vault));
    expect(described).toMatchObject({ present: true, version: written.version });
    expect(described.expiresAt).toEqual(version?.expiresOn);
    expect(Math.abs(Number(described.writtenAt) - from)).toBeLessThan(5000);
    expect((await azureStore(vault, app).read(place(vault)))?.reveal()).toBe(first);
  });

  test("stays where it is: the second is told, and nothing is sent", async () => {
    const vault = await start();
    const { version } = await azureStore(vault, operator).putIfAbsent(place(vault), valueOf(first));
    const again = await azureStore(vault, operator).putIfAbsent(place(vault), valueOf(second));
    expect(again).toEqual({ outcome: "present", version });
    expect(statusesOf(vault, "SecretSet")).toEqual([200]);
    expect(await currentOf(vault)).toBe(first);
  });

  test("is there although it is disabled, and whoever reads is told how to enable it", async () => {
    const vault = await start();
    await clientOf(vault, admin).setSecret(name, first, { enabled: false });
    const notes: string[] = [];
    const store = azureStore(vault, operator, { notes });
    expect(await store.describe(place(vault))).toMatchObject({ present: true });
    expect(notes).toEqual(["azure: openai-api-key: the current version is disabled"]);
    expect(await store.putIfAbsent(place(vault), valueOf(second))).toMatchObject({
      outcome: "present",
    });
    const refusal = await refusalOf(azureStore(vault, app).read(place(vault)));
    expect(refusal.kind).toBe("damaged");
    expect(refusal.message).toMatch(
      /disabled.*az keyvault secret set-attributes --vault-name ps-store-0123456789 --name openai-api-key --enabled true/,
    );
  });
});

test("a rotation makes a version with its own day, and the one before stays readable", async () => {
  const vault = await start();
  const store = azureStore(vault, operator);
  const before = await store.putNew(place(vault), valueOf(first));
  const { version } = await store.putNew(place(vault), valueOf(second));
  expect(await currentOf(vault)).toBe(second);
  const old = await clientOf(vault, app).getSecret(name, { version: before.version ?? "" });
  expect(old.value).toBe(first);
  const versions = await versionsOf(vault);
  expect(versions).toHaveLength(2);
  expect(versions.map((one) => one.version)).toContain(version);
  for (const { expiresOn, contentType } of versions) {
    expect([Number(expiresOn) > Date.now(), contentType]).toEqual([true, "text/plain"]);
  }
});

test("what is not there is nothing to read, and what is expired is read with a word of it", async () => {
  const vault = await start();
  const notes: string[] = [];
  const store = azureStore(vault, app, { notes });
  expect(await store.read(place(vault))).toBeUndefined();
  await clientOf(vault, admin).setSecret(name, first, { expiresOn: new Date("2020-01-02") });
  expect((await store.read(place(vault)))?.reveal()).toBe(first);
  expect(notes).toEqual([
    "azure: openai-api-key: expired on 2020-01-02; fix: write a new value with --rotate",
  ]);
});

describe("when the vault cannot answer", () => {
  const faults = [
    ["429", { kind: "throttled" }, [429, 200]],
    ["503", { kind: "unavailable" }, [503, 404, 200]],
    ["cut before", { kind: "cut", when: "before" }, [0, 404, 200]],
    ["cut after", { kind: "cut", when: "after" }, [0, 200]],
  ] as const;

  test.each(faults)(
    "%s: a value is written once, by who cannot read it",
    async (_, fault, statuses) => {
      const vault = await start();
      const store = azureStore(vault, operator);
      await store.describe(place(vault));
      const before = vault.calls.length;
      vault.fail(fault);
      expect(await store.putNew(place(vault), valueOf(first))).toMatchObject({
        outcome: "written",
      });
      // A look comes between two tries, unless the first was surely not done.
      expect(vault.calls.slice(before).map(({ status }) => status)).toEqual(statuses);
      expect(await versionsOf(vault)).toHaveLength(1);
      expect(await currentOf(vault)).toBe(first);
    },
  );

  test.each(faults)("%s: a read and a look are made again", async (_, fault) => {
    const vault = await start();
    await clientOf(vault, admin).setSecret(name, first);
    vault.fail(fault);
    expect((await azureStore(vault, app).read(place(vault)))?.reveal()).toBe(first);
    vault.fail(fault);
    expect(await azureStore(vault, operator).describe(place(vault))).toMatchObject({
      present: true,
    });
  });

  test("a first value, the answer to which is lost, is written once and is no race with itself", async () => {
    const vault = await start();
    const store = azureStore(vault, operator);
    await store.describe(place(vault));
    const put = store.putIfAbsent(place(vault), valueOf(first));
    while (statusesOf(vault, "SecretListVersions").length < 2) await sleep(1);
    vault.fail({ kind: "cut", when: "after" });
    expect((await put).outcome).toBe("written");
    expect(await versionsOf(vault)).toHaveLength(1);
  });

  test("it waits as long as it is asked to, says so, and no longer than its own patience", async () => {
    const vault = await start();
    const notes: string[] = [];
    const store = azureStore(vault, operator, { notes });
    await store.describe(place(vault));
    vault.fail({ kind: "throttled", retryAfterSeconds: 2 });
    await store.putNew(place(vault), valueOf(first));
    const [refused = 0, answered = 0] = vault.calls.slice(-2).map(({ at }) => at);
    expect(answered - refused).toBeGreaterThanOrEqual(1900);
    expect(notes).toEqual([
      "azure: openai-api-key: the vault has too many requests (429 Throttled); waiting 2 s",
    ]);
  });

  test("it comes to an end", async () => {
    const vault = await start();
    vault.fail({ kind: "throttled" }, 50);
    const refusal = await refusalOf(azureStore(vault, app).read(place(vault)));
    expect(refusal.kind).toBe("throttled");
    expect(vault.calls.filter(({ status }) => status === 429)).toHaveLength(6);
  }, 60_000);

  test("a lost answer that nobody here can look after is uncertain", async () => {
    const vault = await start();
    const store = azureStore(vault, blind);
    await store.putNew(place(vault), valueOf(first));
    vault.fail({ kind: "cut", when: "after" });
    const refusal = await refusalOf(store.putNew(place(vault), valueOf(second)));
    expect(refusal.kind).toBe("uncertain");
    expect(refusal.message).toMatch(
      /; fix: look with `promptsentinel-secrets secrets status --in azure`/,
    );
    expect(await versionsOf(vault)).toHaveLength(2);
  });
});

describe("refusals", () => {
  test("name the data action that is missing; a look is unknown to who may not look", async () => {
    const vault = await start();
    await clientOf(vault, admin).setSecret(name, first);
    const reading = await refusalOf(azureStore(vault, operator).read(place(vault)));
    expect([reading.kind, reading.message]).toEqual([
      "denied",
      "azure: openai-api-key: you have no role with Microsoft.KeyVault/vaults/secrets/getSecret/action (403 Forbidden ForbiddenByRbac); fix: run it as somebody who has Microsoft.KeyVault/vaults/secrets/getSecret/action on the secret, as the stack's app has, or wait some minutes where it was granted just now",
    ]);
    const writing = await refusalOf(azureStore(vault, app).putNew(place(vault), valueOf(second)));
    expect([writing.kind, writing.message]).toEqual([
      "denied",
      expect.stringContaining("vaults/secrets/setSecret/action"),
    ]);
    expect(await azureStore(vault, app).describe(place(vault))).toEqual({ present: "unknown" });
    const unseen = await refusalOf(
      azureStore(vault, blind).putIfAbsent(place(vault), valueOf(second)),
    );
    expect([unseen.kind, unseen.message]).toEqual([
      "denied",
      expect.stringContaining("vaults/secrets/readMetadata/action"),
    ]);
    expect(await currentOf(vault)).toBe(first);
  });

  test("of a token that has expired say how to sign in", async () => {
    const vault = await start();
    const store = openWith({ env: {}, dir: "", note: () => undefined }, (_url, options) =>
      clientOf(vault, operator, { ...options, token: { expiresIn: -1 } }),
    );
    const refusal = await refusalOf(store.putNew(place(vault), valueOf(first)));
    expect([refusal.kind, refusal.fix]).toEqual([
      "unauthenticated",
      expect.stringContaining("az login"),
    ]);
  });

  test("of a deleted secret say how to bring it back, and wait while it is being deleted", async () => {
    const vault = await start({ settlingMs: 700 });
    await clientOf(vault, admin).setSecret(name, first);
    await clientOf(vault, admin).beginDeleteSecret(name);
    const refusal = await refusalOf(
      azureStore(vault, operator).putIfAbsent(place(vault), valueOf(second)),
    );
    expect([refusal.kind, refusal.message]).toEqual([
      "missing",
      "azure: openai-api-key: was deleted and can be recovered, which keeps its name (409 Conflict ObjectIsDeletedButRecoverable); fix: bring it back with `az keyvault secret recover --vault-name ps-store-0123456789 --name openai-api-key`, then run this again",
    ]);
    expect(statusesOf(vault, "SecretSet").length).toBeGreaterThan(2);
  });

  test("of a vault that nobody named, of no host and of a certificate that is not trusted say which", async () => {
    const vault = await start();
    const store = azureStore(vault, operator);
    const nowhere = await refusalOf(store.describe(placeOf("azure", "openai", {})));
    expect([nowhere.kind, nowhere.message]).toEqual([
      "unavailable",
      expect.stringContaining("AZURE_VAULT_URL: got nothing; expected: https://"),
    ]);
    const plain = placeOf("azure", "openai", { AZURE_VAULT_URL: "http://127.0.0.1:1/" });
    expect((await refusalOf(store.describe(plain))).kind).toBe("unavailable");
    const strict = azureStore(vault, operator, {}, () => {
      vault.agent.options.ca = undefined;
    });
    vault.agent.destroy();
    const untrusted = await refusalOf(strict.putNew(place(vault), valueOf(first)));
    expect([untrusted.kind, untrusted.message]).toEqual([
      "unreachable",
      expect.stringContaining("NODE_EXTRA_CA_CERTS"),
    ]);
  });
});

describe("first writers at one time", () => {
  /** Writers all of whom have looked before one of them writes. */
  const racing = async (vault: RunningKeyVault, who: string, count: number) => {
    const values = Array.from({ length: count }, (_, index) => `${first}-${String(index)}`);
    let waiting = 0;
    let go: () => void = () => undefined;
    const all = new Promise<void>((resolve) => {
      go = resolve;
    });
    const stores = values.map(() =>
      azureStore(vault, who, {}, (client) => {
        const set = client.setSecret.bind(client);
        client.setSecret = async (...args) => {
          if (++waiting === count) go();
          await all;
          return set(...args);
        };
      }),
    );
    const ends = await Promise.all(
      values.map((value, index) =>
        endOf(
          stores[index]?.putIfAbsent(place(vault), valueOf(value)) ?? Promise.reject(new Error()),
        ),
      ),
    );
    thrown.push(...ends.filter((end) => end instanceof StoreError));
    return {
      values,
      kinds: ends.map((end) => (end instanceof StoreError ? end.kind : end.outcome)),
    };
  };
  const count = (kinds: readonly string[], wanted: string): number =>
    kinds.filter((kind) => kind === wanted).length;

  test.each([2, 8])(
    "%d who may not read: one value is there, and all others are told",
    async (many) => {
      const vault = await start();
      const { values, kinds } = await racing(vault, operator, many);
      const left = await currentOf(vault);
      expect(values).toContain(left);
      expect(count(kinds, "written")).toBeLessThanOrEqual(1);
      expect(count(kinds, "written") + count(kinds, "conflict")).toBe(many);
      expect(
        await azureStore(vault, operator).putIfAbsent(place(vault), valueOf(second)),
      ).toMatchObject({
        outcome: "present",
      });
      expect(await currentOf(vault)).toBe(left);
    },
  );

  test.each([2, 8])("%d who may read: one value is there, and stays", async (many) => {
    const vault = await start();
    const { values, kinds } = await racing(vault, admin, many);
    expect(values).toContain(await currentOf(vault));
    expect(count(kinds, "written")).toBeLessThanOrEqual(1);
  });

  /** A writer that has looked, and waits before it writes. */
  const late = (vault: RunningKeyVault, who: string) => {
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const store = azureStore(vault, who, {}, (client) => {
      const set = client.setSecret.bind(client);
      client.setSecret = async (...args) => {
        await gate;
        return set(...args);
      };
    });
    return { store, go };
  };

  const between = async (vault: RunningKeyVault, who: string, wait: number) => {
    const { store, go } = late(vault, who);
    const put = endOf(store.putIfAbsent(place(vault), valueOf(second)));
    while (statusesOf(vault, "SecretListVersions").length < 1) await sleep(5);
    const winner = await azureStore(vault, operator).putIfAbsent(place(vault), valueOf(first));
    expect(winner.outcome).toBe("written");
    await sleep(wait);
    go();
    return put;
  };

  test.each([0, 1100])(
    "whoever may read and came %d ms later puts the first one's value back",
    async (wait) => {
      const vault = await start();
      const late = (await between(vault, admin, wait)) as Written;
      expect(late.outcome).toBe("present");
      expect(await currentOf(vault)).toBe(first);
      expect(await versionsOf(vault)).toHaveLength(3);
    },
  );

  test("whoever may not read and came later says what is there, and the fix", async () => {
    const vault = await start();
    const late = await between(vault, operator, 0);
    thrown.push(late);
    const versions = (await versionsOf(vault)).map(({ version }) => version ?? "");
    expect(late).toMatchObject({
      kind: "conflict",
      fix: expect.stringContaining("--rotate") as unknown,
    });
    for (const version of versions) expect((late as StoreError).message).toContain(version);
  });

  test("a rotation on top of both stays", async () => {
    const vault = await start();
    const store = azureStore(vault, admin, {}, (client) => {
      const set = client.setSecret.bind(client);
      client.setSecret = async (...args) => {
        await clientOf(vault, admin).setSecret(name, first);
        // Which is newer is told by whole seconds.
        await sleep(1100);
        const made = await set(...args);
        await clientOf(vault, admin).setSecret(name, "the rotation");
        return made;
      };
    });
    expect(await store.putIfAbsent(place(vault), valueOf(second))).toEqual({ outcome: "present" });
    expect(await currentOf(vault)).toBe("the rotation");
    expect(await versionsOf(vault)).toHaveLength(3);
  });

  test("a rotation that comes right after a first value stays", async () => {
    const vault = await start();
    const store: KeyStore = azureStore(vault, admin, {}, (client) => {
      const set = client.setSecret.bind(client);
      client.setSecret = async (...args) => {
        const made = await set(...args);
        await azureStore(vault, operator).putNew(place(vault), valueOf(second));
        return made;
      };
    });
    await store.putIfAbsent(place(vault), valueOf(first));
    expect(await currentOf(vault)).toBe(second);
  });
});

describe("a process that is killed", () => {
  const program = `
    const { open } = require("./stores/azure/keyStore");
    const { SecretValue } = require("./stores/secretValue");
    const { placeOf } = require("./test/e2e/support/cloudStores");
    const { text } = require("node:stream/consumers");
    const store = open({ env: process.env, dir: "", note: () => {} });
    text(process.stdin)
      .then((value) => store[process.env.CALL](placeOf("azure", "openai", process.env), new SecretValue(value)))
      .then(({ outcome }) => console.log(outcome), (error) => { console.log(error.message); process.exitCode = 1; });`;

  /** Kills at the request of that number, before it is done or after. */
  async function killedAt(call: "putIfAbsent" | "putNew", at: number, done: boolean) {
    let seen = 0;
    let kill: () => void = () => undefined;
    const vault = await start({
      authorize: (oid, action) => {
        if (oid !== operator || ++seen !== at) return authorize(oid, action);
        kill();
        return done;
      },
    });
    if (call === "putNew") await clientOf(vault, admin).setSecret(name, first);
    return inTempDir(async (dir) => {
      const env = { ...(await azLogin(vault, operator, dir)), CALL: call };
      const child = execa("node", ["--import", "tsx", "--eval", program], {
        ...{ env, extendEnv: false, input: second, reject: false },
      });
      kill = () => {
        child.kill("SIGKILL");
      };
      const { signal, stdout } = await child;
      return { vault, killed: signal === "SIGKILL", stdout };
    });
  }

  const moments = [
    ["putIfAbsent", 1, 2],
    ["putIfAbsent", 2, 2],
    ["putIfAbsent", 3, 2],
    ["putNew", 1, 2],
  ] as const;
  const cases = moments.flatMap(([call, at]) =>
    [false, true].map((done) => [call, at, done] as const),
  );

  test.each(cases)(
    "%s at request %d, done %j: leaves the old or the new, and the next run brings the new",
    async (call, at, done) => {
      const { vault, killed } = await killedAt(call, at, done);
      expect(killed).toBe(true);
      const left = await currentOf(vault);
      expect([call === "putNew" ? first : undefined, second]).toContain(left);
      const { outcome } = await azureStore(vault, operator)[call](place(vault), valueOf(second));
      expect(outcome).toBe(call === "putIfAbsent" && left === second ? "present" : "written");
      expect(await currentOf(vault)).toBe(second);
    },
    30_000,
  );

  test("nobody is killed at a request that does not come", async () => {
    const { killed, stdout } = await killedAt("putIfAbsent", 4, true);
    expect([killed, stdout]).toEqual([false, "written"]);
  }, 30_000);
});

describe("by the rehearsed stack's grants", () => {
  test("the operator writes and cannot read, the application reads and cannot write, the rotator both", async () => {
    const made = await recordedUp(max);
    const vault = await start({ authorize: authorizeFor(made) });
    const callers = callersOf(made);
    const as = (who: "app" | "ci" | "operator" | "rotator") =>
      azureStore(vault, callers[who].principalId);
    expect((await as("operator").putIfAbsent(place(vault), valueOf(first))).outcome).toBe(
      "written",
    );
    expect((await refusalOf(as("operator").read(place(vault)))).kind).toBe("denied");
    expect((await as("app").read(place(vault)))?.reveal()).toBe(first);
    expect((await refusalOf(as("app").putNew(place(vault), valueOf(second)))).kind).toBe("denied");
    expect((await refusalOf(as("ci").read(place(vault)))).kind).toBe("denied");
    expect((await as("rotator").putNew(place(vault), valueOf(second))).outcome).toBe("written");
    expect((await as("app").read(place(vault)))?.reveal()).toBe(second);
    expect(await as("operator").describe(place(vault))).toMatchObject({ present: true });
  });
});

describe("the guide's own client, in Python", () => {
  const found = findPython("azure");

  testWith("missing" in found ? found.missing : undefined)(
    "reads what the store wrote",
    async () => {
      if (!("python" in found)) return;
      const vault = await start({
        authorize: (oid, action, secret) =>
          authorize(oid, action) && !(oid === app && secret === "snyk-token"),
      });
      const values = { anthropic: `sk-ant-${second}`, openai: first, gemini: `g-${second}` };
      for (const [id, value] of Object.entries(values)) {
        await azureStore(vault, operator).putIfAbsent(place(vault, id), valueOf(value));
      }
      const { stdout } = await execa(found.python, [pythonProgram("azure_reader")], {
        extendEnv: false,
        env: {
          ...vault.env,
          AZURE_VAULT_URL: `${vault.url}/`,
          ACCESS_TOKEN: vault.tokenFor(app),
          OTHER_SECRET: "snyk-token",
          AZURE_TOKEN_CREDENTIALS: "EnvironmentCredential",
        },
      });
      expect((JSON.parse(stdout) as { read: unknown }).read).toEqual({
        ANTHROPIC_API_KEY: fingerprint(values.anthropic),
        OPENAI_API_KEY: fingerprint(values.openai),
        GEMINI_API_KEY: fingerprint(values.gemini),
      });
    },
  );
});
