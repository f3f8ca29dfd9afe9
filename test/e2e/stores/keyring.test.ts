import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import execa from "execa";
import { projectRoot } from "../../../sandbox/session";
import { isStoreError } from "../../../stores/errors";
import { fingerprint } from "../../../sandbox/fingerprint";
import { open } from "../../../stores/keyring/keyStore";
import { SecretValue } from "../../../stores/secretValue";
import type { KeyStore } from "../../../stores/store";
import { keyringPlace } from "../../fixtures/keyringPlace";
import { leaks } from "../support/canary";
import type { WriterWish } from "../support/keyringWriter";
import { testWith } from "../support/needs";
import { findPython } from "../support/python";
import {
  missingSecretService,
  pythonKeyring,
  startSecretService,
  type PythonWish,
  type SecretServiceSession,
} from "../support/secretService";

const [anthropic, openai] = ["ANTHROPIC_API_KEY", "OPENAI_API_KEY"].map(keyringPlace) as [
  ReturnType<typeof keyringPlace>,
  ReturnType<typeof keyringPlace>,
];
const value = (text: string) => new SecretValue(`sk-ant-keyring-${text}-ümläut-0123456789`);
const printOf = (secret: SecretValue) => fingerprint(secret.reveal());

const found = findPython("keyring");
const missing = missingSecretService() ?? ("missing" in found ? found.missing : undefined);
const withService = testWith(missing);

