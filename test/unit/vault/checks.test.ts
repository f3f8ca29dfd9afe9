import { claims, contradictions } from "../../../infra/vault/checks";
import { parseConfig } from "../../../infra/config";
import { platforms } from "../../../stacks/platforms";
import { changed } from "../../fixtures/changed";
import { vaultArgs } from "../../fixtures/deploy";
import { max, min } from "../../fixtures/vault";

const prod = changed(max, "stage", "prod");
const range = { cidrs: ["10.0.0.0/16"] };

/** Each row: a legal config, one change, and the contradiction that it makes. */
const cases: readonly (readonly [string, Record<string, unknown>, string, unknown, string])[] = [
  [
    "http in prod",
    changed(prod, "vault.auth.kubernetes.mode", "external"),
    "vault.address",
    "http://10.0.0.5:8200",
    'vault.address: got "http://10.0.0.5:8200"; prod takes https:// only; fix: give the server a certificate and use https://',
  ],
  [
    "http in prod, on loopback too",
    prod,
    "vault.address",
    "http://127.0.0.1:8200",
    'vault.address: got "http://127.0.0.1:8200"; prod takes https:// only; fix: give the server a certificate and use https://',
  ],
  [
    "http beyond loopback",
    min,
    "vault.address",
    "http://10.0.0.5:8200",
    'vault.address: got "http://10.0.0.5:8200"; anything but loopback takes https:// only; fix: give the server a certificate and use https://',
  ],
  [
    "unverified certificates in prod",
    prod,
    "vault.tls.skipVerify",
    true,
    "vault.tls.skipVerify: got true; prod verifies certificates; fix: set vault.tls.caCertFile to the authority's PEM file instead",
  ],
  [
    "the whole internet in prod",
    prod,
    "vault.access.app.approle.cidrs",
    ["10.0.0.0/16", "0.0.0.0/0", "::/0"],
    "vault.access.app.approle.cidrs: got 0.0.0.0/0, ::/0; prod takes ranges narrower than everything; fix: name the addresses that log in",
  ],
  [
    "the whole internet for break-glass in prod",
    prod,
    "vault.access.breakGlass.approle.cidrs",
    ["0.0.0.0/0"],
    "vault.access.breakGlass.approle.cidrs: got 0.0.0.0/0; prod takes ranges narrower than everything; fix: name the addresses that log in",
  ],
  [
    "a consumer without a login",
    min,
    "vault.access.ci",
    {},
    "vault.access.ci: has no login; allowed: approle, kubernetes, jwt; fix: add at least one of them",
  ],
  [
    "a login method that is off",
    min,
    "vault.auth",
    { kubernetes: { host: "https://10.0.0.1:6443" } },
    "vault.access.app.approle: uses a login method that is not enabled; fix: add vault.auth.approle",
  ],
  [
    "a token that outlives its own bound",
    min,
    "vault.access.app.tokenTtl",
    "90m",
    "vault.access.app.tokenTtl: got 90m, longer than tokenMaxTtl 1h; fix: lower tokenTtl or raise tokenMaxTtl",
  ],
  [
    "a consumer without a key",
    changed(min, "keys.snyk", { enabled: false }),
    "vault.access.ci",
    { approle: range },
    "vault.access.ci: there is no key for it; fix: remove the section or enable a key for it",
  ],
  [
    "a pipeline that Vault has no method for",
    changed(max, "vault.access.ci", undefined),
    "vault.auth.jwt",
    undefined,
    "ci: Vault trusts a pipeline through the jwt login method, which is not enabled; fix: add vault.auth.jwt or remove the ci section",
  ],
  [
    "a method for a pipeline that nobody names",
    changed(max, "vault.access.ci", undefined),
    "ci",
    undefined,
    "vault.auth.jwt: nobody says whose tokens to trust; fix: add the ci section or remove vault.auth.jwt",
  ],
  [
    "a jwt login without anybody to trust",
    max,
    "ci",
    undefined,
    "vault.access.ci.jwt: needs to know whose tokens to trust; fix: add the ci section",
  ],
];

/** Like `parseConfig` without its refusal: what the platform itself says. */
function said(raw: Record<string, unknown>): readonly string[] {
  const quiet = { ...platforms.vault, contradictions: () => [] };
  const { environment, ci, platforms: enabled } = parseConfig(raw, { vault: quiet });
  const settings = platforms.vault.settings.parse(raw["vault"]);
  expect(enabled).toHaveLength(1);
  return contradictions({ environment, settings, ci });
}

describe("contradictions", () => {
  test.each([
    ["smallest", min],
    ["fullest", max],
    ["fullest in prod", prod],
  ])("the %s config has none", (_, raw) => {
    expect(said(raw)).toStrictEqual([]);
  });

  test.each(cases)("%s", (_, base, path, value, message) => {
    expect(said(base)).toStrictEqual([]);
    expect(said(changed(base, path, value))).toContain(message);
  });

  test("outside prod a laboratory may take what prod may not", () => {
    const open = changed(min, "vault.access.app.approle.cidrs", ["0.0.0.0/0"]);
    expect(said(changed(open, "vault.tls.skipVerify", true))).toStrictEqual([]);
  });

  test.each(["http://localhost:8200", "http://[::1]:8200"])("%s is loopback", (address) => {
    expect(said(changed(min, "vault.address", address))).toStrictEqual([]);
  });

  test("a key in an address is not shown", () => {
    const secret = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz";
    const problems = said(changed(min, "vault.address", `http://10.0.0.5:8200/${secret}`));
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain(secret);
  });
});

describe("claims", () => {
  test("the KV mount, each login method and each policy, at their server", () => {
    const { environment, settings, ci } = vaultArgs(min);
    const server = "http://127.0.0.1:8200";
    expect(claims({ environment, settings, ci })).toStrictEqual([
      { scope: `mount on ${server}`, name: "secret/", setting: "vault.kv.path" },
      { scope: `mount on ${server}`, name: "auth/approle/", setting: "vault.auth.approle.path" },
      ...["app", "ci", "rotator", "operator", "break-glass"].map((id) => ({
        scope: `policy on ${server}`,
        name: `promptsentinel-dev-${id}`,
        setting: "stage",
      })),
    ]);
  });
});
