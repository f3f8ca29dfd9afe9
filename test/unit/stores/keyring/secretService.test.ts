import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { isStoreError, type StoreErrorKind } from "../../../../stores/errors";
import { open } from "../../../../stores/keyring/keyStore";
import { openSecretService, serviceLimits } from "../../../../stores/keyring/secretService";
import { SecretValue } from "../../../../stores/secretValue";
import { keyringPlace } from "../../../fixtures/keyringPlace";
import {
  startStandin,
  type Standin,
  type StandinBehaviour,
} from "../../../fixtures/secretServiceStandin";
import { inTempDir } from "../../../fixtures/tempDir";

const anthropic = keyringPlace("ANTHROPIC_API_KEY");
const canary = new SecretValue("sk-ant-standin-canary-0123456789");
const short = { ...serviceLimits, answer: 0.4, prompt: 0.3 };
const running: Standin[] = [];
const notes: string[] = [];

/** A store on a stand-in, with little patience. */
async function setUp(changes: Partial<StandinBehaviour> = {}) {
  const standin = await startStandin(changes);
  running.push(standin);
  const options = { env: standin.env, dir: ".", note: (text: string) => notes.push(text) };
  const store = openSecretService(options, short);
  return { ...standin, store };
}

async function refusalOf(
  action: Promise<unknown>,
  ...kinds: readonly StoreErrorKind[]
): Promise<string> {
  const error = await action.then(
    () => "it was not refused",
    (one: unknown) => one,
  );
  expect([String(error), isStoreError(error, ...kinds)]).toEqual([String(error), true]);
  expect(String(error)).not.toContain(canary.reveal());
  expect(JSON.stringify(error)).not.toContain(canary.reveal());
  return String(error);
}

afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
  notes.length = 0;
});

