import { inspect } from "node:util";
import { loginAs } from "../../../sandbox/steps/identity";
import { isStoreError, type StoreError } from "../../../stores/errors";
import { catalogKeys, wiringPlaces } from "../../../stores/places";
import { SecretValue } from "../../../stores/secretValue";
import type { KeyStore, Place } from "../../../stores/store";
import { record, VaultClient } from "../../../stores/vault/client";
import { open, openWith } from "../../../stores/vault/keyStore";
import { leaks } from "../support/canary";
import { readEntry } from "../support/entries";
import { startFront, type Front, type Moment, type Watcher } from "../support/front";
import { startHarness, wiringOf, type Harness } from "../support/harness";
import { storeProcess } from "../support/storeProcess";

const quiet = (): void => undefined;
const [key] = catalogKeys;
if (key === undefined) throw new Error("the catalogue is empty");

/** Values by a name that may be shown; each is looked for in every error. */
const values: Record<string, string> = {};
const valueOf = (name: string): SecretValue => {
  values[name] ??= `sk-of-vault-stores-${name}-"<&>`;
  return new SecretValue(values[name]);
};

/** What errors said, for the canary. */
const said: string[] = [];
async function refusalOf(action: Promise<unknown>): Promise<StoreError> {
  const error: unknown = await action.then(
    (done) => new Error(`was not refused: ${inspect(done)}`),
    (reason: unknown) => reason,
  );
  if (!isStoreError(error)) throw error;
  said.push(String(error), inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error));
  return error;
}

