import { consumers, type Consumer } from "../../../infra/environment";
import { consumerRules } from "../../../infra/vault/grants";
import { policyDocument } from "../../../infra/vault/policyDocument";
import { vaultArgs } from "../../fixtures/deploy";
import { grantsIn, type Grants } from "../../fixtures/policies";
import { max, min } from "../../fixtures/vault";

const ownToken: Grants = [
  ["auth/token/lookup-self", "read"],
  ["auth/token/renew-self", "update"],
  ["auth/token/revoke-self", "update"],
];

/** With every key on. By hand: what is not here is refused. */
const expected: Readonly<Record<Consumer, Grants>> = {
  app: [
    ...ownToken,
    ["secret/data/promptsentinel/api_keys", "read"],
    ["secret/data/promptsentinel/redis", "read"],
    ["secret/data/promptsentinel/gdpr", "read"],
  ],
  ci: [...ownToken, ["secret/data/promptsentinel/snyk", "read"]],
  // Not gdpr: a new value of it loses data.
  rotator: [
    ...ownToken,
    ["secret/data/promptsentinel/api_keys", "read", "update", "patch"],
    ["secret/subkeys/promptsentinel/api_keys", "read"],
    ["secret/metadata/promptsentinel/api_keys", "read"],
    ["secret/data/promptsentinel/snyk", "read", "update", "patch"],
    ["secret/subkeys/promptsentinel/snyk", "read"],
    ["secret/metadata/promptsentinel/snyk", "read"],
    ["secret/data/promptsentinel/redis", "read", "update", "patch"],
    ["secret/subkeys/promptsentinel/redis", "read"],
    ["secret/metadata/promptsentinel/redis", "read"],
  ],
  operator: [
    ...ownToken,
    ["secret/data/promptsentinel/api_keys", "update", "patch"],
    ["secret/subkeys/promptsentinel/api_keys", "read"],
    ["secret/metadata/promptsentinel/api_keys", "read"],
    ["secret/data/promptsentinel/snyk", "update", "patch"],
    ["secret/subkeys/promptsentinel/snyk", "read"],
    ["secret/metadata/promptsentinel/snyk", "read"],
    ["secret/data/promptsentinel/redis", "update", "patch"],
    ["secret/subkeys/promptsentinel/redis", "read"],
    ["secret/metadata/promptsentinel/redis", "read"],
    ["secret/data/promptsentinel/gdpr", "update", "patch"],
    ["secret/subkeys/promptsentinel/gdpr", "read"],
    ["secret/metadata/promptsentinel/gdpr", "read"],
  ],
  breakGlass: [
    ...ownToken,
    ["secret/data/promptsentinel/api_keys", "read"],
    ["secret/subkeys/promptsentinel/api_keys", "read"],
    ["secret/metadata/promptsentinel/api_keys", "read"],
    ["secret/data/promptsentinel/snyk", "read"],
    ["secret/subkeys/promptsentinel/snyk", "read"],
    ["secret/metadata/promptsentinel/snyk", "read"],
    ["secret/data/promptsentinel/redis", "read"],
    ["secret/subkeys/promptsentinel/redis", "read"],
    ["secret/metadata/promptsentinel/redis", "read"],
    ["secret/data/promptsentinel/gdpr", "read"],
    ["secret/subkeys/promptsentinel/gdpr", "read"],
    ["secret/metadata/promptsentinel/gdpr", "read"],
  ],
};

const policyOf = (consumer: Consumer, raw: unknown): string => {
  const { environment, settings } = vaultArgs(raw);
  return policyDocument(consumerRules(consumer, environment, settings));
};

describe("consumerRules", () => {
  test.each(consumers)("%s may do exactly this", (consumer) => {
    expect(grantsIn(policyOf(consumer, max))).toStrictEqual(expected[consumer]);
  });

  test("the application's document, byte for byte, where only the required keys are on", () => {
    expect(policyOf("app", min)).toBe(`# clients check their token
path "auth/token/lookup-self" {
  capabilities = ["read"]
}

# and renew it
path "auth/token/renew-self" {
  capabilities = ["update"]
}

# and give it back
path "auth/token/revoke-self" {
  capabilities = ["update"]
}

# read the values
path "secret/data/promptsentinel/api_keys" {
  capabilities = ["read"]
}
`);
  });

  test("paths follow the mount and the prefix", () => {
    const vault = max["vault"] as Record<string, unknown>;
    const kv = { mode: "external", path: "team/kv", prefix: "one" };
    expect(grantsIn(policyOf("ci", { ...max, vault: { ...vault, kv } })).at(-1)).toStrictEqual([
      "team/kv/data/one/snyk",
      "read",
    ]);
  });

  test.each(consumers)("%s: no wildcard, no sudo, nothing deleted, no list", (consumer) => {
    for (const [path, ...capabilities] of grantsIn(policyOf(consumer, max))) {
      expect(path).not.toMatch(/[*+]/);
      expect(capabilities).not.toContain("sudo");
      expect(capabilities).not.toContain("delete");
      expect(capabilities).not.toContain("list");
      expect(capabilities).not.toContain("create");
    }
  });

  test("the application never gets the pipeline's key, the pipeline never the application's", () => {
    expect(policyOf("app", max)).not.toContain("snyk");
    expect(policyOf("ci", max)).not.toMatch(/api_keys|redis|gdpr/);
  });

  test("the operator writes and never reads a value", () => {
    const values = grantsIn(policyOf("operator", max)).filter(([path]) => path.includes("/data/"));
    expect(values).toHaveLength(4);
    for (const [, ...capabilities] of values) expect(capabilities).not.toContain("read");
  });
});
