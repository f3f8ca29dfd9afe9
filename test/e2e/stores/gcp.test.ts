import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import execa from "execa";
import type { RunningSecretManager } from "../../../sandbox/standin/secretmanager";
import type { Decide } from "../../../sandbox/standin/secretmanager/service";
import { StoreError } from "../../../stores/errors";
import { fingerprint } from "../../../sandbox/fingerprint";
import { openWith } from "../../../stores/gcp/keyStore";
import { SecretValue } from "../../../stores/secretValue";
import type { KeyStore, Place, Written } from "../../../stores/store";
import { max } from "../../fixtures/gcp";
import { decideFor } from "../../support/gcpIam";
import { leaks } from "../support/canary";
import { endOf, gcpStore, placeOf, saidBy } from "../support/cloudStores";
import { groups, projects } from "../support/gcpCalls";
import { testWith } from "../support/needs";
import { findPython, pythonProgram } from "../support/python";
import { recordedUp } from "../support/recordedUp";
import { clientOf } from "../support/secretManager";
import {
  add,
  create,
  parent,
  projectId,
  read,
  secretManagers,
  secretOf,
} from "../support/secretManagers";

const account = (name: string): string => `${name}@${projectId}.iam.gserviceaccount.com`;
const app = `serviceAccount:${account("app")}`;
const operator = `serviceAccount:${account("operator")}`;
const blind = "user:blind@example.com";
const admin = "user:admin@example.com";
const id = "openai-api-key";
const first = "sk-gcp-store-first-0123456789-0123456789";
const second = "sk-gcp-store-second-0123456789-012345678";

/** Written by hand: the application reads, the operator adds and sees versions, the blind one adds alone. */
const allowed: Decide = (member, permission) => {
  if (member === admin) return true;
  if (member === app) return permission === "secretmanager.versions.access";
  if (member === blind) return permission === "secretmanager.versions.add";
  return member === operator && /versions\.(add|get|list)$/.test(permission);
};
let decide: Decide = allowed;
const { start, as, withKey } = secretManagers((...asked) => decide(...asked), admin);
const stores: KeyStore[] = [];
afterEach(async () => {
  decide = allowed;
  await Promise.all(stores.splice(0).map((store) => store.close()));
});
const storeAs = (...args: Parameters<typeof gcpStore>): KeyStore => {
  const store = gcpStore(...args);
  stores.push(store);
  return store;
};

const placed = (key = "openai"): Place => placeOf("gcp", key, { GCP_PROJECT_ID: projectId });
const place = placed();
const valueOf = (text: string): SecretValue => new SecretValue(text);
const versionsOf = async (client: ReturnType<typeof as>) =>
  (await client.listSecretVersions({ parent: secretOf(id) }))[0];