describe("a Secret Service that is a stand-in", () => {
  test("without encryption of its own gets values as they are", async () => {
    const { store, items, calls } = await setUp();
    expect(await store.putIfAbsent(anthropic, canary)).toEqual({ outcome: "written" });
    expect([...items.values()]).toEqual([
      {
        value: canary.reveal(),
        attributes: {
          application: "Python keyring library",
          service: "promptsentinel",
          username: "ANTHROPIC_API_KEY",
        },
      },
    ]);
    expect((await store.read(anthropic))?.equals(canary)).toBe(true);
    expect(await store.describe(anthropic)).toEqual({
      present: true,
      writtenAt: new Date(1_700_000_000_000),
    });
    // The encrypted way was asked for first, and once.
    expect(calls.filter((call) => call === "OpenSession")).toHaveLength(2);
    await store.close();
  });

  test("is unlocked at its own prompt, once for all keys", async () => {
    const { store, calls, behaviour } = await setUp({ locked: true, prompt: "accept" });
    expect(await store.describe(anthropic)).toEqual({ present: "unknown" });
    expect(behaviour.locked).toBe(true);
    await Promise.all([store.read(anthropic), store.putNew(anthropic, canary)]);
    expect(calls.filter((call) => call === "Prompt")).toHaveLength(1);
    expect((await store.read(anthropic))?.equals(canary)).toBe(true);
    await store.close();
  });

  test("gets a default keyring at its own prompt for a write, and none for a read", async () => {
    const { store, calls, items } = await setUp({ hasDefault: false, prompt: "accept" });
    expect(await store.read(anthropic)).toBeUndefined();
    expect(await store.describe(anthropic)).toEqual({ present: false });
    expect(calls).not.toContain("CreateCollection");
    await store.putIfAbsent(anthropic, canary);
    expect(items.size).toBe(1);
    await store.close();
  });

  test.each(["dismiss", "silent"] as const)("stays locked: %s", async (prompt) => {
    const { store, calls, items } = await setUp({ locked: true, prompt });
    const message = await refusalOf(store.putNew(anthropic, canary), "denied");
    expect(message).toMatch(prompt === "silent" ? /nobody answered in 0.3 s/ : /was dismissed/);
    expect(message).toContain("gnome-keyring-daemon --unlock");
    expect(calls.includes("Dismiss")).toBe(prompt === "silent");
    expect(items.size).toBe(0);
    await store.close();
  });

  test("answers are lost: a write that was done is seen, whether first or not", async () => {
    const { store, items } = await setUp({ create: "lost" });
    expect(await store.putIfAbsent(anthropic, canary)).toEqual({ outcome: "written" });
    const next = new SecretValue("sk-ant-standin-next-0123456789");
    expect(await store.putNew(anthropic, next)).toEqual({ outcome: "written" });
    expect([...items.values()].map(({ value }) => value)).toEqual([next.reveal()]);
    await store.close();
  });

  test("the connection ends while it writes: a write that was done is seen", async () => {
    const { store, items, calls } = await setUp({ create: "lost" });
    const writing = store.putIfAbsent(anthropic, canary);
    while (!calls.includes("CreateItem")) await new Promise((resolve) => setTimeout(resolve, 5));
    await store.close();
    expect(await writing).toEqual({ outcome: "written" });
    expect([...items.values()].map(({ value }) => value)).toEqual([canary.reveal()]);
  });

  test("answers are lost: a write that was not done is a failure, and not uncertain", async () => {
    const { store } = await setUp({ create: "deaf" });
    await refusalOf(store.putNew(anthropic, canary), "unreachable");
    await store.close();
  });

  test("answers are lost: uncertain where nobody can look", async () => {
    const { store, behaviour } = await setUp({ create: "lost" });
    const writing = store.putNew(anthropic, canary);
    await new Promise((resolve) => setTimeout(resolve, 150));
    behaviour.search = "deaf";
    const message = await refusalOf(writing, "uncertain");
    expect(message).toContain("secrets status");
    await store.close();
  });

  test("says nothing of what a refusal quotes", async () => {
    const { store } = await setUp({ create: "refused" });
    expect(await refusalOf(store.putNew(anthropic, canary), "denied")).toContain("it is locked");
    await store.close();
  });
});

describe("a machine without a keyring", () => {
  const storeWith = (env: NodeJS.ProcessEnv) =>
    openSecretService({ env, dir: ".", note: (text) => notes.push(text) }, short);

  test("has no bus: three ways out", async () => {
    const store = open({ env: {}, dir: ".", note: (text) => notes.push(text) });
    const message = await refusalOf(store.read(anthropic), "unavailable");
    expect(message).toMatch(
      /^StoreError: keyring: keyring not available: there is no D-Bus session/,
    );
    expect(message).toMatch(
      /\(1\) start a Secret Service.*\(2\).*PROMPTSENTINEL_KEYRING=file.*\(3\)/,
    );
    await store.close();
  });

  test("names a bus that is not there", async () => {
    await inTempDir(async (dir) => {
      const store = storeWith({ DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(dir, "none")}` });
      expect(await refusalOf(store.putNew(anthropic, canary), "unavailable")).toContain(
        "does not answer",
      );
      await store.close();
    });
  });

  test.each([
    ["hangs", () => undefined],
    [
      "refuses",
      (write: (text: string) => void) => {
        write("REJECTED NONE\r\n");
      },
    ],
  ] as const)("has a bus that %s, at systemd's place", async (_, answer) => {
    await inTempDir(async (dir) => {
      const server: Server = createServer((socket) => {
        socket.on("error", () => undefined);
        socket.on("data", () => {
          answer((text) => socket.write(text));
        });
      });
      await new Promise<void>((resolve) => server.listen(join(dir, "bus"), resolve));
      const store = storeWith({ XDG_RUNTIME_DIR: dir });
      await refusalOf(store.describe(anthropic), "unavailable");
      await store.close();
      await new Promise((resolve) => server.close(resolve));
    });
  });
});
