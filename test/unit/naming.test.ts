import fc from "fast-check";
import { catalog, type KeyDefinition, type Reader } from "../../infra/catalog";
import { keyNames, physicalName } from "../../infra/naming";

/** By hand from the contract with the application: a changed name here is a key that it no longer finds. */
const expected = {
  anthropic: {
    env: "ANTHROPIC_API_KEY",
    vault: { path: "promptsentinel/api_keys", field: "anthropic" },
    aws: { secret: "promptsentinel/api-keys", jsonKey: "ANTHROPIC_API_KEY" },
    azure: "anthropic-api-key",
    gcp: "anthropic-api-key",
    keyring: { service: "promptsentinel", user: "ANTHROPIC_API_KEY" },
  },
  openai: {
    env: "OPENAI_API_KEY",
    vault: { path: "promptsentinel/api_keys", field: "openai" },
    aws: { secret: "promptsentinel/api-keys", jsonKey: "OPENAI_API_KEY" },
    azure: "openai-api-key",
    gcp: "openai-api-key",
    keyring: { service: "promptsentinel", user: "OPENAI_API_KEY" },
  },
  gemini: {
    env: "GEMINI_API_KEY",
    vault: { path: "promptsentinel/api_keys", field: "gemini" },
    aws: { secret: "promptsentinel/api-keys", jsonKey: "GEMINI_API_KEY" },
    azure: "gemini-api-key",
    gcp: "gemini-api-key",
    keyring: { service: "promptsentinel", user: "GEMINI_API_KEY" },
  },
  // Not in the application's entry: who reads that entry reads all of it.
  snyk: {
    env: "SNYK_TOKEN",
    vault: { path: "promptsentinel/snyk", field: "token" },
    aws: { secret: "promptsentinel/snyk", jsonKey: "SNYK_TOKEN" },
    azure: "snyk-token",
    gcp: "snyk-token",
    keyring: { service: "promptsentinel", user: "SNYK_TOKEN" },
  },
  redis: {
    env: "REDIS_PASSWORD",
    vault: { path: "promptsentinel/redis", field: "password" },
    aws: { secret: "promptsentinel/redis", jsonKey: "REDIS_PASSWORD" },
    azure: "redis-password",
    gcp: "redis-password",
    keyring: { service: "promptsentinel", user: "REDIS_PASSWORD" },
  },
  gdpr: {
    env: "GDPR_MASTER_KEY",
    vault: { path: "promptsentinel/gdpr", field: "master_key" },
    aws: { secret: "promptsentinel/gdpr", jsonKey: "GDPR_MASTER_KEY" },
    azure: "gdpr-master-key",
    gcp: "gdpr-master-key",
    keyring: { service: "promptsentinel", user: "GDPR_MASTER_KEY" },
  },
} as const satisfies Record<keyof typeof catalog, ReturnType<typeof keyNames>>;

const define = (env: string, readers: readonly Reader[]): KeyDefinition => ({
  env,
  readers,
  vendor: "self",
  rotation: "staged",
  pattern: /^.{12,}$/,
});

describe("keyNames", () => {
  test.each(Object.entries(expected))("names of %s are the contract's", (id, names) => {
    const key: KeyDefinition | undefined = catalog[id as keyof typeof catalog];
    expect(keyNames(id, key)).toStrictEqual(names);
  });

  test("covers the whole catalogue", () => {
    expect(Object.keys(expected)).toStrictEqual(Object.keys(catalog));
  });

  test("a prefix replaces the first segment where a store has paths, and nothing else", () => {
    expect(keyNames("openai", catalog.openai, "team-a")).toStrictEqual({
      ...expected.openai,
      vault: { path: "team-a/api_keys", field: "openai" },
      aws: { secret: "team-a/api-keys", jsonKey: "OPENAI_API_KEY" },
    });
  });

  test("a key that the application does not read stays out of the shared entry", () => {
    expect(keyNames("scan", define("SCAN_API_KEY", ["ci"])).vault).toStrictEqual({
      path: "promptsentinel/scan",
      field: "api_key",
    });
  });

  test("fails when the variable does not start with the id", () => {
    expect(() => keyNames("claude", catalog.anthropic)).toThrow(
      "catalogue key claude: env ANTHROPIC_API_KEY must start with CLAUDE_; rename the id or the variable",
    );
  });

  test("fails when the id is the shared entry's name", () => {
    expect(() => keyNames("api_keys", define("API_KEYS_OPENAI", ["app"]))).toThrow(
      "catalogue key api_keys: the id is the name of the entry that other keys share; choose another id",
    );
  });

  test("names of distinct keys never collide in any store", () => {
    const id = fc.stringMatching(/^[a-z][a-z0-9]{0,5}(_[a-z0-9]{1,3})?$/);
    const rest = fc.constantFrom("API_KEY", "TOKEN", "KEY", "API_TOKEN", "A_API_KEY");
    const readers = fc.constantFrom<readonly Reader[]>(["app"], ["ci"], ["app", "ci"]);
    const key = fc
      .tuple(id, rest, readers)
      .filter(([name]) => name !== "api_keys")
      .map(([name, end, who]) => ({ name, key: define(`${name.toUpperCase()}_${end}`, who) }));
    fc.assert(
      fc.property(key, key, (one, other) => {
        fc.pre(one.name !== other.name && one.key.env !== other.key.env);
        const [a, b] = [keyNames(one.name, one.key), keyNames(other.name, other.key)];
        for (const store of ["env", "vault", "aws", "azure", "gcp", "keyring"] as const) {
          expect(a[store]).not.toStrictEqual(b[store]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("physicalName", () => {
  test.each([
    ["dev", "app", "promptsentinel-dev-app"],
    ["prod", "breakGlass", "promptsentinel-prod-break-glass"],
    ["staging", "ci-preview", "promptsentinel-staging-ci-preview"],
    ["dev", "audit_log", "promptsentinel-dev-audit-log"],
  ])("%s %s", (stage, thing, name) => {
    expect(physicalName(stage, thing)).toBe(name);
  });
});