/** Codes of a method's answers, in their order. */
const codesOf = ({ calls }: RunningSecretManager, method: string): string[] =>
  calls.filter((call) => call.method === method).map(({ code }) => code);

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
  test("is written with its checksum, by who cannot read it; the application reads it", async () => {
    const { server, client } = await withKey();
    const store = storeAs(server, operator);
    expect(await store.describe(place)).toEqual({ present: false });
    const from = Date.now();
    expect(await store.putIfAbsent(place, valueOf(first))).toEqual({
      ...{ outcome: "written", version: "1" },
    });
    const [version] = await versionsOf(client);
    expect(version?.clientSpecifiedPayloadChecksum).toBe(true);
    const described = await store.describe(place);
    expect(described).toMatchObject({ present: true, version: "1" });
    expect(Math.abs(Number(described.writtenAt) - from)).toBeLessThan(5000);
    expect((await storeAs(server, app).read(place))?.reveal()).toBe(first);
  });

  test("stays where it is: the second is told, and nothing is sent", async () => {
    const { server, client } = await withKey();
    await add(client, id, first);
    expect(await storeAs(server, operator).putIfAbsent(place, valueOf(second))).toEqual({
      ...{ outcome: "present", version: "1" },
    });
    expect(codesOf(server, "AddSecretVersion")).toEqual(["OK"]);
    expect(await read(client, id)).toBe(first);
  });

  test("is there although it is disabled, and not where it is destroyed; whoever reads is told", async () => {
    const { server, client } = await withKey();
    const name = await add(client, id, first);
    await client.disableSecretVersion({ name });
    const notes: string[] = [];
    const store = storeAs(server, operator, { notes });
    expect(await store.describe(place)).toMatchObject({ present: true, version: "1" });
    expect(notes).toEqual([`gcp: ${secretOf(id)}: the current version is disabled`]);
    expect((await store.putIfAbsent(place, valueOf(second))).outcome).toBe("present");
    const disabled = await refusalOf(storeAs(server, app).read(place));
    expect([disabled.kind, disabled.message]).toEqual([
      "damaged",
      `gcp: ${secretOf(id)}: the current version is disabled, so nobody can read it (FAILED_PRECONDITION); fix: enable it with \`gcloud secrets versions enable\`, or write a new value with --rotate`,
    ]);
    await client.destroySecretVersion({ name });
    expect((await refusalOf(storeAs(server, app).read(place))).message).toContain("is destroyed");
    expect(await store.describe(place)).toEqual({ present: false });
    expect(await store.putIfAbsent(place, valueOf(second))).toEqual({
      ...{ outcome: "written", version: "2" },
    });
  });

  test("is seen although latest is behind", async () => {
    const { server } = await withKey({ latestSettlesMs: 60_000 });
    const store = storeAs(server, operator);
    await store.putIfAbsent(place, valueOf(first));
    expect(await store.describe(place)).toMatchObject({ present: true, version: "1" });
    expect((await store.putIfAbsent(place, valueOf(second))).outcome).toBe("present");
    expect(await storeAs(server, app).read(place)).toBeUndefined();
  });
});

test("a rotation makes a version, and the one before stays readable", async () => {
  const { server, client } = await withKey();
  const store = storeAs(server, operator);
  await store.putNew(place, valueOf(first));
  expect(await store.putNew(place, valueOf(second))).toEqual({ outcome: "written", version: "2" });
  expect([await read(client, id), await read(client, id, 1)]).toEqual([second, first]);
});

test("a regional secret is at its region's endpoint", async () => {
  const server = await start({ location: "europe-west1" });
  const client = as(server, admin);
  const regional = `${parent}/locations/europe-west1`;
  await client.createSecret({ parent: regional, secretId: id, secret: {} });
  const there = { ...place, locator: { ...place.locator, location: "europe-west1" } };
  await storeAs(server, operator).putIfAbsent(there, valueOf(first));
  expect((await storeAs(server, app).read(there))?.reveal()).toBe(first);
});

describe("checksums", () => {
  test("a value that comes otherwise than it was written is asked for again", async () => {
    const { server, client } = await withKey();
    await add(client, id, first);
    let times = 0;
    const store = storeAs(server, app, {}, (sdk) => {
      const access = sdk.accessSecretVersion.bind(sdk) as unknown as (
        ...args: unknown[]
      ) => Promise<[{ payload: { data: Buffer } }]>;
      const changed = async (...args: unknown[]) => {
        const [answer] = await access(...args);
        if (++times === 1) answer.payload.data[0] = 0x58;
        return [answer];
      };
      Object.assign(sdk, { accessSecretVersion: changed });
    });
    expect((await store.read(place))?.reveal()).toBe(first);
    expect(codesOf(server, "AccessSecretVersion")).toEqual(["OK", "OK"]);
  });

  test("a value that arrives otherwise than it was sent is not written", async () => {
    const { server, client } = await withKey();
    const store = storeAs(server, operator, {}, (sdk) => {
      const adding = sdk.addSecretVersion.bind(sdk) as unknown as (
        request: { payload: object },
        ...rest: unknown[]
      ) => Promise<unknown>;
      const changed = ({ payload, ...more }: { payload: object }, ...rest: unknown[]) =>
        adding({ ...more, payload: { ...payload, data: Buffer.from("other") } }, ...rest);
      Object.assign(sdk, { addSecretVersion: changed });
    });
    expect((await refusalOf(store.putNew(place, valueOf(first)))).kind).toBe("damaged");
    expect(await versionsOf(client)).toHaveLength(0);
  });
});

