import { execFileSync } from "node:child_process";
import { constants } from "node:os";
import { deploymentWords } from "../../../cli/deploymentWords";
import { runChild } from "../../../cli/run/child";
import { withheld } from "../../../cli/run/credentials";
import { fromTerminal, handedOn, handOn } from "../../../cli/run/signals";
import { ofPs, ofStat, standing, type Standing } from "../../../cli/run/terminal";
import { environmentOf, readWanted, wantedOf } from "../../../cli/run/variables";
import { StoreError } from "../../../stores/errors";
import { catalogKeys, guidePlace } from "../../../stores/places";
import { SecretValue } from "../../../stores/secretValue";
import { storeNames, type KeyStore, type Place, type StoreName } from "../../../stores/store";

const places = (store: StoreName) => catalogKeys.map((key) => guidePlace(store, key, {}));
const required = ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY"];
const optional = ["REDIS_PASSWORD", "GDPR_MASTER_KEY"];

/** A store that answers by variable: with a value, with nothing, or with a refusal. */
const storeOf = (
  name: StoreName,
  answers: Readonly<Record<string, string | StoreError>>,
): KeyStore & { readonly asked: readonly string[] } => {
  const asked: string[] = [];
  const read = ({ key }: Place): Promise<SecretValue | undefined> => {
    asked.push(key.env);
    const answer = answers[key.env];
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve(answer === undefined ? undefined : new SecretValue(answer));
  };
  return { name, asked, read } as unknown as KeyStore & { readonly asked: readonly string[] };
};

const refused = (kind: "denied" | "missing" | "unreachable") =>
  new StoreError(kind, "vault", kind, "do something");

describe("the keys that a command is to have", () => {
  const names = (reader: "app" | "ci", isDeployment: boolean) =>
    wantedOf(places("vault"), reader, isDeployment).map(
      ({ place, required }) => `${place.key.env}${required ? "" : "?"}`,
    );

  test("are the reader's, those that a deployment may leave out only where they are", () => {
    expect(names("app", false)).toEqual([...required, ...optional.map((name) => `${name}?`)]);
    expect(names("ci", false)).toEqual(["SNYK_TOKEN"]);
  });

  test("are all required of a deployment that has them", () => {
    expect(names("app", true)).toEqual([...required, ...optional]);
  });
});

describe("reading them", () => {
  const all = Object.fromEntries(required.map((name) => [name, `of the store: ${name}`]));
  const readBy = async (
    name: StoreName,
    answers: Readonly<Record<string, string | StoreError>>,
    env: NodeJS.ProcessEnv = {},
  ) => {
    const store = storeOf(name, answers);
    const wanted = wantedOf(places(name), "app", false);
    const { values, missing, unread } = await readWanted({ store, wanted }, env);
    const read = Object.fromEntries([...values].map(([one, value]) => [one, value.reveal()]));
    return { read, missing, unread, asked: store.asked };
  };

  test.each(storeNames)("by %s does with the caller's own what its loader does", async (name) => {
    const { read, asked } = await readBy(name, all, { OPENAI_API_KEY: "of the caller" });
    const keeps = ["dotenv", "dotenvx"].includes(name);
    expect(read["OPENAI_API_KEY"]).toBe(keeps ? undefined : all["OPENAI_API_KEY"]);
    expect(asked.includes("OPENAI_API_KEY")).toBe(!keeps);
  });

  test("tells which have no value, an empty one and none of a container too", async () => {
    const { read, missing } = await readBy("vault", {
      ...{ ANTHROPIC_API_KEY: "", OPENAI_API_KEY: refused("missing"), GEMINI_API_KEY: "g" },
      REDIS_PASSWORD: refused("missing"),
    });
    expect({ read, missing }).toEqual({
      read: { GEMINI_API_KEY: "g" },
      missing: ["ANTHROPIC_API_KEY", "OPENAI_API_KEY"],
    });
  });

  test("is content with the caller's own where the store has none", async () => {
    const { missing } = await readBy("aws", {}, Object.fromEntries(required.map((n) => [n, "x"])));
    expect(missing).toEqual([]);
  });

  test("by dotenv takes a variable that was set to nothing as it is: its loader would too", async () => {
    const { missing, asked } = await readBy("dotenv", all, { OPENAI_API_KEY: "" });
    expect({ missing, asked }).toEqual({
      missing: ["OPENAI_API_KEY"],
      asked: expect.not.arrayContaining(["OPENAI_API_KEY"]) as string[],
    });
  });

  test("by dotenv goes without a key that may be left out and was set to nothing", async () => {
    const { read, missing } = await readBy(
      "dotenv",
      { ...all, REDIS_PASSWORD: "of the store" },
      { REDIS_PASSWORD: "" },
    );
    expect({ read, missing }).toEqual({ read: all, missing: [] });
  });

  test("goes without a key that may be left out and not read, and says so", async () => {
    const { unread } = await readBy("vault", { ...all, REDIS_PASSWORD: refused("denied") });
    expect(unread).toEqual(["REDIS_PASSWORD"]);
  });

  test.each(["denied", "unreachable"] as const)("fails when a required one is %s", async (kind) => {
    await expect(readBy("vault", { ...all, OPENAI_API_KEY: refused(kind) })).rejects.toMatchObject({
      kind,
    });
  });
});

