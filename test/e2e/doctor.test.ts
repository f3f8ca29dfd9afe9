import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import execa from "execa";
import type { Check, Status } from "../../cli/doctor/check";
import type { Report } from "../../cli/doctor/report";
import type { Consumer } from "../../infra/environment";
import type { Wiring } from "../../infra/wiring/document";
import { freePort } from "../../sandbox/processes";
import { loginAs } from "../../sandbox/steps/identity";
import { startKeyVault, type RunningKeyVault } from "../../sandbox/standin/keyvault";
import { open } from "../../stores/keyring/keyStore";
import { catalogKeys } from "../../stores/places";
import { SecretValue } from "../../stores/secretValue";
import { record } from "../../stores/vault/client";
import { inTempDir } from "../fixtures/tempDir";
import { startAws, type Aws } from "./support/aws";
import { leaks } from "./support/canary";
import { azLogin } from "./support/cloudStores";
import { putFirst } from "./support/entries";
import { startHarness, wiringOf, type Harness } from "./support/harness";
import { clientOf } from "./support/keyVault";
import { testWith } from "./support/needs";
import { findPython } from "./support/python";
import { missingSecretService, startSecretService } from "./support/secretService";
import { startRecorder, type RecorderOptions } from "./support/recorder";

/** Of this suite alone. */
const random = "D0ct0r-sU1te-4kW8qZ2mLx6VbN9tRy3Hc7Jf5PdAe";
const values = {
  anthropic: `sk-ant-api03-${random}`,
  openai: `sk-proj-${random}`,
  gemini: `AIzaD0ct0r${random}`,
  snyk: `5nyk-${random}`,
  redis: `r3d1s-${random}`,
};
const bin = join(__dirname, "../../cli/bin.mjs");

interface Answer {
  readonly exitCode: number;
  readonly report: Report;
  readonly text: string;
}

/** Everything that was said, to look for values in it. */
const said: string[] = [];
afterEach(() => {
  expect(leaks([["output", said.splice(0).join("\n")]], values)).toStrictEqual([]);
});

/** Asks literally, in JSON and as text, in an empty folder or another. */
async function ask(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  dir?: string,
): Promise<Answer> {
  const run = async (cwd: string, ...more: readonly string[]) => {
    const ended = await execa("node", [bin, "doctor", ...args, ...more], {
      ...{ cwd, extendEnv: false, reject: false, stdin: "ignore", timeout: 120_000 },
      env: { PATH: process.env["PATH"] ?? "", HOME: cwd, ...env },
    });
    said.push(ended.stdout, ended.stderr);
    return ended;
  };
  const both = async (cwd: string): Promise<Answer> => {
    const json = await run(cwd, "--json");
    if (!json.stdout.startsWith("{")) throw new Error(`${json.stdout}\n${json.stderr}`);
    const text = await run(cwd);
    // No colour in a pipe, and nothing beside the report.
    expect(text.stdout).not.toContain("\u001b");
    expect(json.stderr).toBe("");
    expect(text.exitCode).toBe(json.exitCode);
    return {
      exitCode: json.exitCode,
      report: JSON.parse(json.stdout) as Report,
      text: text.stdout,
    };
  };
  return dir === undefined ? inTempDir(both) : both(dir);
}

const find = ({ report }: Answer, check: Check["check"], key?: string): Check => {
  const found = report.checks.find(
    (one) => one.of !== "machine" && one.check === check && (key === undefined || one.key === key),
  );
  if (!found) throw new Error(`no check ${check} ${key ?? ""}: ${JSON.stringify(report.checks)}`);
  return found;
};
const statusOf = (
  answer: Answer,
  ...where: Parameters<typeof find> extends [unknown, ...infer Rest] ? Rest : never
): Status => find(answer, ...where).status;

const failures = ({ report }: Answer): readonly string[] =>
  report.checks
    .filter(({ status }) => status === "failed")
    .map(({ check, message }) => `${check}: ${message}`);