describe("when the service cannot answer", () => {
  const faults = [
    ["RESOURCE_EXHAUSTED", { kind: "throttled" }],
    ["UNAVAILABLE", { kind: "unavailable" }],
    ["cut before", { kind: "cut", when: "before" }],
  ] as const;

  test.each(faults)("%s: a value is written once, by who cannot read it", async (name, fault) => {
    const { server, client } = await withKey();
    const store = storeAs(server, operator);
    const write = failing(server, store, fault);
    const code = fault.kind === "cut" ? "CUT" : name;
    expect(await write).toEqual({ outcome: "written", version: "1" });
    expect(codesOf(server, "AddSecretVersion")).toEqual([code, "OK"]);
    expect(await versionsOf(client)).toHaveLength(1);
    expect(await read(client, id)).toBe(first);
  });

  /** A rotation whose request to add, the second of it, goes wrong. */
  const failing = async (
    server: RunningSecretManager,
    store: KeyStore,
    fault: Parameters<RunningSecretManager["fail"]>[0],
  ): Promise<Written> => {
    const write = store.putNew(place, valueOf(first));
    while (codesOf(server, "ListSecretVersions").length < 1) await sleep(1);
    server.fail(fault);
    return write;
  };

  test("a lost answer is looked after by who may read: there is one version", async () => {
    const { server, client } = await withKey();
    const fault = { kind: "cut", when: "after" } as const;
    expect(await failing(server, storeAs(server, admin), fault)).toEqual({
      ...{ outcome: "written", version: "1" },
    });
    expect(await versionsOf(client)).toHaveLength(1);
  });

  test.each([operator, blind])("a lost answer is uncertain to %s, who cannot read", async (who) => {
    const { server, client } = await withKey();
    const store = storeAs(server, who);
    const write =
      who === blind
        ? (async () => {
            await sleep(1);
            const put = store.putNew(place, valueOf(first));
            while (codesOf(server, "ListSecretVersions").length < 1) await sleep(1);
            server.fail({ kind: "cut", when: "after" });
            return put;
          })()
        : failing(server, store, { kind: "cut", when: "after" });
    const refusal = await refusalOf(write);
    expect([refusal.kind, refusal.fix]).toEqual([
      "uncertain",
      expect.stringContaining("promptsentinel-secrets secrets status --in gcp"),
    ]);
    expect(await versionsOf(client)).toHaveLength(1);
  });

  test.each([...faults, ["cut after", { kind: "cut", when: "after" }] as const])(
    "%s: a read and a look are made again",
    async (_, fault) => {
      const { server, client } = await withKey();
      await add(client, id, first);
      server.fail(fault);
      expect((await storeAs(server, app).read(place))?.reveal()).toBe(first);
      server.fail(fault);
      expect(await storeAs(server, operator).describe(place)).toMatchObject({ present: true });
    },
  );

  test("it comes to an end", async () => {
    const { server, client } = await withKey();
    await add(client, id, first);
    server.fail({ kind: "throttled" }, 50);
    expect((await refusalOf(storeAs(server, app).read(place))).kind).toBe("throttled");
    expect(codesOf(server, "AccessSecretVersion")).toHaveLength(6);
  }, 60_000);
});

