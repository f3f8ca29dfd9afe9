import fc from "fast-check";
import { parseConfig, type Platforms } from "../../infra/config";
import { ConfigError } from "../../infra/configError";
import { loadStackConfig } from "../../cli/stackConfig";
import { platforms } from "../../stacks/platforms";
import { changed } from "../fixtures/changed";
import { fakePlatform } from "../fixtures/fakePlatform";
import { max, min } from "../fixtures/vault";

/** The problems of a config that must have some. */
function problemsOf(raw: unknown, registry: Platforms = platforms): readonly string[] {
  try {
    parseConfig(raw, registry);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error("this config was taken");
}

describe("legal configs", () => {
  test.each([
    ["dev", ["vault"]],
    ["prod", ["vault", "aws", "azure", "gcp", "kubernetes"]],
  ])("Pulumi.%s.yaml is one", async (stack, names) => {
    const config = await loadStackConfig(stack);
    expect(config.environment.stage).toBe(stack);
    expect(config.platforms.map(({ platform }) => platform.name)).toStrictEqual(names);
  });

  test("the smallest gets the secure defaults", () => {
    const { environment, ci, platforms: enabled } = parseConfig(min, platforms);
    expect(ci).toBeUndefined();
    expect(environment).toMatchObject({ stage: "dev", apiEnv: "development" });
    expect(environment.keys.map(({ id }) => id)).toStrictEqual([
      "anthropic",
      "openai",
      "gemini",
      "snyk",
    ]);
    expect(enabled[0]?.settings).toMatchObject({
      tls: { skipVerify: false },
      kv: { mode: "create", path: "secret", prefix: "promptsentinel", maxVersions: 10 },
      auth: { approle: { mode: "create", path: "approle" } },
      access: {
        app: {
          tokenTtl: 900,
          tokenMaxTtl: 3600,
          approle: { cidrs: ["127.0.0.1/32"], secretIdTtl: 600, secretIdUses: 1 },
        },
      },
      audit: { onMissing: "error" },
    });
  });

  test("the fullest has every key, with its own limits of age and the common tags", () => {
    const { environment } = parseConfig(max, platforms);
    expect(environment.apiEnv).toBe("staging");
    expect(environment.keys.map(({ id, maxAgeDays }) => [id, maxAgeDays])).toStrictEqual([
      ["anthropic", 60],
      ["openai", 90],
      ["gemini", 90],
      ["snyk", 90],
      ["redis", 30],
      ["gdpr", undefined],
    ]);
    expect(environment.tags).toStrictEqual({
      owner: "platform",
      app: "promptsentinel",
      stage: "staging",
      "managed-by": "pulumi",
    });
  });

  test("a tag of the user's cannot replace one of ours", () => {
    const { environment } = parseConfig(changed(min, "tags", { stage: "prod" }), platforms);
    expect(environment.tags["stage"]).toBe("dev");
  });

  test("prod is the application's production", () => {
    const raw = changed(changed(min, "stage", "prod"), "vault.address", "https://10.0.0.5:8200");
    expect(parseConfig(raw, platforms).environment.apiEnv).toBe("production");
  });
});

describe("bad values", () => {
  const consumerKeys = "tokenTtl, tokenMaxTtl, approle, kubernetes, jwt";
  test.each<[string, unknown, string]>([
    [
      "stgae",
      "dev",
      "stgae: unknown setting; allowed here: stage, tags, keys, ci, vault, aws, azure, gcp, kubernetes; fix: rename it to stage",
    ],
    [
      "vault.adress",
      "http://127.0.0.1:8200",
      "vault.adress: unknown setting; allowed here: server, address, namespace, tls, kv, auth, access, audit; fix: rename it to address",
    ],
    [
      "vault.access.app.tokenTTL",
      "5m",
      `vault.access.app.tokenTTL: unknown setting; allowed here: ${consumerKeys}; fix: rename it to tokenTtl`,
    ],
    [
      "vault.zzz",
      1,
      "vault.zzz: unknown setting; allowed here: server, address, namespace, tls, kv, auth, access, audit; fix: remove it",
    ],
    [
      "keys.gemni",
      {},
      "keys.gemni: unknown setting; allowed here: anthropic, openai, gemini, snyk, redis, gdpr; fix: rename it to gemini",
    ],
    [
      "keys.gdpr",
      { enabled: true, maxAgeDays: 30 },
      "keys.gdpr.maxAgeDays: unknown setting; allowed here: enabled; fix: remove it",
    ],
    ["stage", "prd", 'stage: got "prd"; allowed: dev, staging, prod; fix: use prod'],
    ["stage", 7, "stage: got 7; allowed: dev, staging, prod; fix: use one of these"],
    [
      "vault.kv.mode",
      "adopted",
      'vault.kv.mode: got "adopted"; allowed: create, adopt, external; fix: use adopt',
    ],
    ["tags", "x", 'tags: got "x"; expected: a record; fix: correct the value'],
    [
      "keys.redis.enabled",
      "yes",
      'keys.redis.enabled: got "yes"; expected: a boolean; fix: correct the value',
    ],
    [
      "vault.kv.maxVersions",
      "ten",
      'vault.kv.maxVersions: got "ten"; expected: a number; fix: correct the value',
    ],
    [
      "vault.access.operator",
      undefined,
      "vault.access.operator: is missing; expected: an object; fix: add it",
    ],
    [
      "vault.address",
      "ftp://10.0.0.5",
      'vault.address: got "ftp://10.0.0.5"; expected: an http:// or https:// address; fix: correct the value',
    ],
    [
      "vault.access.app.tokenTtl",
      "15 minutes",
      'vault.access.app.tokenTtl: got "15 minutes"; expected: a whole number and a unit: s, m, h or d, such as 15m; fix: correct the value',
    ],
    [
      "vault.access.app.tokenMaxTtl",
      "2d",
      'vault.access.app.tokenMaxTtl: got "2d"; expected: at most 1d; fix: correct the value',
    ],
    [
      "vault.access.app.approle.cidrs",
      [],
      "vault.access.app.approle.cidrs: got []; expected: at least one address range, such as 10.0.0.0/16; fix: correct the value",
    ],
    [
      "vault.kv.path",
      "/secret/",
      'vault.kv.path: got "/secret/"; expected: path segments of a-z, 0-9, _ and -, without a slash at either end; fix: correct the value',
    ],
    [
      "vault.audit.devices",
      { one: { type: "file", path: "/var/log/audit.log" } },
      'vault.audit.devices: got {"one":{"type":"file","path":"/var/log/audit.log"}}; expected: at least 2 devices: a server whose only device fails refuses every request; fix: correct the value',
    ],
  ])("fails %s = %j", (path, value, problem) => {
    expect(problemsOf(changed(min, path, value))).toStrictEqual([problem]);
  });

  test.each([
    ["ci.claims.ref", ["refs/*"], /^ci\.claims\.ref\.0: got .*an exact value; no wildcard/],
    ["ci.apply.ref", ["a,b"], /^ci\.apply\.ref\.0: got "a,b".*no comma/],
    ["vault.access.ci.jwt.claims.ref", ["*"], /^vault\.access\.ci\.jwt\.claims\.ref\.0: got/],
    ["ci.claims", { repository: ["a"] }, /^ci\.claims: .*repository_id, project_id.*renamed/],
    ["ci.apply", {}, /^ci\.apply: .*a pull request cannot apply/],
    ["ci.issuer", "http://issuer.example.com", /^ci\.issuer: .*an https:\/\/ address/],
    ["vault.access.app.kubernetes.namespaces", ["*"], /namespaces\.0: .*no wildcard/],
    ["vault.access.app.kubernetes.serviceAccounts", ["*"], /serviceAccounts\.0: .*no wildcard/],
    ["vault.access.app.approle.cidrs", ["10.0.0.0/33"], /approle\.cidrs\.0/],
    ["vault.access.app.approle.secretIdUses", 0, /approle\.secretIdUses: got 0/],
    ["vault.auth.kubernetes.host", "http://10.0.0.1", /kubernetes\.host: .*an https:\/\/ address/],
    ["vault.audit.devices.one.path", "stdout", /devices\.one\.path: .*an absolute path/],
  ])("fails %s = %j: a looser setting", (path, value, problem) => {
    const problems = problemsOf(changed(max, path, value));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  test("every problem is told at once, each with its path, its value or absence, and its fix", () => {
    const raw = {
      stage: "prd",
      tgas: {},
      keys: { redis: { maxAgeDays: 9999 } },
      vault: { ...(min["vault"] as object), address: 8200, namespace: "A B" },
    };
    const problems = problemsOf(raw);
    expect(problems.map((problem) => problem.split(":")[0]).sort()).toStrictEqual([
      "keys.redis.maxAgeDays",
      "stage",
      "tgas",
      "vault.address",
      "vault.namespace",
    ]);
    for (const problem of problems) {
      expect(problem).toMatch(/: (got .+|is missing|unknown setting); (allowed|expected).*; fix: /);
    }
    expect(new ConfigError(problems).message).toMatch(
      /^the stack's config has 5 problems; nothing was created\n( {2}- .+\n?){5}$/,
    );
  });

  test.each([[undefined], [null], [[]], ["text"], [3]])("fails %j: no config at all", (raw) => {
    expect(problemsOf(raw).join()).toMatch(/^config: (got|is missing).*an object/);
  });

  test("fails when no platform is enabled", () => {
    expect(problemsOf({ stage: "dev" })).toStrictEqual([
      "config: no platform is enabled; allowed: vault, aws, azure, gcp, kubernetes; fix: add a section for one of them",
    ]);
  });

  test("parseConfig throws nothing but ConfigError, whatever it is given", () => {
    const setting = fc.constantFrom(
      "stage",
      "tags",
      "keys.redis",
      "ci",
      "ci.claims",
      "vault",
      "vault.address",
      "vault.access.app",
      "vault.access.app.approle.cidrs",
      "vault.audit.devices",
      "vault.auth.jwt",
    );
    const check = (raw: unknown): void => {
      try {
        parseConfig(raw, platforms);
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
      }
    };
    fc.assert(fc.property(fc.jsonValue(), check), { numRuns: 300 });
    fc.assert(
      fc.property(setting, fc.jsonValue(), (path, value) => {
        check(changed(max, path, value));
      }),
      { numRuns: 300 },
    );
  });
});

describe("a key pasted into the wrong place is never shown", () => {
  const random = fc.stringMatching(/^[A-Za-z0-9]{30,60}$/);
  const key = fc
    .tuple(fc.constantFrom("sk-ant-api03-", "sk-proj-", "AIzaSy", "AQ.", "hvs.", "s."), random)
    .map(([prefix, rest]) => prefix + rest);
  const around = fc.constantFrom<(key: string) => unknown>(
    (text) => text,
    (text) => `ANTHROPIC_API_KEY=${text}`,
    (text) => `first line\n${text}`,
    (text) => `"${text}"`,
    (text) => [text],
    (text) => ({ [text]: text }),
    (text) => ({ value: { inner: text } }),
    (text) => `http://user:${text}@vault.example.com`,
    (text) => `http://vault.example.com/?token=${text}`,
  );
  const place = fc.constantFrom(
    "stage",
    "anthropic",
    "tags",
    "keys.anthropic",
    "keys.anthropic.value",
    "vault.address",
    "vault.token",
    "vault.kv.mode",
    "vault.access.app.approle.cidrs",
    "vault.audit.devices.one.path",
    "ci.issuer",
  );

  test("as a value or in one", () => {
    fc.assert(
      fc.property(place, around, key, (path, wrap, secret) => {
        const raw = changed(max, path, wrap(secret));
        // A tag is any text: nothing tells it from a key, so it is taken.
        fc.pre(path !== "tags" || typeof wrap(secret) !== "object");
        // The fullest config is of a stage that takes no http: address.
        expect(problemsOf(raw).join("\n")).not.toContain(secret);
      }),
      { numRuns: 500 },
    );
  });

  test("as the name of a setting", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("", "vault.", "keys.", "vault.audit.devices."),
        key,
        (at, secret) => {
          const raw = at === "" ? { ...min, [secret]: true } : withName(at.slice(0, -1), secret);
          expect(problemsOf(raw).join("\n")).not.toContain(secret);
        },
      ),
    );
  });

  /** Not by `changed`: a key may hold a dot. */
  const withName = (path: string, name: string): unknown => {
    const parent = path
      .split(".")
      .reduce<unknown>((value, part) => Reflect.get(value as object, part), max);
    return changed(max, path, { ...(parent as object), [name]: 1 });
  };
});