describe("the keyring of a real Secret Service", () => {
  const sessions: SecretServiceSession[] = [];
  const stores: KeyStore[] = [];
  const notes: string[] = [];

  const session = async (options?: Parameters<typeof startSecretService>[0]) => {
    const made = await startSecretService(options);
    sessions.push(made);
    const store = storeIn(made.env);
    const python = (wish?: PythonWish) =>
      "python" in found
        ? pythonKeyring(found.python, made.env, wish)
        : Promise.reject(new Error(found.missing));
    return { ...made, store, python };
  };
  const storeIn = (env: NodeJS.ProcessEnv): KeyStore => {
    const store = open({ env, dir: ".", note: (text) => notes.push(text) });
    stores.push(store);
    return store;
  };
  const writer = (env: Record<string, string>, wish: WriterWish) => {
    const program = join("test", "e2e", "support", "keyringWriter.ts");
    const options = { extendEnv: false, env, cwd: projectRoot, input: JSON.stringify(wish) };
    return execa("node", ["--import", "tsx", program], options);
  };

  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    for (const one of sessions.splice(0)) await one.stop();
    notes.length = 0;
  });

  withService("gives Python what was written here, as Python writes it", async () => {
    const { store, python } = await session();
    expect(await store.describe(anthropic)).toEqual({ present: false });
    expect(await store.read(anthropic)).toBeUndefined();
    expect(await store.putIfAbsent(anthropic, value("one"))).toEqual({ outcome: "written" });
    await store.putNew(openai, value("two"));
    const ours = await python();
    expect(ours.read).toEqual({
      ANTHROPIC_API_KEY: printOf(value("one")),
      OPENAI_API_KEY: printOf(value("two")),
    });
    // Python writes the same over it: no second item, so the first was found by its attributes.
    const theirs = await python({ set: { ANTHROPIC_API_KEY: value("three").reveal() } });
    expect(theirs.items).toEqual(ours.items);
    expect(theirs.items).toHaveLength(2);
    expect((await store.read(anthropic))?.equals(value("three"))).toBe(true);
    expect((await python({ delete: ["ANTHROPIC_API_KEY"] })).items).toHaveLength(1);
    expect(await store.describe(anthropic)).toEqual({ present: false });
  });

  withService("finds what Python wrote, leaves it, and rotates it in place", async () => {
    const { store, python } = await session();
    const before = Date.now();
    const { items } = await python({ set: { ANTHROPIC_API_KEY: value("python").reveal() } });
    expect((await store.read(anthropic))?.equals(value("python"))).toBe(true);
    expect(await store.putIfAbsent(anthropic, value("late"))).toEqual({ outcome: "present" });
    const { present, writtenAt } = await store.describe(anthropic);
    expect(present).toBe(true);
    expect(Math.abs((writtenAt?.getTime() ?? 0) - before)).toBeLessThan(60_000);
    expect(await store.putNew(anthropic, value("new"))).toEqual({ outcome: "written" });
    const after = await python();
    expect(after.items).toEqual(items);
    expect(after.read).toEqual({ ANTHROPIC_API_KEY: printOf(value("new")) });
  });

  withService("leaves one value where another program wrote under the same names", async () => {
    const { store, python } = await session();
    const attributes = { service: "promptsentinel", username: "ANTHROPIC_API_KEY" };
    await python({
      foreign: [
        { ...attributes, application: "rust-keyring", secret: value("foreign").reveal() },
        { ...attributes, service: "of-others", secret: value("other service").reveal() },
      ],
    });
    expect((await store.read(anthropic))?.equals(value("foreign"))).toBe(true);
    expect(await store.putIfAbsent(anthropic, value("late"))).toEqual({ outcome: "present" });
    await store.putNew(anthropic, value("ours"));
    const { items, read } = await python();
    expect(read).toEqual({ ANTHROPIC_API_KEY: printOf(value("ours")) });
    expect(items.map((item) => item.attributes["service"]).sort()).toEqual([
      "of-others",
      "promptsentinel",
    ]);
  });

  withService("has one winner of first writes at the same time, and loses no key", async () => {
    const { env, python, store } = await session();
    const users = ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "SNYK_TOKEN"];
    const racers = [0, 1].map((n) => ({
      user: users[0] ?? "",
      values: [value(`racer ${String(n)}`).reveal()],
      first: true,
    }));
    const others = users.slice(1).map((user) => ({ user, values: [value(user).reveal()] }));
    const ended = await Promise.all([...racers, ...others].map((wish) => writer(env, wish)));
    const outcomes = ended.slice(0, 2).map(({ stdout }) => stdout);
    expect(outcomes.sort()).toEqual(["present", "written"]);
    const { read, items } = await python();
    expect(Object.keys(read).sort()).toEqual([...users].sort());
    expect(items).toHaveLength(3);
    // In one process, where nothing stands between the looks and the writes.
    await python({ delete: ["ANTHROPIC_API_KEY"] });
    const same = await Promise.all(
      [1, 2, 3, 4].map((n) => storeIn(env).putIfAbsent(anthropic, value(`rival ${String(n)}`))),
    );
    expect(same.filter(({ outcome }) => outcome === "written")).toHaveLength(1);
    expect((await python()).items).toHaveLength(3);
    expect(await store.read(anthropic)).toBeDefined();
  });

  withService("has the old value or the new one after kill -9", async () => {
    const { env, python, store } = await session();
    const values = [value("old"), value("new")];
    await store.putNew(anthropic, value("old"));
    for (const ms of [0, 40, 110, 250]) {
      const wish = { user: "ANTHROPIC_API_KEY", values: values.map((one) => one.reveal()) };
      const child = writer(env, { ...wish, forever: true });
      await new Promise((resolve) => child.stdout?.once("data", resolve));
      await sleep(ms);
      child.kill("SIGKILL");
      await child.catch(() => undefined);
      const { items, read } = await python();
      expect(items).toHaveLength(1);
      expect(values.map(printOf)).toContain(read["ANTHROPIC_API_KEY"]);
      expect(await store.read(anthropic)).toBeDefined();
    }
  });

  withService("tells that it is locked, and what it can tell all the same", async () => {
    const { env, lock, store: first } = await session();
    await first.putNew(anthropic, value("locked"));
    await first.close();
    await lock();
    const store = storeIn(env);
    expect(await store.describe(anthropic)).toEqual({ present: true });
    expect((await store.describe(openai)).present).toBe("unknown");
    for (const refused of [
      store.read(anthropic),
      store.putIfAbsent(openai, value("canary")),
      store.putNew(anthropic, value("canary")),
    ]) {
      const error = await refused.catch((one: unknown) => one);
      expect(isStoreError(error, "denied")).toBe(true);
      expect(String(error)).toContain("fix: unlock it");
      expect(leaks([["error", String(error)]], { canary: value("canary").reveal() })).toEqual([]);
    }
    // Whoever has dismissed a window is not asked again for each key.
    expect(notes).toEqual([expect.stringContaining("unlock the keyring; waiting up to 60 s")]);
  });

  withService("says the three ways out on a bus without a Secret Service", async () => {
    const { store } = await session({ keyring: false });
    for (const refused of [store.describe(anthropic), store.putNew(anthropic, value("canary"))]) {
      const error = await refused.catch((one: unknown) => one);
      expect(isStoreError(error, "unavailable")).toBe(true);
      expect(String(error)).toMatch(
        /keyring not available: .*no Secret Service.*\(1\).*dbus-run-session.*\(2\).*PROMPTSENTINEL_KEYRING=file.*\(3\) use another store/,
      );
    }
  });

  withService("says that nobody answers once the session has ended", async () => {
    const { store, stop } = await session();
    await store.putNew(anthropic, value("before"));
    sessions.length = 0;
    await stop();
    const error = await store.putNew(anthropic, value("canary")).catch((one: unknown) => one);
    expect(isStoreError(error, "unreachable", "uncertain")).toBe(true);
    expect(leaks([["error", String(error)]], { canary: value("canary").reveal() })).toEqual([]);
  });
});