describe("refusals", () => {
  test("name the permission that is missing; a look is unknown to who may not look", async () => {
    const { server, client } = await withKey();
    await add(client, id, first);
    const reading = await refusalOf(storeAs(server, operator).read(place));
    expect([reading.kind, reading.message]).toEqual([
      "denied",
      `gcp: ${secretOf(id)}: you do not have secretmanager.versions.access, or there is no such secret (PERMISSION_DENIED); fix: run it as somebody who has it, as the stack's app has, and check that the secret is there`,
    ]);
    const writing = await refusalOf(storeAs(server, app).putNew(place, valueOf(second)));
    expect([writing.kind, writing.message]).toEqual([
      "denied",
      expect.stringContaining("secretmanager.versions.add"),
    ]);
    expect(await storeAs(server, app).describe(place)).toEqual({ present: "unknown" });
    const unseen = await refusalOf(storeAs(server, blind).putIfAbsent(place, valueOf(second)));
    expect(unseen.message).toContain("secretmanager.versions.list");
    expect(await read(client, id)).toBe(first);
  });

  test("of a token that is over say how to sign in, of a secret that is not there how to make it", async () => {
    const server = await start();
    const expired = openWith({ env: {}, dir: "", note: () => undefined }, () =>
      clientOf(server, admin, { token: { expiresIn: -1 } }),
    );
    stores.push(expired);
    const over = await refusalOf(expired.putNew(place, valueOf(first)));
    expect([over.kind, over.fix]).toEqual([
      "unauthenticated",
      expect.stringContaining("gcloud auth application-default login"),
    ]);
    const store = storeAs(server, admin);
    for (const call of [
      store.putIfAbsent(place, valueOf(first)),
      store.putNew(place, valueOf(first)),
    ]) {
      const missing = await refusalOf(call);
      expect([missing.kind, missing.fix]).toEqual([
        "missing",
        expect.stringContaining("pulumi up"),
      ]);
    }
    expect([await store.describe(place), await store.read(place)]).toEqual([
      { present: false },
      undefined,
    ]);
    const nowhere = await refusalOf(store.describe(placeOf("gcp", "openai", {})));
    expect([nowhere.kind, nowhere.message]).toEqual([
      "unavailable",
      expect.stringContaining("GCP_PROJECT_ID: got nothing"),
    ]);
  });
});