describe("names between platforms", () => {
  const mount = {
    scope: "mount on https://vault.example.com:8200team-a",
    name: "secret/",
    setting: "other.path",
  };

  test("fails when two platforms claim one name at one place", () => {
    const registry = { ...platforms, other: fakePlatform("other", [mount]) };
    expect(problemsOf({ ...max, other: { region: "here" } }, registry)).toStrictEqual([
      "vault.kv.path and other.path: both claim secret/ (mount on https://vault.example.com:8200team-a); fix: give one of them another name",
    ]);
  });

  test("the same name at another place is no collision", () => {
    const elsewhere = { ...mount, scope: "mount on https://10.0.0.5:8200" };
    const registry = { ...platforms, other: fakePlatform("other", [elsewhere]) };
    const config = parseConfig({ ...max, other: { region: "here" } }, registry);
    expect(config.platforms.map(({ platform }) => platform.name)).toStrictEqual(["vault", "other"]);
  });

  test("fails when two login methods have one path", () => {
    expect(problemsOf(changed(max, "vault.auth.jwt.path", "approle"))).toStrictEqual([
      "vault.auth.approle.path and vault.auth.jwt.path: both claim auth/approle/ (mount on https://vault.example.com:8200team-a); fix: give one of them another name",
    ]);
  });

  test("contradictions of all platforms and collisions come together", () => {
    const registry = { ...platforms, other: fakePlatform("other", [mount]) };
    const raw = { ...changed(max, "vault.auth.jwt", undefined), other: { region: "nowhere" } };
    const problems = problemsOf(raw, registry).map((problem) => problem.split(":")[0]);
    expect(problems).toStrictEqual([
      "vault.access.ci.jwt",
      "ci",
      "other.region",
      "vault.kv.path and other.path",
    ]);
  });
});