describe("Vault", () => {
  let harness: Harness;
  let wiring: Wiring;
  const tokens = new Map<string, string>();
  const tokenOf = (name: string): string => tokens.get(name) ?? "";

  beforeAll(async () => {
    harness = await startHarness();
    const { stack } = await harness.session();
    wiring = wiringOf((await stack.up()).outputs);
    const platform = wiring.platforms["vault"];
    if (!platform) throw new Error("no vault wiring");
    for (const consumer of ["app", "ci", "operator", "rotator"] satisfies Consumer[]) {
      const client = await loginAs(consumer, platform, {
        administrator: harness.root,
        pipeline: harness.pipeline,
        claims: () => ({ repository_id: ["123456"], environment: ["security-scan"] }),
      });
      tokens.set(consumer, client.connection.token ?? "");
    }
    const { anthropic, openai, gemini, snyk } = values;
    const at = (path: string) => ({ mount: "secret", path: `promptsentinel/${path}` });
    await putFirst(harness.root, at("api_keys"), { anthropic, openai, gemini });
    await putFirst(harness.root, at("snyk"), { token: snyk });
    await putFirst(harness.root, at("redis"), { password: values.redis });
  });
  afterAll(() => harness.stop());

  /** Asks about the dev stack, at an address in place of its own. */
  const about = (
    env: Readonly<Record<string, string>>,
    { address = harness.server.address, change = (one: Wiring): Wiring => one } = {},
  ): Promise<Answer> =>
    inTempDir(async (dir) => {
      const { vault } = wiring.platforms;
      if (!vault) throw new Error("no vault wiring");
      const moved = { ...vault, env: { ...vault.env, VAULT_ADDR: address } };
      const file = join(dir, "wiring.json");
      await writeFile(file, JSON.stringify(change({ ...wiring, platforms: { vault: moved } })));
      return ask(["--file", file], env);
    });

  /** The same through a proxy that writes down what is asked. */
  const recorded = async (options: RecorderOptions, env: Readonly<Record<string, string>>) => {
    const recorder = await startRecorder(harness.server.address, options);
    try {
      return { answer: await about(env, recorder), calls: [...recorder.calls], ca: recorder.ca };
    } finally {
      await recorder.stop();
    }
  };

  test("finds nothing wrong for the application: what it may not see is said, what is not its own is as it should be", async () => {
    const answer = await about({ VAULT_TOKEN: tokenOf("app") });
    expect(failures(answer)).toStrictEqual([]);
    expect(answer.exitCode).toBe(4);
    expect(find(answer, "policy")).toMatchObject({
      status: "ok",
      message: expect.stringMatching(/^app reads what its stack lets it, and no more;/) as string,
    });
    expect(find(answer, "token").message).toMatch(/^1[45] min left, renewable$/);
    expect(statusOf(answer, "key present", "OPENAI_API_KEY")).toBe("ok");
    expect(find(answer, "key present", "SNYK_TOKEN")).toMatchObject({
      status: "ok",
      message: "app is refused, as it should be",
    });
    expect(find(answer, "audit")).toMatchObject({
      status: "not visible to you",
      fix: "have one run `bao audit list -detailed`",
    });
    expect(answer.text).toContain("vault\n  address      ok");
    expect(answer.text).toMatch(/\n\n\d+ ok, 1 not visible to you\n?$/);
  });

  test.each(["operator", "rotator", "ci"])("finds nothing wrong for %s", async (name) => {
    const answer = await about({ VAULT_TOKEN: tokenOf(name) });
    expect(failures(answer)).toStrictEqual([]);
    expect(find(answer, "policy").message).toContain(
      `${name} reads what its stack lets it, and no`,
    );
  });

  test("sees the devices as an administrator, and warns of his token", async () => {
    const answer = await about({ VAULT_TOKEN: harness.server.rootToken });
    expect(answer.exitCode).toBe(0);
    expect(find(answer, "audit")).toMatchObject({ status: "ok", message: "primary, secondary" });
    expect([statusOf(answer, "token"), statusOf(answer, "policy")]).toStrictEqual([
      "warning",
      "warning",
    ]);
  });

  test("reads and changes nothing: every call that it makes", async () => {
    for (const name of ["app", "operator"]) {
      const { answer, calls } = await recorded({}, { VAULT_TOKEN: tokenOf(name) });
      expect(failures(answer)).toStrictEqual([]);
      expect(calls.length).toBeGreaterThan(10);
      const others = calls.filter((call) => !/^(GET|LIST) /.test(call));
      // A question with a body, which changes nothing.
      expect([...new Set(others)]).toStrictEqual(["POST /v1/sys/capabilities-self"]);
    }
  });

  test.each([
    ["there is none", "", "VAULT_TOKEN is not set, and there is no ~/.vault-token"],
    ["it is of another server", "s.none", "the server does not accept the token (403)"],
  ])("says of a token that %s, and skips what needs one", async (_, token, message) => {
    const answer = await about({ VAULT_TOKEN: token });
    expect(answer.exitCode).toBe(1);
    expect(find(answer, "credentials").message).toContain(message);
    expect(find(answer, "credentials").fix).toContain("bao login");
    expect(
      ["address", "clock"].map((one) => statusOf(answer, one as Check["check"])),
    ).toStrictEqual(["ok", "ok"]);
    for (const check of ["token", "policy", "key present", "audit"] as const) {
      expect(find(answer, check)).toMatchObject({ status: "skipped" });
    }
  });

  test("says of a token that has ended, is near its end, or has a number of uses", async () => {
    const made = async (body: object): Promise<string> => {
      const { auth } = await harness.root.ask("POST", "auth/token/create", body);
      return String(record(auth)["client_token"]);
    };
    const policies = [wiring.platforms["vault"]?.identities.app?.name];
    const ended = await made({ policies, ttl: "1h" });
    await harness.root.ask("POST", "auth/token/revoke", { token: ended });
    expect(failures(await about({ VAULT_TOKEN: ended }))[0]).toContain(
      "credentials: the server does not accept",
    );
    const near = await about({
      VAULT_TOKEN: await made({ policies, ttl: "50s", no_default_policy: true }),
    });
    expect(find(near, "token")).toMatchObject({ status: "warning", fix: "`bao token renew`" });
    const few = await made({ policies, ttl: "1h", num_uses: 9, no_default_policy: true });
    const answer = await about({ VAULT_TOKEN: few });
    expect(find(answer, "token").message).toBe("the token is good for 8 more calls");
    expect(find(answer, "key present").message).toBe("the token's last uses are left to you");
    // One for each time it was asked, in JSON and as text.
    const { data } = await harness.root.ask("POST", "auth/token/lookup", { token: few });
    expect(record(data)["num_uses"]).toBe(7);
  });

  test("says when an identity has less or more than its stack gives it", async () => {
    const name = "promptsentinel-dev-app";
    const { data } = await harness.root.ask("GET", `sys/policies/acl/${name}`);
    const before = String(record(data)["policy"]);
    const more = `${before}\npath "secret/metadata/promptsentinel/api_keys" { capabilities = ["read"] }\n`;
    const put = (policy: string) => harness.root.ask("PUT", `sys/policies/acl/${name}`, { policy });
    try {
      await put(more);
      const answer = await about({ VAULT_TOKEN: tokenOf("app") });
      expect(failures(answer)).toStrictEqual([
        "policy: app has more than its stack gives it: read on secret/metadata/promptsentinel/api_keys",
      ]);
      const less = before.replace(
        'path "secret/data/promptsentinel/api_keys"',
        'path "secret/data/other"',
      );
      expect(less).not.toBe(before);
      const asking = `path "sys/capabilities-self" { capabilities = ["update"] }`;
      await put(`${more}${asking}\npath "auth/token/create" { capabilities = ["update"] }\n`);
      expect(failures(await about({ VAULT_TOKEN: tokenOf("app") }))).toStrictEqual([
        "policy: app has more than its stack gives it: read on secret/metadata/promptsentinel/api_keys, update on auth/token/create",
      ]);
      await put(less);
      expect(failures(await about({ VAULT_TOKEN: tokenOf("app") }))[0]).toBe(
        "policy: app misses read on secret/data/promptsentinel/api_keys",
      );
    } finally {
      await put(before);
    }
  });

  test("names the field, the entry and the mount that are meant", async () => {
    const client = harness.root;
    await client.ask("POST", "sys/mounts/kv-of-others", { type: "kv", options: { version: "2" } });
    await client.ask("POST", "sys/mounts/misspelt", { type: "kv", options: { version: "2" } });
    const { anthropic, openai, gemini, snyk } = values;
    const fields = { anthropic_api_key: anthropic, OPENAI: openai, gemini };
    const at = (mount: string, path: string) => ({ mount, path: `promptsentinel/${path}` });
    await putFirst(client, at("misspelt", "api_keys"), fields);
    await putFirst(client, at("misspelt", "snyk-token"), { token: snyk });
    await putFirst(client, at("kv-of-others", "snyk"), { token: snyk });
    const moved = (mount: string) => (one: Wiring) =>
      JSON.parse(
        JSON.stringify(one).replaceAll('"mount":"secret"', `"mount":"${mount}"`),
      ) as Wiring;
    const token = { VAULT_TOKEN: harness.server.rootToken };
    try {
      const answer = await about(token, { change: moved("misspelt") });
      expect(find(answer, "key present", "ANTHROPIC_API_KEY")).toMatchObject({
        status: "failed",
        fix: expect.stringMatching(
          /^`promptsentinel-secrets secrets put anthropic --to vault --file .+wiring\.json`$/,
        ) as string,
      });
      expect(find(answer, "name", "ANTHROPIC_API_KEY").message).toBe(
        'the application looks at misspelt/promptsentinel/api_keys, field anthropic; there is the field "anthropic_api_key"',
      );
      expect(find(answer, "name", "OPENAI_API_KEY").message).toContain(
        'there is the field "OPENAI"',
      );
      expect(find(answer, "name", "SNYK_TOKEN").message).toContain(
        'there is the entry "snyk-token"',
      );
      expect(statusOf(answer, "key present", "GEMINI_API_KEY")).toBe("ok");
      const nowhere = await about(token, { change: moved("kv-of-nobody") });
      expect(nowhere.exitCode).toBe(1);
      expect(find(nowhere, "name", "OPENAI_API_KEY").message).toContain(
        'the same entry in the mount "',
      );
    } finally {
      await client.ask("DELETE", "sys/mounts/misspelt");
      await client.ask("DELETE", "sys/mounts/kv-of-others");
    }
  });

  test.each([
    [30, "ok", 4],
    [-90, "warning", 4],
    [400, "failed", 1],
  ] as const)("compares the clocks: %d s is %s", async (ahead, status, exitCode) => {
    const { answer } = await recorded({ ahead }, { VAULT_TOKEN: tokenOf("app") });
    expect(find(answer, "clock")).toMatchObject({ status });
    expect(find(answer, "clock").message).toMatch(
      new RegExp(
        `^this machine's clock is \\d+ s ${ahead > 0 ? "behind" : "ahead of"} the server's`,
      ),
    );
    expect(answer.exitCode).toBe(exitCode);
  });

  test("gives the token to nobody whose certificate is not trusted", async () => {
    const { answer, calls } = await recorded({ tls: true }, { VAULT_TOKEN: tokenOf("app") });
    expect(find(answer, "tls")).toMatchObject({
      status: "failed",
      fix: "`export VAULT_CACERT=<the PEM file of the authority that signed it>`",
    });
    expect(statusOf(answer, "credentials")).toBe("skipped");
    expect([...new Set(calls)]).toStrictEqual(["GET /v1/sys/health"]);
  });

  test("takes the certificate's authority, and warns of VAULT_SKIP_VERIFY and of an end that is near", async () => {
    const recorder = await startRecorder(harness.server.address, { tls: true });
    try {
      await inTempDir(async (dir) => {
        const file = join(dir, "ca.pem");
        await writeFile(file, recorder.ca ?? "");
        const token = { VAULT_TOKEN: tokenOf("app") };
        const answer = await about({ ...token, VAULT_CACERT: file }, recorder);
        // The certificate of this test is of a day.
        expect(find(answer, "tls")).toMatchObject({ status: "warning" });
        expect(find(answer, "tls").message).toMatch(/^the certificate ends on 20\d\d-/);
        const address = recorder.address.replace("127.0.0.1", "localhost");
        const other = await about({ ...token, VAULT_CACERT: file }, { address });
        expect(find(other, "tls")).toMatchObject({
          ...{ status: "failed", message: "the certificate is of 127.0.0.1" },
          fix: "name the server in VAULT_ADDR as its certificate does",
        });
        expect(statusOf(answer, "key present", "OPENAI_API_KEY")).toBe("ok");
        const skipping = await about({ ...token, VAULT_SKIP_VERIFY: "true" }, recorder);
        expect(find(skipping, "tls")).toMatchObject({ status: "warning" });
        expect(statusOf(skipping, "key present", "OPENAI_API_KEY")).toBe("ok");
      });
    } finally {
      await recorder.stop();
    }
  });

  test("says of an address that nothing is there, or something else, or that it is none", async () => {
    const token = { VAULT_TOKEN: tokenOf("app") };
    const port = await freePort();
    const nothing = await about(token, { address: `http://127.0.0.1:${String(port)}` });
    expect(failures(nothing)).toStrictEqual([
      `address: http://127.0.0.1:${String(port)}: nothing listens there (ECONNREFUSED)`,
    ]);
    const other = await about(token, { address: "http://no-such-host.invalid:8200" });
    expect(failures(other)[0]).toContain("the name does not resolve");
    const none = await about(token, { address: "localhost:8200" });
    expect(find(none, "address")).toMatchObject({ status: "failed" });
    expect(nothing.report.summary.skipped).toBeGreaterThan(5);
  });

  test("says of a server that it is sealed", async () => {
    const sealed = await startHarness({ sealed: true });
    try {
      const answer = await about({ VAULT_TOKEN: "s.any" }, sealed.server);
      expect(failures(answer)).toStrictEqual([`address: ${sealed.server.address} is sealed`]);
      expect(find(answer, "address").fix).toBe("`bao operator unseal`");
      expect(statusOf(answer, "credentials")).toBe("skipped");
    } finally {
      await sealed.stop();
    }
  });
});