describe("first writers at one time", () => {
  /** Writers all of whom have looked before one of them writes. */
  const racing = async (server: RunningSecretManager, who: string, count: number) => {
    const values = Array.from({ length: count }, (_, index) => `${first}-${String(index)}`);
    let waiting = 0;
    let go: () => void = () => undefined;
    const all = new Promise<void>((resolve) => {
      go = resolve;
    });
    const ends = await Promise.all(
      values.map((value) =>
        endOf(
          gated(server, who, () => {
            if (++waiting === count) go();
            return all;
          }).putIfAbsent(place, valueOf(value)),
        ),
      ),
    );
    thrown.push(...ends.filter((end) => end instanceof StoreError));
    const kinds = ends.map((end) => (end instanceof StoreError ? end.kind : end.outcome));
    return { values, kinds };
  };
  /** A writer that has looked, and waits before it writes. */
  const gated = (server: RunningSecretManager, who: string, gate: () => Promise<void>) =>
    storeAs(server, who, {}, (sdk) => {
      const adding = sdk.addSecretVersion.bind(sdk) as unknown as (
        ...args: unknown[]
      ) => Promise<unknown>;
      const waiting = async (...args: unknown[]) => {
        await gate();
        return adding(...args);
      };
      Object.assign(sdk, { addSecretVersion: waiting });
    });
  const count = (kinds: readonly string[], wanted: string): number =>
    kinds.filter((kind) => kind === wanted).length;

  test.each([2, 8])(
    "%d who may read: the lowest number has won, and all others are told",
    async (many) => {
      const { server, client } = await withKey();
      const { values, kinds } = await racing(server, admin, many);
      const winner = await read(client, id, 1);
      expect(values).toContain(winner);
      expect(await read(client, id)).toBe(winner);
      expect([count(kinds, "written"), count(kinds, "present")]).toEqual([1, many - 1]);
      expect(kinds[values.indexOf(winner)]).toBe("written");
    },
  );

  test.each([2, 8])(
    "%d who may not read: one has won, and whoever is on top is told",
    async (many) => {
      const { server, client } = await withKey();
      const { values, kinds } = await racing(server, operator, many);
      const left = await read(client, id);
      expect(kinds[values.indexOf(await read(client, id, 1))]).toBe("written");
      expect(kinds[values.indexOf(left)]).toBe("conflict");
      expect(count(kinds, "written")).toBe(1);
      expect((await storeAs(server, operator).putIfAbsent(place, valueOf(second))).outcome).toBe(
        "present",
      );
      expect(await read(client, id)).toBe(left);
    },
  );

  /** Another's value comes between a look and the write. */
  const between = async (who: string, ...others: readonly string[]) => {
    const { server, client } = await withKey();
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const put = endOf(gated(server, who, () => gate).putIfAbsent(place, valueOf(second)));
    while (codesOf(server, "ListSecretVersions").length < 1) await sleep(1);
    for (const value of others) await add(client, id, value);
    go();
    return { end: await put, client };
  };

  test("whoever may read and came later puts the first one's value back", async () => {
    const { end, client } = await between(admin, first);
    expect(end).toEqual({ outcome: "present" });
    expect(await read(client, id)).toBe(first);
    expect(await versionsOf(client)).toHaveLength(3);
  });

  test.each([admin, operator])("a rotation on top of both stays, by %s", async (who) => {
    const { server, client } = await withKey();
    const rotating = storeAs(server, who, {}, (sdk) => {
      const adding = sdk.addSecretVersion.bind(sdk) as unknown as (
        ...args: unknown[]
      ) => Promise<unknown>;
      const between = async (...args: unknown[]) => {
        await add(client, id, first);
        const made = await adding(...args);
        await add(client, id, "the rotation");
        return made;
      };
      Object.assign(sdk, { addSecretVersion: between });
    });
    expect(await rotating.putIfAbsent(place, valueOf(second))).toEqual({ outcome: "present" });
    expect(await read(client, id)).toBe("the rotation");
    expect(await versionsOf(client)).toHaveLength(3);
  });

  test("the same value twice is no conflict", async () => {
    const { end, client } = await between(admin, second);
    expect(end).toEqual({ outcome: "present" });
    expect(await versionsOf(client)).toHaveLength(2);
  });

  test("whoever may not read and came later says what is there, and the fix", async () => {
    const { end } = await between(operator, first);
    thrown.push(end);
    expect(end).toMatchObject({
      kind: "conflict",
      what: expect.stringMatching(/as version 1; version 2 of this call is the current/) as unknown,
      fix: expect.stringContaining("--rotate") as unknown,
    });
  });
});

/** Whoever a child process of these is, Google's own libraries find out, from a metadata server. */
describe("a process that is killed", () => {
  const program = `
    const { open } = require("./stores/gcp/keyStore");
    const { SecretValue } = require("./stores/secretValue");
    const { placeOf } = require("./test/e2e/support/cloudStores");
    const { text } = require("node:stream/consumers");
    const store = open({ env: process.env, dir: "", note: () => {} });
    text(process.stdin)
      .then((value) => store[process.env.CALL](placeOf("gcp", "openai", process.env), new SecretValue(value)))
      .then(({ outcome }) => console.log(outcome), (error) => { console.log(error.message); process.exitCode = 1; })
      .finally(() => store.close());`;

  /** Kills at the request of that number, before it is done or after. */
  async function killedAt(call: "putIfAbsent" | "putNew", at: number, done: boolean) {
    const { server, client } = await withKey();
    if (call === "putNew") await add(client, id, first);
    const env = {
      ...(await server.envAs(account("operator"))),
      ...{ CALL: call, GCP_PROJECT_ID: projectId, PATH: process.env["PATH"] ?? "" },
    };
    const child = execa("node", ["--import", "tsx", "--eval", program], {
      ...{ env, extendEnv: false, input: second, reject: false },
    });
    let seen = 0;
    decide = (...asked) => {
      const [member] = asked;
      if (member !== operator || ++seen !== at) return allowed(...asked);
      child.kill("SIGKILL");
      return done;
    };
    const { signal, stdout } = await child;
    decide = allowed;
    return { server, client, killed: signal === "SIGKILL", stdout };
  }

  const moments = [
    ["putIfAbsent", 1],
    ["putIfAbsent", 2],
    ["putNew", 1],
    ["putNew", 2],
  ] as const;
  const cases = moments.flatMap(([call, at]) =>
    [false, true].map((done) => [call, at, done] as const),
  );

  test.each(cases)(
    "%s at request %d, done %j: leaves the old or the new, and the next run brings the new",
    async (call, at, done) => {
      const { server, client, killed } = await killedAt(call, at, done);
      expect(killed).toBe(true);
      const left = (await storeAs(server, admin).read(place))?.reveal();
      expect([call === "putNew" ? first : undefined, second]).toContain(left);
      const { outcome } = await storeAs(server, operator)[call](place, valueOf(second));
      expect(outcome).toBe(call === "putIfAbsent" && left === second ? "present" : "written");
      expect(await read(client, id)).toBe(second);
    },
    30_000,
  );

  test("nobody is killed at a request that does not come", async () => {
    const { killed, stdout } = await killedAt("putIfAbsent", 3, true);
    expect([killed, stdout]).toEqual([false, "written"]);
  }, 30_000);
});