describe("a command's environment", () => {
  const values = new Map([["OPENAI_API_KEY", new SecretValue("new")]]);
  const env = { OPENAI_API_KEY: "old", VAULT_TOKEN: "t", PATH: "/bin", API_ENV: "staging" };

  test("is the caller's with the keys, without what is withheld", () => {
    expect(environmentOf(env, { values, without: ["VAULT_TOKEN"], apiEnv: "production" })).toEqual({
      ...{ OPENAI_API_KEY: "new", PATH: "/bin", API_ENV: "staging" },
    });
  });

  test("has the deployment's API_ENV where the caller has none", () => {
    const made = environmentOf(env, { values, without: ["API_ENV"], apiEnv: "production" });
    expect(made["API_ENV"]).toBe("production");
  });
});

describe("what is withheld", () => {
  const env = {
    ...{ VAULT_TOKEN: "1", AWS_SECRET_ACCESS_KEY: "1", AWS_REGION: "1", AZURE_CLIENT_SECRET: "1" },
    ...{ AZURE_VAULT_URL: "1", GOOGLE_CREDENTIALS: "1", GOOGLE_APPLICATION_CREDENTIALS: "1" },
    ...{ DOTENV_KEY: "1", DOTENV_PRIVATE_KEY_PRODUCTION: "1", DBUS_SESSION_BUS_ADDRESS: "1" },
    ...{ PROMPTSENTINEL_KEYRING_PASSWORD_FILE: "1", PULUMI_CONFIG_PASSPHRASE: "1", PATH: "1" },
  };

  test.each<[StoreName, readonly string[]]>([
    ["vault", ["VAULT_TOKEN"]],
    ["aws", ["AWS_SECRET_ACCESS_KEY"]],
    ["azure", ["AZURE_CLIENT_SECRET"]],
    ["gcp", ["GOOGLE_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS"]],
    ["keyring", ["PROMPTSENTINEL_KEYRING_PASSWORD_FILE"]],
    ["dotenv", []],
    ["dotenv-vault", ["DOTENV_KEY"]],
    ["dotenvx", ["DOTENV_PRIVATE_KEY_PRODUCTION"]],
  ])("of %s are its own credentials", (method, names) => {
    expect(withheld(env, method, false)).toEqual(names);
    // The backend of the state can be in any of the clouds.
    const clouds = ["aws", "azure", "gcp"].flatMap((one) =>
      Object.keys(env).filter((name) => withheld(env, one as StoreName, false).includes(name)),
    );
    expect([...withheld(env, method, true)].sort()).toEqual(
      [...new Set([...names, ...clouds, "PULUMI_CONFIG_PASSPHRASE"])].sort(),
    );
  });

  test.each<[StoreName, readonly string[]]>([
    ["vault", []],
    ["aws", ["AWS_CONFIG_FILE"]],
    ["azure", ["AZURE_CONFIG_DIR", "SYSTEM_ACCESSTOKEN"]],
    [
      "gcp",
      [
        ...["CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE", "GOOGLE_GHA_CREDS_PATH"],
        ...["CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", "CLOUDSDK_CONFIG"],
      ],
    ],
  ])("of %s are the pipeline's login and what says where files are, too", (method, names) => {
    const login = ["ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL"];
    const set = Object.fromEntries([...names, ...login, "PATH"].map((name) => [name, "1"]));
    expect(withheld(set, method, false)).toEqual([...names, ...login]);
  });

  test("with a stack are those of the state's backend", () => {
    const names = [
      ...["AZURE_STORAGE_KEY", "AZURE_STORAGE_SAS_TOKEN", "AZURE_STORAGE_CONNECTION_STRING"],
      ...["AWS_SESSION_TOKEN", "GOOGLE_CREDENTIALS", "PULUMI_ACCESS_TOKEN"],
    ];
    const set = Object.fromEntries([...names, "AZURE_STORAGE_ACCOUNT"].map((name) => [name, "1"]));
    expect(withheld(set, "dotenv", true)).toEqual(names);
    expect(withheld(set, "dotenv", false)).toEqual([]);
  });
});

