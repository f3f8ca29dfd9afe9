import { isStoreError } from "../../../../stores/errors";
import { openNative, type NativeKeyring } from "../../../../stores/keyring/native";
import { SecretValue } from "../../../../stores/secretValue";
import { keyringPlace } from "../../../fixtures/keyringPlace";

const [anthropic, openai] = [keyringPlace("ANTHROPIC_API_KEY"), keyringPlace("OPENAI_API_KEY")];
const canary = new SecretValue("sk-ant-native-canary-0123456789");
const service = "promptsentinel";

/**
 * A stand-in for @napi-rs/keyring, by its sources: on Windows an entry has a target, and making one by its target
 * writes an empty value; on macOS it has a service and an account.
 */
function standin(system: "windows" | "macos", failing = false) {
  const entries = new Map<string, { account: string; password: string }>();
  const fail = (text: string) => {
    if (failing) throw new Error(`the library says ${text}`);
  };
  class AsyncEntry {
    constructor(
      readonly service: string,
      readonly user: string,
      readonly target = system === "windows" ? `${user}.${service}` : `${service}/${user}`,
    ) {}
    static withTarget(target: string, of: string, user: string) {
      entries.set(target, { account: user, password: "" });
      return new AsyncEntry(of, user, target);
    }
    getPassword() {
      return Promise.resolve(entries.get(this.target)?.password ?? null);
    }
    setPassword(password: string) {
      fail(password);
      entries.set(this.target, { account: this.user, password });
      return Promise.resolve();
    }
  }
  const keyring: NativeKeyring = {
    AsyncEntry,
    findCredentialsAsync: (_, target) => {
      const entry = entries.get(target);
      return Promise.resolve(entry ? [entry] : []);
    },
  };
  const options = { env: {}, dir: ".", note: () => undefined };
  const platform = system === "windows" ? "win32" : "darwin";
  return { entries, store: openNative(options, platform, () => Promise.resolve(keyring)) };
}

describe("the keyring of macOS, as its documentation has it", () => {
  test("has the service and the account that Python asks for", async () => {
    const { entries, store } = standin("macos");
    expect(await store.putIfAbsent(anthropic, canary)).toEqual({ outcome: "written" });
    expect(await store.putIfAbsent(anthropic, new SecretValue("late"))).toEqual({
      outcome: "present",
    });
    expect([...entries.keys()]).toEqual(["promptsentinel/ANTHROPIC_API_KEY"]);
    expect((await store.read(anthropic))?.equals(canary)).toBe(true);
    expect(await store.describe(openai)).toEqual({ present: false });
  });
});

describe("the keyring of Windows, as its documentation has it", () => {
  test("has each user where Python looks for several of one service", async () => {
    const { entries, store } = standin("windows");
    await store.putIfAbsent(anthropic, canary);
    await store.putNew(openai, new SecretValue("two"));
    expect([...entries.keys()]).toEqual([
      `ANTHROPIC_API_KEY@${service}`,
      `OPENAI_API_KEY@${service}`,
    ]);
    expect((await store.read(openai))?.reveal()).toBe("two");
  });

  test("reads and writes the user whom Python wrote last at the service's own name", async () => {
    const { entries, store } = standin("windows");
    entries.set(service, { account: "ANTHROPIC_API_KEY", password: "python's" });
    entries.set(`ANTHROPIC_API_KEY@${service}`, {
      account: "ANTHROPIC_API_KEY",
      password: "older",
    });
    expect((await store.read(anthropic))?.reveal()).toBe("python's");
    expect(await store.read(openai)).toBeUndefined();
    expect(await store.putIfAbsent(anthropic, canary)).toEqual({ outcome: "present" });
    await store.putNew(anthropic, canary);
    await store.putNew(openai, new SecretValue("two"));
    expect(entries.get(service)).toEqual({
      account: "ANTHROPIC_API_KEY",
      password: canary.reveal(),
    });
    expect(entries.get(`OPENAI_API_KEY@${service}`)?.password).toBe("two");
  });

  test("empties nothing by reading, and takes an empty value for none", async () => {
    const { entries, store } = standin("windows");
    entries.set(`ANTHROPIC_API_KEY@${service}`, { account: "ANTHROPIC_API_KEY", password: "" });
    expect(await store.describe(anthropic)).toEqual({ present: false });
    entries.set(`ANTHROPIC_API_KEY@${service}`, { account: "ANTHROPIC_API_KEY", password: "x" });
    await store.read(anthropic);
    await store.describe(anthropic);
    expect(entries.get(`ANTHROPIC_API_KEY@${service}`)?.password).toBe("x");
  });
});

test("a refusal of a native keyring leaves the end open, and quotes nothing", async () => {
  const error: unknown = await standin("macos", true)
    .store.putNew(anthropic, canary)
    .catch((one: unknown) => one);
  expect(isStoreError(error, "uncertain")).toBe(true);
  expect(String(error)).not.toContain(canary.reveal());
});

test("a system for which the library has no build has no keyring", async () => {
  const options = { env: {}, dir: ".", note: () => undefined };
  const store = openNative(options, "win32", () => Promise.reject(new Error("no binding")));
  await expect(store.read(anthropic)).rejects.toThrow(
    /keyring not available: @napi-rs\/keyring has no build.*\(3\)/,
  );
});

test("the library is loaded as it is on this machine", async () => {
  const { AsyncEntry, findCredentialsAsync } = await import("@napi-rs/keyring");
  expect([typeof AsyncEntry.withTarget, typeof findCredentialsAsync]).toEqual([
    "function",
    "function",
  ]);
});