describe("by the rehearsed stack's grants", () => {
  test("the operator writes and cannot read, the application reads and cannot write, the rotator both", async () => {
    const rehearsed = decideFor(await recordedUp(max), projects, groups);
    const before = new Date("2026-11-30T00:00:00Z");
    decide = (member, permission, resource) =>
      member === admin || rehearsed(member, permission, resource, before);
    const server = await start({ projectId: "sentinel-prod-4711", projectNumber: "604321987655" });
    const there = placeOf("gcp", "openai", { GCP_PROJECT_ID: "sentinel-prod-4711" });
    await as(server, admin).createSecret({
      ...{ parent: "projects/sentinel-prod-4711", secretId: id },
      secret: { replication: { automatic: {} } },
    });
    const prod = (name: string) =>
      storeAs(server, `serviceAccount:${name}@sentinel-prod-4711.iam.gserviceaccount.com`);
    const operators = storeAs(server, groups["group:platform@promptsentinel.ai"]?.[0] ?? "");
    expect((await operators.putIfAbsent(there, valueOf(first))).outcome).toBe("written");
    expect((await refusalOf(operators.read(there))).kind).toBe("denied");
    const application = prod("promptsentinel-prod-app");
    expect((await application.read(there))?.reveal()).toBe(first);
    expect((await refusalOf(application.putNew(there, valueOf(second)))).kind).toBe("denied");
    expect((await refusalOf(prod("promptsentinel-prod-ci").read(there))).kind).toBe("denied");
    expect((await prod("rotator").putNew(there, valueOf(second))).outcome).toBe("written");
    expect((await application.read(there))?.reveal()).toBe(second);
    expect(await operators.describe(there)).toMatchObject({ present: true, version: "2" });
  });
});

describe("the guide's own loader, in Python", () => {
  const found = findPython("gcp");

  testWith("missing" in found ? found.missing : undefined)(
    "reads what the store wrote",
    async () => {
      if (!("python" in found)) return;
      const { server, client } = await withKey();
      const values = { anthropic: `sk-ant-${second}`, openai: first, gemini: `g-${second}` };
      for (const secret of ["anthropic-api-key", "gemini-api-key"]) await create(client, secret);
      for (const [key, value] of Object.entries(values)) {
        await storeAs(server, operator).putIfAbsent(placed(key), valueOf(value));
      }
      const { stdout } = await execa(found.python, [pythonProgram("gcp_reader")], {
        extendEnv: false,
        env: {
          ...(await server.envAs(account("app"))),
          ...{ GCP_PROJECT_ID: projectId, OTHER_SECRET: "snyk-token" },
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