describe("where a signal came from", () => {
  const here = (more: Partial<Standing> = {}): Standing => ({
    ...{ hasTerminal: true, inForeground: true, leads: false },
    ...more,
  });
  const behind = here({ inForeground: false });
  const none = here({ hasTerminal: false, inForeground: false });

  test.each<[string, NodeJS.Signals, Standing, Standing, boolean]>([
    ["Ctrl-C", "SIGINT", here(), here(), true],
    ["Ctrl-\\", "SIGQUIT", here(), here(), true],
    ["another size", "SIGWINCH", here(), here(), true],
    ["kill -INT of a job behind", "SIGINT", here(), behind, false],
    ["kill -INT without a terminal", "SIGINT", none, none, false],
    ["kill -TERM", "SIGTERM", here(), here(), false],
    ["kill -USR1", "SIGUSR1", here(), here(), false],
    ["kill -HUP", "SIGHUP", here(), here(), false],
    ["kill -HUP of a service", "SIGHUP", none, none, false],
    ["the end of the connection", "SIGHUP", here(), none, true],
    ["the same of a session's leader", "SIGHUP", here({ leads: true }), none, false],
  ])("%s", (_, signal, start, now, is) => {
    expect(fromTerminal(signal, start, now)).toBe(is);
  });

  test.each<[string, Partial<Standing>]>([
    ["10 (a) b) S 1 10 10 34816 10 4194304", { leads: true, inForeground: true }],
    ["11 (node) S 10 11 10 34816 11 4194304", { leads: false, inForeground: true }],
    ["11 (node) S 10 11 10 34816 10 4194304", { hasTerminal: true, inForeground: false }],
    ["11 (node) S 10 11 11 0 -1 4194304", { hasTerminal: false, inForeground: false, leads: true }],
  ])("Linux: %s", (stat, is) => {
    expect(ofStat(stat)).toMatchObject(is);
  });

  test.each<[string, Partial<Standing>]>([
    ["Ss+  ttys001\n", { hasTerminal: true, leads: true, inForeground: true }],
    ["S    ttys001\n", { hasTerminal: true, leads: false, inForeground: false }],
    ["S+   ??\n", { hasTerminal: false, inForeground: false }],
  ])("ps: %s", (line, is) => {
    expect(ofPs(line)).toMatchObject(is);
  });

  const onLinux = process.platform === "linux" ? test : test.skip;
  onLinux("both say the same of this process", () => {
    const options = ["-o", "stat=,tty=", "-p", String(process.pid)];
    expect(ofPs(execFileSync("ps", options, { encoding: "utf8" }))).toEqual(standing());
  });
});

test("signals are listened to for as long as a command runs", () => {
  const before = handedOn.map((signal) => process.listenerCount(signal));
  const stop = handOn(() => undefined);
  expect(handedOn.map((signal) => process.listenerCount(signal))).toEqual(
    before.map((count) => count + 1),
  );
  stop();
  expect(handedOn.map((signal) => process.listenerCount(signal))).toEqual(before);
});

test("arguments that the system does not take are told", async () => {
  const end = await runChild("true", ["x".repeat(200_000)], {});
  expect(end).toEqual({
    code: 126,
    unstarted: "true: cannot be started (E2BIG); fix: give fewer or shorter arguments",
  });
});

test("every signal that can end a command has a shell's code", () => {
  for (const signal of handedOn) expect(constants.signals[signal]).toBeGreaterThan(0);
});

test.each([
  [{}, ""],
  [{ stack: "dev" }, " --stack dev"],
  [{ file: "w.json" }, " --file w.json"],
  // As the document is read: the file goes before the stack.
  [{ file: "w.json", stack: "dev" }, " --file w.json"],
  [{ file: "-" }, " --file <document>"],
  [{ file: "it's a $(file).json" }, " --file 'it'\\''s a $(file).json'"],
])("the words that name a deployment again: %j", (source, words) => {
  expect(deploymentWords(source)).toBe(words);
});