describe("keys in a real OpenBao", () => {
  let harness: Harness;
  let front: Front;
  const clients = new Map<string, VaultClient>();
  const opened: KeyStore[] = [];
  let entries = 0;

  /** As one of these, straight or through the front. */
  const as = (who: string, through?: Front): KeyStore => {
    const client = clients.get(who);
    if (client === undefined) throw new Error(`no login of ${who}`);
    const address = through?.address ?? harness.server.address;
    const store = openWith(new VaultClient({ ...client.connection, address }), quiet);
    opened.push(store);
    return store;
  };
  const placeAt = (path: string, field: string, mount = "secret"): Place => ({
    key,
    locator: { mount, path, field },
  });
  /** An entry of its own, declared as the stack does it. */
  const entry = async (): Promise<string> => {
    const path = `t/entry-${String(entries++)}`;
    await harness.root.ask("POST", `secret/metadata/${path}`, {
      ...{ cas_required: true, max_versions: 10 },
    });
    return path;
  };
  const contents = (path: string, version?: number) =>
    readEntry(harness.root, { mount: "secret", path }, version);
  const tokenFor = async (name: string, policy: string): Promise<VaultClient> => {
    await harness.root.ask("PUT", `sys/policies/acl/${name}`, { policy });
    const { auth } = await harness.root.ask("POST", "auth/token/create", {
      ...{ policies: [name], no_default_policy: true },
    });
    return harness.root.as(String(record(auth)["client_token"]));
  };

  beforeAll(async () => {
    harness = await startHarness();
    const { stack } = await harness.session();
    const wiring = wiringOf((await stack.up()).outputs).platforms["vault"];
    if (!wiring) throw new Error("no vault wiring");
    for (const consumer of ["app", "operator", "rotator", "ci"] as const) {
      clients.set(
        consumer,
        await loginAs(consumer, wiring, {
          administrator: harness.root,
          pipeline: harness.pipeline,
          claims: () => ({ repository_id: ["123456"], environment: ["security-scan"] }),
        }),
      );
    }
    for (const place of wiringPlaces(wiring)) places.set(place.key.id, place);
    clients.set("root", harness.root);
    const own = `path "auth/token/lookup-self" { capabilities = ["read"] }`;
    const seeing = `path "secret/subkeys/t/*" { capabilities = ["read"] }
path "secret/metadata/t/*" { capabilities = ["read"] }`;
    const writing = `path "secret/data/t/*" { capabilities = ["update", "patch"] }`;
    // The operator's and the rotator's rights on entries of the tests' own.
    clients.set("writer", await tokenFor("writer", `${own}\n${seeing}\n${writing}`));
    clients.set(
      "changer",
      await tokenFor("changer", `${own}\n${seeing}\n${writing.replace("[", '["read", ')}`),
    );
    clients.set(
      "blind",
      await tokenFor(
        "blind",
        `${own}\n${writing}\npath "secret/metadata/t/*" { capabilities = ["read"] }`,
      ),
    );
    front = await startFront(harness.server.address);
  });
  afterAll(async () => {
    await Promise.all(opened.map((store) => store.close()));
    await front.close();
    await harness.stop();
  });
  afterEach(() => {
    front.watch(undefined);
  });

  const places = new Map<string, Place>();
  const place = (id: string): Place => {
    const found = places.get(id);
    if (found === undefined) throw new Error(`${id}: not in the wiring`);
    return found;
  };

  describe("each identity of the stack does what it must, and is refused the rest", () => {
    test("the operator puts first values one by one, sees that they are there, and reads none", async () => {
      const operator = as("operator");
      expect(await operator.describe(place("anthropic"))).toEqual({ present: false });
      for (const [at, id] of ["anthropic", "openai", "gemini"].entries()) {
        expect(await operator.putIfAbsent(place(id), valueOf(id))).toEqual({
          outcome: "written",
          version: String(at + 1),
        });
      }
      expect(await operator.putIfAbsent(place("openai"), valueOf("openai-2"))).toEqual({
        outcome: "present",
        version: "3",
      });
      const { present, version, writtenAt } = await operator.describe(place("openai"));
      expect({ present, version }).toEqual({ present: true, version: "3" });
      expect(Math.abs(Date.now() - Number(writtenAt))).toBeLessThan(60_000);
      expect((await contents("promptsentinel/api_keys")).fields).toEqual({
        anthropic: values["anthropic"],
        openai: values["openai"],
        gemini: values["gemini"],
      });
      expect(await refusalOf(operator.read(place("openai")))).toMatchObject({ kind: "denied" });
    });

    test("the application reads its keys in one call, and writes none", async () => {
      const app = as("app", front);
      front.watch(undefined);
      const ids = ["anthropic", "openai", "gemini"];
      const read = await Promise.all(ids.map((id) => app.read(place(id))));
      expect(read.map((value) => value?.reveal())).toEqual(ids.map((id) => values[id]));
      expect(front.calls).toEqual(["GET /v1/secret/data/promptsentinel/api_keys"]);
      expect(await app.describe(place("openai"))).toMatchObject({ present: true, version: "3" });
      for (const put of ["putIfAbsent", "putNew"] as const) {
        expect(await refusalOf(app[put](place("redis"), valueOf("redis")))).toMatchObject({
          kind: "denied",
        });
      }
      expect(await refusalOf(app.putNew(place("openai"), valueOf("x")))).toMatchObject({
        kind: "denied",
      });
      expect(await refusalOf(app.read(place("snyk")))).toMatchObject({ kind: "denied" });
      expect(await refusalOf(app.describe(place("snyk")))).toMatchObject({ kind: "denied" });
    });

    test.each(["operator", "rotator"])(
      "%s rotates one key: the others stay, and the version before is readable",
      async (who) => {
        const before = await contents("promptsentinel/api_keys");
        const next = valueOf(`gemini-by-${who}`);
        const written = await as(who).putNew(place("gemini"), next);
        expect(written).toEqual({ outcome: "written", version: String(before.version + 1) });
        const after = await contents("promptsentinel/api_keys");
        expect(after.fields).toEqual({ ...before.fields, gemini: next.reveal() });
        expect((await contents("promptsentinel/api_keys", before.version)).fields).toEqual(
          before.fields,
        );
      },
    );

    test("an entry that is not declared is not the operator's to make: bring the stack up first", async () => {
      const operator = as("operator");
      await harness.root.ask("DELETE", "secret/metadata/promptsentinel/redis");
      const { kind, message } = await refusalOf(
        operator.putIfAbsent(place("redis"), valueOf("redis")),
      );
      expect(kind).toBe("missing");
      expect(message).toContain("pulumi up");
    });
  });

  describe("an entry", () => {
    test("of which no version is left, or none that is alive, has no key; a put makes one", async () => {
      const path = await entry();
      const [writer, changer] = [as("writer"), as("changer")];
      const at = placeAt(path, "a");
      expect(await changer.read(at)).toBeUndefined();
      await writer.putIfAbsent(at, valueOf("first"));
      await harness.root.ask("DELETE", `secret/data/${path}`);
      expect(await writer.describe(at)).toEqual({ present: false });
      expect(await as("blind").describe(at)).toEqual({ present: false });
      expect(await changer.read(at)).toBeUndefined();
      expect(await writer.putIfAbsent(at, valueOf("again"))).toMatchObject({ outcome: "written" });
      await harness.root.ask("PUT", `secret/destroy/${path}`, { versions: [2] });
      expect(await as("blind").describe(at)).toEqual({ present: false });
      expect(await writer.putNew(at, valueOf("third"))).toEqual({
        outcome: "written",
        version: "3",
      });
      expect((await changer.read(at))?.reveal()).toBe(values["third"]);
    });

    test("whose fields nobody may see: the first put is made, a further one says so, --rotate writes", async () => {
      const path = await entry();
      const blind = as("blind");
      expect(await blind.describe(placeAt(path, "a"))).toEqual({ present: false });
      await blind.putIfAbsent(placeAt(path, "a"), valueOf("blind-a"));
      expect(await blind.describe(placeAt(path, "a"))).toMatchObject({ present: "unknown" });
      const { kind, message } = await refusalOf(
        blind.putIfAbsent(placeAt(path, "b"), valueOf("blind-b")),
      );
      expect(kind).toBe("denied");
      expect(message).toContain("--rotate");
      await blind.putNew(placeAt(path, "b"), valueOf("blind-b"));
      expect((await contents(path)).fields).toEqual({
        a: values["blind-a"],
        b: values["blind-b"],
      });
    });

    test("with something that is no text, or empty, is told so and not quoted", async () => {
      const path = await entry();
      await harness.root.ask("POST", `secret/data/${path}`, {
        data: { number: 12, empty: "" },
        options: { cas: 0 },
      });
      const changer = as("changer");
      expect(await refusalOf(changer.read(placeAt(path, "number")))).toMatchObject({
        kind: "damaged",
      });
      expect(await changer.read(placeAt(path, "empty"))).toBeUndefined();
    });

    test("on a mount that is not there, or of version 1, is not written", async () => {
      const root = as("root");
      const nowhere = placeAt("t/x", "a", "nowhere");
      expect(await refusalOf(root.putIfAbsent(nowhere, valueOf("x")))).toMatchObject({
        kind: "missing",
      });
      expect(await refusalOf(root.read(nowhere))).toMatchObject({ kind: "missing" });
      await harness.root.ask("POST", "sys/mounts/old", { type: "kv", options: { version: "1" } });
      const old = placeAt("t/x", "a", "old");
      expect(await refusalOf(root.putIfAbsent(old, valueOf("x")))).toMatchObject({
        kind: "damaged",
      });
      expect((await harness.root.call("GET", "old/data/t/x")).status).toBe(404);
    });
  });

  describe("at one time", () => {
    test("20 processes write 20 fields of an entry, and none is lost", async () => {
      const path = await entry();
      const env = environmentOf("writer");
      const fields = Array.from({ length: 20 }, (_, index) => `field${String(index)}`);
      const all = await Promise.all(
        fields.map((field) => {
          const task = { place: placeAt(path, field), value: valueOf(field).reveal() };
          return storeProcess({ store: "vault", put: "putIfAbsent", ...task }, env);
        }),
      );
      const outcomes = await Promise.all(all.map((one) => one.go()));
      expect(outcomes).toEqual(fields.map(() => "written"));
      const { fields: found, version } = await contents(path);
      expect(found).toEqual(Object.fromEntries(fields.map((field) => [field, values[field]])));
      expect(version).toBe(20);
    });

    test("of 8 that write the first value of one field one wins, and the others leave it", async () => {
      const path = await entry();
      const at = placeAt(path, "a");
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, async (_, index) => {
          const name = `same-${String(index)}`;
          const { outcome } = await as("writer").putIfAbsent(at, valueOf(name));
          return [name, outcome] as const;
        }),
      );
      const winners = outcomes.filter(([, outcome]) => outcome === "written");
      expect(winners).toHaveLength(1);
      expect((await contents(path)).fields["a"]).toBe(values[winners[0]?.[0] ?? ""]);
    });
  });

  const environmentOf = (who: string, through?: Front): Record<string, string> => ({
    VAULT_ADDR: through?.address ?? harness.server.address,
    VAULT_TOKEN: clients.get(who)?.connection.token ?? "",
  });

  /** What a put calls, counted by hand, because jest has to know its tests before any has run. */
  const cuts = [
    ...["subkeys", "mount", "write"].map((what, index) => ({ put: "first", what, index })),
    ...["subkeys", "write"].map((what, index) => ({ put: "further", what, index })),
    ...["subkeys", "write"].map((what, index) => ({ put: "new", what, index })),
  ].flatMap((cut) => (["before", "after"] as const).map((moment) => ({ ...cut, moment })));

  describe("a process that is killed (SIGKILL)", () => {
    test.each(cuts)(
      "$moment the call of $what of a $put put leaves old or new, and a second run converges",
      async ({ put, index, moment, what }) => {
        const path = await entry();
        const at = placeAt(path, "a");
        const name = `killed-${put}-${what}-${moment}`;
        const before: Record<string, string> = {};
        const prepare = async (field: string): Promise<void> => {
          const value = valueOf(`${name}-${field}`);
          await as("writer").putIfAbsent(placeAt(path, field), value);
          before[field] = value.reveal();
        };
        if (put !== "first") await prepare("other");
        if (put === "new") await prepare("a");
        const task = {
          ...({ store: "vault", place: at } as const),
          put: put === "new" ? "putNew" : "putIfAbsent",
          value: valueOf(name).reveal(),
        } as const;
        const child = await storeProcess(task, environmentOf("writer", front));
        front.watch((now, call) => {
          if (now !== moment || call.index !== index) return "pass";
          child.kill();
          return "hang";
        });
        expect(await child.go()).toBeUndefined();
        expect(front.calls).toHaveLength(index + 1);
        const found = await contents(path).catch(() => ({ fields: {} }));
        const done = what === "write" && moment === "after";
        expect(found.fields).toEqual(done ? { ...before, a: values[name] } : before);

        const again = await storeProcess(task, environmentOf("writer"));
        expect(await again.go()).toBe(done && put !== "new" ? "present" : "written");
        expect((await contents(path)).fields).toEqual({ ...before, a: values[name] });
      },
    );
  });

  /** Does something once, to the first write; everything else passes. */
  const once = (moment: Moment, verdict: Awaited<ReturnType<Watcher>>): Watcher => {
    let left = 1;
    return (now, { method }) => {
      if (now !== moment || method === "GET" || left === 0) return "pass";
      left -= 1;
      return verdict;
    };
  };

  describe("a connection that breaks", () => {
    test.each(["writer", "changer"])(
      "before the write came: %s's is done the second time",
      async (who) => {
        const path = await entry();
        front.watch(once("before", "cut"));
        const at = placeAt(path, "a");
        const name = `cut-before-${who}`;
        expect(await as(who, front).putIfAbsent(at, valueOf(name))).toEqual({
          outcome: "written",
          version: "1",
        });
        expect(await contents(path)).toEqual({ fields: { a: values[name] }, version: 1 });
      },
    );

    test.each(["cut", { status: 502 }] as const)(
      "after the write was done (%j): who reads finds it and writes no second time",
      async (verdict) => {
        const path = await entry();
        front.watch(once("after", verdict));
        const value = valueOf("cut-after-changer");
        expect(await as("changer", front).putNew(placeAt(path, "a"), value)).toEqual({
          outcome: "written",
          version: "1",
        });
        expect((await contents(path)).version).toBe(1);
      },
    );

    test("after the write was done: who does not read is told that nobody can tell", async () => {
      const path = await entry();
      front.watch(once("after", "cut"));
      const value = valueOf("cut-after-writer");
      const { kind, message } = await refusalOf(
        as("writer", front).putIfAbsent(placeAt(path, "a"), value),
      );
      expect(kind).toBe("uncertain");
      expect(message).toContain("fix: look at");
      expect((await contents(path)).fields).toEqual({ a: value.reveal() });
    });

    test("after another's write came first: who does not read sees that it was not his, and goes on", async () => {
      const path = await entry();
      let first = true;
      front.watch(async (now, { method }) => {
        if (now !== "before" || method === "GET" || !first) return "pass";
        first = false;
        await as("writer").putIfAbsent(placeAt(path, "b"), valueOf("of-another"));
        return "cut";
      });
      expect(await as("writer", front).putIfAbsent(placeAt(path, "a"), valueOf("of-mine"))).toEqual(
        { outcome: "written", version: "2" },
      );
      expect((await contents(path)).fields).toEqual({
        a: values["of-mine"],
        b: values["of-another"],
      });
    });

    test("for good, from the write on: uncertain, soon", async () => {
      const path = await entry();
      let cut = false;
      front.watch((now, { method }) => {
        cut ||= method !== "GET";
        return cut && now === "before" ? "cut" : "pass";
      });
      const error = await refusalOf(
        as("writer", front).putIfAbsent(placeAt(path, "a"), valueOf("cut-for-good")),
      );
      expect(error.kind).toBe("uncertain");
    });

    test("while it is read: asked again", async () => {
      const path = await entry();
      await as("writer").putIfAbsent(placeAt(path, "a"), valueOf("read-again"));
      front.watch((now, { index }) => (now === "after" && index < 2 ? "cut" : "pass"));
      const value = await as("changer", front).read(placeAt(path, "a"));
      expect(value?.reveal()).toBe(values["read-again"]);
    });
  });

  describe("a server that puts off", () => {
    test.each([
      [429, undefined],
      [503, { errors: ["server is in recovery"] }],
    ])("%d with Retry-After is obeyed, for a look and for a write", async (status, body) => {
      const path = await entry();
      const notes: string[] = [];
      const times = new Map<string, number[]>();
      front.watch((now, call) => {
        if (now !== "before") return "pass";
        const calls = times.get(call.method) ?? [];
        times.set(call.method, [...calls, Date.now()]);
        return calls.length === 0 ? { status, headers: { "retry-after": "1" }, body } : "pass";
      });
      const client = new VaultClient({
        address: front.address,
        token: clients.get("writer")?.connection.token,
      });
      const store = openWith(client, (text) => notes.push(text));
      opened.push(store);
      await store.putIfAbsent(placeAt(path, "a"), valueOf(`put-off-${String(status)}`));
      const [look = [], write = []] = [times.get("GET"), times.get("POST")];
      expect((look[1] ?? 0) - (look[0] ?? 0)).toBeGreaterThanOrEqual(1000);
      expect((write[1] ?? 0) - (write[0] ?? 0)).toBeGreaterThanOrEqual(1000);
      expect(notes).toHaveLength(2);
      expect((await contents(path)).version).toBe(1);
      said.push(...notes);
    });

    test("again and again: an end, that says so", async () => {
      const path = await entry();
      front.watch((now) => (now === "before" ? { status: 429 } : "pass"));
      const error = await refusalOf(as("writer", front).describe(placeAt(path, "a")));
      expect(error.kind).toBe("throttled");
      expect(front.calls).toHaveLength(6);
    });

    test("by the server's own quota (429 without Retry-After) is waited for", async () => {
      const path = await entry();
      await as("writer").putIfAbsent(placeAt(path, "a"), valueOf("quota"));
      await harness.root.ask("POST", "sys/quotas/rate-limit/tests", {
        ...{ path: "secret/", rate: 2, interval: "1s" },
      });
      try {
        const app = as("changer");
        for (let asked = 0; asked < 4; asked++) {
          expect((await app.read(placeAt(path, "a")))?.reveal()).toBe(values["quota"]);
        }
      } finally {
        await harness.root.ask("DELETE", "sys/quotas/rate-limit/tests");
      }
    });
  });

  describe("a server that does not serve", () => {
    test.each([
      ["sealed", { status: 503, body: { errors: ["Vault is sealed"] } }, "unseal"],
      [
        "a standby",
        {
          status: 307,
          headers: { location: "https://user:word@active.example.com:8200/v1/secret/data/x?y=z" },
        },
        "https://active.example.com:8200",
      ],
      ["a standby without a word", { status: 473 }, "active node"],
    ] as const)("%s: told at once, and the token goes nowhere else", async (_, verdict, fix) => {
      front.watch(() => verdict);
      const path = await entry();
      const { kind, message } = await refusalOf(
        as("writer", front).putNew(placeAt(path, "a"), valueOf("unserved")),
      );
      expect(kind).toBe("unreachable");
      expect(message).toContain(fix);
      expect(message).not.toContain("word@");
      expect(front.calls).toHaveLength(1);
    });

    test("nobody listens: told at once", async () => {
      const store = open({
        env: { VAULT_ADDR: "http://127.0.0.1:1", VAULT_TOKEN: "t" },
        ...{ dir: "", note: quiet },
      });
      const begun = Date.now();
      const error = await refusalOf(store.putNew(placeAt("t/x", "a"), valueOf("unheard")));
      expect(error.kind).toBe("unreachable");
      expect(Date.now() - begun).toBeLessThan(1000);
      await store.close();
    });
  });

  describe("a token", () => {
    test("that has ended is told from one that may not", async () => {
      const path = await entry();
      const client = await tokenFor(
        "short",
        `path "auth/token/lookup-self" { capabilities = ["read"] }`,
      );
      const store = openWith(client, quiet);
      opened.push(store);
      const at = placeAt(path, "a");
      expect(await refusalOf(store.read(at))).toMatchObject({ kind: "denied" });
      await harness.root.ask("POST", "auth/token/revoke", { token: client.connection.token });
      for (const call of [
        () => store.read(at),
        () => store.describe(at),
        () => store.putNew(at, valueOf("late")),
      ]) {
        expect(await refusalOf(call())).toMatchObject({ kind: "unauthenticated" });
      }
    });

    test("that is not there is asked for", async () => {
      const store = open({
        env: { VAULT_ADDR: harness.server.address, HOME: "/nonexistent" },
        ...{ dir: "", note: quiet },
      });
      const { kind, message } = await refusalOf(store.describe(placeAt("t/x", "a")));
      expect(kind).toBe("unauthenticated");
      expect(message).toContain("VAULT_TOKEN");
      await store.close();
    });
  });

  test("no error says a value or a token, in any form", () => {
    expect(said.length).toBeGreaterThan(60);
    const tokens = Object.fromEntries(
      [...clients].map(([who, { connection }]) => [`token of ${who}`, connection.token ?? ""]),
    );
    expect(
      leaks(
        said.map((text, index) => [`message ${String(index)}`, text]),
        { ...values, ...tokens },
      ),
    ).toEqual([]);
  });
});