describe("AWS", () => {
  const found = findPython("aws");
  const testAws = testWith("missing" in found ? found.missing : undefined);
  let aws: Aws;
  beforeAll(async () => {
    if ("python" in found) aws = await startAws(found.python, "210987654321");
  });
  afterAll(() => ("python" in found ? aws.stop() : undefined));

  /** A call of Secrets Manager in a region. */
  const call = async (region: string, action: string, body: object): Promise<void> => {
    const scope = `Credential=x/20250101/${region}/secretsmanager/aws4_request`;
    const answer = await fetch(aws.env["AWS_ENDPOINT_URL"] ?? "", {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `secretsmanager.${action}`,
        authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=x`,
      },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
  };

  testAws("names the member and the region that are meant, and reads alone", async () => {
    const { anthropic, openai, gemini, snyk } = values;
    await call("eu-central-1", "CreateSecret", {
      Name: "promptsentinel/api-keys",
      SecretString: JSON.stringify({ ANTHROPIC_KEY: anthropic, OPENAI_API_KEY: openai, gemini }),
    });
    await call("us-east-1", "CreateSecret", {
      Name: "promptsentinel/snyk",
      SecretString: JSON.stringify({ SNYK_TOKEN: snyk }),
    });
    const recorder = await startRecorder(aws.env["AWS_ENDPOINT_URL"] ?? "");
    try {
      const answer = await ask(["--method", "aws"], {
        ...aws.env,
        AWS_ENDPOINT_URL: recorder.address,
      });
      expect(answer.exitCode).toBe(1);
      expect(find(answer, "credentials")).toMatchObject({ status: "ok" });
      expect(find(answer, "credentials").message).toMatch(/^account 210987654321, /);
      expect(statusOf(answer, "key present", "OPENAI_API_KEY")).toBe("ok");
      const name = (key: string) => find(answer, "name", key).message;
      expect(name("ANTHROPIC_API_KEY")).toContain('there is the member "ANTHROPIC_KEY"');
      expect(name("GEMINI_API_KEY")).toContain('there is the member "gemini"');
      expect(find(answer, "name", "SNYK_TOKEN")).toMatchObject({
        message: expect.stringContaining("there is a secret of that name in us-east-1") as string,
        fix: expect.stringContaining("export AWS_REGION=us-east-1") as string,
      });
      expect(find(answer, "audit")).toMatchObject({
        status: "failed",
        message: "no trail of CloudTrail records reads",
      });
      const actions = recorder.calls
        .filter((one) => one !== "GET /")
        .map((one) => one.split(" ").at(-1));
      expect(actions.length).toBeGreaterThan(5);
      // STS has its action in the body.
      const reads = /(^|[._])(Get|Describe|List|BatchGet)[A-Z]\w+$|^\/$/;
      expect(actions.filter((one) => !reads.test(one ?? ""))).toStrictEqual([]);
    } finally {
      await recorder.stop();
    }
  });

  testAws("says that there are no credentials, and skips what needs some", async () => {
    const { AWS_ENDPOINT_URL = "" } = aws.env;
    const nobody = {
      AWS_ENDPOINT_URL,
      AWS_REGION: "eu-central-1",
      AWS_EC2_METADATA_DISABLED: "true",
    };
    const answer = await ask(["--method", "aws"], nobody);
    expect(find(answer, "credentials")).toMatchObject({
      status: "failed",
      message: "there are none, or they are not accepted (CredentialsProviderError)",
    });
    expect(statusOf(answer, "key present")).toBe("skipped");
  });
});

describe("Azure, of which the vault is a stand-in", () => {
  let vault: RunningKeyVault;
  beforeEach(async () => {
    vault = await startKeyVault({
      ...{ vaultName: "ps-doctor-0123456789", tenantId: "11111111-2222-4333-8444-555555555555" },
      ...{ authorize: (oid: string) => oid !== nobody, log: () => undefined },
    });
  });
  afterEach(() => vault.stop());
  const reader = "aaaaaaaa-0000-4000-8000-000000000001";
  const nobody = "aaaaaaaa-0000-4000-8000-000000000002";

  test("is asked through the proxy of its client; a name that is meant is found, by reads alone", async () => {
    const admin = clientOf(vault, reader);
    await admin.setSecret("openai-api-key", values.openai);
    await admin.setSecret("anthropic-key", values.anthropic);
    const before = vault.calls.length;
    const answer = await inTempDir(async (dir) =>
      ask(["--method", "azure"], await azLogin(vault, reader, dir), dir),
    );
    expect(answer.exitCode).toBe(1);
    expect(find(answer, "tls").message).toBe("the certificate is good, through the proxy");
    expect(statusOf(answer, "key present", "OPENAI_API_KEY")).toBe("ok");
    expect(find(answer, "name", "ANTHROPIC_API_KEY").message).toBe(
      'the application looks at anthropic-api-key; there is "anthropic-key"',
    );
    expect(find(answer, "audit")).toMatchObject({
      status: "not visible to you",
      fix: expect.stringContaining("az keyvault show --name ps-doctor-0123456789") as string,
    });
    const operations = new Set(vault.calls.slice(before).map(({ operation }) => operation));
    expect([...operations].filter((one) => one && !/^Secret(Get|List)/.test(one))).toStrictEqual(
      [],
    );
    expect(operations.size).toBeGreaterThan(1);
  });

  test("says who may look at nothing", async () => {
    const answer = await inTempDir(async (dir) =>
      ask(["--method", "azure"], await azLogin(vault, nobody, dir), dir),
    );
    expect(answer.exitCode).toBe(1);
    expect(find(answer, "policy").message).toBe("this identity may look at none of the keys");
    expect(statusOf(answer, "key present", "OPENAI_API_KEY")).toBe("not visible to you");
  });
});

describe("the keyring", () => {
  testWith(missingSecretService())(
    "has the user that is meant; locked, it is not asked for values",
    async () => {
      const session = await startSecretService();
      try {
        const store = open({ env: session.env, dir: "", note: () => undefined });
        const put = async (id: string, user: string, value: string): Promise<void> => {
          const key = catalogKeys.find((one) => one.id === id);
          if (!key) throw new Error("no such key");
          const place = { key, locator: { service: "promptsentinel", user } };
          await store.putIfAbsent(place, new SecretValue(value));
        };
        await put("openai", "OPENAI_API_KEY", values.openai);
        await put("gemini", "gemini_api_key", values.gemini);
        await store.close();
        const answer = await ask(["--method", "keyring"], session.env, session.dir);
        expect(answer.exitCode).toBe(1);
        expect(statusOf(answer, "backend")).toBe("ok");
        expect(statusOf(answer, "key present", "OPENAI_API_KEY")).toBe("ok");
        expect(find(answer, "name", "GEMINI_API_KEY").message).toBe(
          "the application looks for user GEMINI_API_KEY of service promptsentinel; there is gemini_api_key of promptsentinel",
        );
        await session.lock();
        const locked = await ask(["--method", "keyring"], session.env, session.dir);
        expect(find(locked, "backend")).toMatchObject({
          ...{ status: "warning", message: "the Secret Service of this session: it is locked" },
        });
      } finally {
        await session.stop();
      }
    },
  );

  test("that is not there has the ways out", async () => {
    const answer = await ask(["--method", "keyring"], {});
    expect(find(answer, "backend").message).toContain("keyring not available");
    expect(find(answer, "backend").fix).toContain("PROMPTSENTINEL_KEYRING=file");
    expect(statusOf(answer, "key present")).toBe("skipped");
  });
});

describe("files", () => {
  const text = [
    `ANTHROPIC_API_KEY=${values.anthropic}`,
    `OPEN_AI_API_KEY=${values.openai}`,
    `gemini_api_key=${values.gemini}`,
  ].join("\n");

  test("a .env that others read, that git takes along, with names that the application does not read", async () => {
    await inTempDir(async (dir) => {
      const git = (...args: readonly string[]) => execa("git", args, { cwd: dir });
      await git("init", "--quiet");
      await writeFile(join(dir, ".env"), text, { mode: 0o644 });
      await chmod(join(dir, ".env"), 0o644);
      const answer = await ask(["--method", "dotenv"], {}, dir);
      expect(answer.exitCode).toBe(1);
      expect(failures(answer)).toStrictEqual([
        "file: .env may be opened by others on this machine",
        "file: .env is not ignored by git: the next `git add .` takes it along",
        ...["OPENAI", "GEMINI"].map(() => "key present: is not there"),
        'name: the application reads OPENAI_API_KEY; there is "OPEN_AI_API_KEY"',
        'name: the application reads GEMINI_API_KEY; there is "gemini_api_key"',
      ]);
      expect(answer.report.checks).toContainEqual(
        expect.objectContaining({ fix: "`chmod 600 .env`" }),
      );
      // The application does not read it, and no deployment says that the pipeline is to have it.
      expect(statusOf(answer, "key present", "SNYK_TOKEN")).toBe("warning");
      await writeFile(join(dir, ".gitignore"), "*.log");
      const ignoring = answer.report.checks.find(({ message }) => message.includes("not ignored"));
      await execa("sh", ["-c", (ignoring?.fix ?? "").replaceAll("`", "")], { cwd: dir });
      expect(await readFile(join(dir, ".gitignore"), "utf8")).toBe("*.log\n.env\n");
      await rm(join(dir, ".gitignore"));
      await git("add", ".env");
      expect(failures(await ask(["--method", "dotenv"], {}, dir))[1]).toBe(
        "file: .env is tracked by git, so its values are in the history",
      );
      await git("rm", "--quiet", "--cached", ".env");
      await chmod(join(dir, ".env"), 0o600);
      await writeFile(join(dir, ".gitignore"), ".env\n");
      await writeFile(
        join(dir, ".env"),
        Object.entries(values)
          .map(
            ([id, value]) =>
              `${id.toUpperCase()}_${id === "snyk" ? "TOKEN" : "API_KEY"}=${value}\n`,
          )
          .join(""),
      );
      const good = await ask(["--method", "dotenv"], {}, dir);
      expect([good.exitCode, failures(good)]).toStrictEqual([0, []]);
    });
  });

  test("a .env with values in the clear where dotenvx is to encrypt them, with a fix that works", async () => {
    await inTempDir(async (dir) => {
      const about = () => ask(["--method", "dotenvx"], {}, dir);
      const none = await about();
      expect(find(none, "file").fix).toBe(
        "`promptsentinel-secrets secrets put <key> --to dotenvx`",
      );
      await writeFile(join(dir, ".env"), `OPENAI_API_KEY=${values.openai}\n`, { mode: 0o644 });
      const answer = await about();
      expect(failures(answer)).toContain("file: .env has values in the clear");
      expect(answer.text).not.toContain("may be committed");
      const { fix = "" } = find(answer, "file");
      expect(fix).toBe("`npx @dotenvx/dotenvx encrypt -f .env`");
      const dotenvx = join(__dirname, "../../node_modules/.bin/dotenvx");
      await execa(dotenvx, fix.replaceAll("`", "").split(" ").slice(2), { cwd: dir });
      await chmod(join(dir, ".env.keys"), 0o600);
      const mended = await about();
      expect(failures(mended).filter((one) => one.startsWith("file"))).toStrictEqual([]);
      expect(statusOf(mended, "key present", "OPENAI_API_KEY")).toBe("ok");
    });
  });

  test("one that cannot be looked at keeps no other from being looked at", async () => {
    await inTempDir(async (dir) => {
      await mkdir(join(dir, ".env"));
      const answer = await ask(
        ["--method", "dotenv", "dotenvx", "keyring"],
        { DOTENV_ENVIRONMENT: "prod-1" },
        dir,
      );
      expect(answer.exitCode).toBe(1);
      expect(failures(answer)).toStrictEqual([
        "file: .env cannot be read (EISDIR)",
        expect.stringContaining('backend: DOTENV_ENVIRONMENT: got "prod-1"'),
        expect.stringContaining("backend: keyring not available"),
      ]);
    });
  });

  test("a .env.vault that nothing opens", async () => {
    await inTempDir(async (dir) => {
      await writeFile(join(dir, ".env.vault"), 'DOTENV_VAULT_PRODUCTION="AAAA"\n');
      const about = () => ask(["--method", "dotenv-vault"], {}, dir);
      expect(find(await about(), "credentials")).toMatchObject({
        status: "failed",
        message: "DOTENV_KEY is not set, and there is no .env.keys: nothing here opens .env.vault",
      });
      await writeFile(join(dir, ".env.keys"), "# none\n", { mode: 0o600 });
      expect(statusOf(await about(), "credentials")).toBe("ok");
    });
  });

  test("a DOTENV_KEY of another shape", async () => {
    await inTempDir(async (dir) => {
      await writeFile(join(dir, ".env.vault"), 'DOTENV_VAULT_PRODUCTION="AAAA"\n');
      const key = "dotenv://:key_1234567890@dotenv.local/vault/.env.vault?environment=production";
      const answer = await ask(["--method", "dotenv-vault"], { DOTENV_KEY: key }, dir);
      expect(find(answer, "credentials")).toMatchObject({
        status: "failed",
        message: expect.stringContaining("expected: dotenv://:key_<64 hex digits>@") as string,
      });
      expect(answer.text).not.toContain("1234567890");
    });
  });

  test("variables that the application and the guide's loader do not know", async () => {
    await inTempDir(async (dir) => {
      await mkdir(join(dir, "none"));
      const answer = await ask([], { SECRET_METHOD: "hashicorp", API_ENV: "prod" }, dir);
      const machine = answer.report.checks.filter(({ of }) => of === "machine");
      expect(machine).toContainEqual(
        expect.objectContaining({ status: "failed", fix: "`export API_ENV=production`" }),
      );
      expect(machine[0]?.message).toContain('SECRET_METHOD: got "hashicorp", which the guide');
      // The loader takes any other word for dotenv, so that is looked at.
      expect(find(answer, "file").of).toBe("dotenv");
    });
  });

  test("is a wrong call with a store that there is not", async () => {
    await expect(ask(["--method", "valut"], {})).rejects.toThrow("fix: use vault");
  });
});
