import { loadStackConfig } from "../../cli/stackConfig";
import { vaultTlsInProd } from "../../policies/rules/vaultTlsInProd";
import { deploy } from "../fixtures/deploy";
import { check, unknown, urnOf, type Resource } from "./check";

const provider = (props: Readonly<Record<string, unknown>>): Resource => ({
  type: "pulumi:providers:vault",
  name: "vault",
  props,
});
const component = (stage: string): Resource => ({
  type: "promptsentinel:vault:SecretStore",
  props: { environment: { stage } },
});
const jwt = (props: Readonly<Record<string, unknown>>): Resource => ({
  type: "vault:jwt/authBackend:AuthBackend",
  name: "jwt",
  props,
});
const https = { address: "https://vault.example.com:8200" };

const violations = [
  {
    what: "plain http",
    one: provider({ address: "http://vault.example.com" }),
    says: "got http://vault.example.com;",
  },
  { what: "http in capitals", one: provider({ address: "HTTP://a" }), says: "got http://a;" },
  {
    what: "http on loopback",
    one: provider({ address: "http://127.0.0.1:8200" }),
    says: "got http://127.0.0.1:8200;",
  },
  { what: "no address", one: provider({}), says: "got none that the program sets;" },
  {
    what: "an address not known yet",
    one: provider({ address: unknown }),
    says: "got something that is no address;",
  },
  {
    what: "no verification",
    one: provider({ ...https, skipTlsVerify: "true" }),
    says: "skipTlsVerify is on",
  },
  {
    what: "verification not known yet",
    one: provider({ ...https, skipTlsVerify: unknown }),
    says: "skipTlsVerify is on",
  },
  {
    what: "logins trusted over http",
    one: jwt({ oidcDiscoveryUrl: "http://issuer" }),
    says: "oidcDiscoveryUrl is no https:// address",
  },
  {
    what: "keys trusted over http",
    one: jwt({ jwksUrl: "http://issuer" }),
    says: "jwksUrl is no https:// address",
  },
  {
    what: "a cluster trusted over http",
    one: {
      type: "vault:kubernetes/authBackendConfig:AuthBackendConfig",
      props: { kubernetesHost: "http://a" },
    },
    says: "kubernetesHost is no https:// address",
  },
];

describe.each(violations)("$what", ({ one, says }) => {
  test("fails in prod, whether it comes before or after the component", async () => {
    for (const order of [
      [one, component("prod")],
      [component("prod"), one],
    ]) {
      const reported = await check(vaultTlsInProd(), order);
      expect(reported).toHaveLength(1);
      expect(reported[0]).toContain(says);
      expect(reported[0]).toContain(one.type);
    }
  });

  test.each(["dev", "staging"])("passes in %s", async (stage) => {
    expect(await check(vaultTlsInProd(), [one, component(stage)])).toStrictEqual([]);
  });
});

test("passes verified TLS in prod, with an authority of one's own", async () => {
  const resources = [
    provider({ ...https, skipTlsVerify: "false", caCertFile: "/etc/ca.pem" }),
    component("prod"),
    jwt({ oidcDiscoveryUrl: "https://issuer" }),
    jwt({ oidcDiscoveryUrl: "", jwtValidationPubkeys: ["a"] }),
  ];
  expect(await check(vaultTlsInProd(), resources)).toStrictEqual([]);
});

test("says a thing once, and what it says names the provider", async () => {
  const wrong = provider({ address: "http://a" });
  const reported = await check(vaultTlsInProd(), [
    wrong,
    component("prod"),
    component("prod"),
    jwt({}),
  ]);
  expect(reported).toHaveLength(1);
  expect(reported[0]).toContain("pulumi:providers:vault vault: address");
});

test("shows no credential that an address carries", async () => {
  const reported = await check(vaultTlsInProd(), [
    component("prod"),
    provider({ address: "http://me:hunter2@a/b?token=hunter2" }),
  ]);
  expect(reported.join()).toContain("got http://a;");
  expect(reported.join()).not.toContain("hunter2");
});

test("an exception names the resource that is wrong", async () => {
  const wrong = provider({ address: "http://a" });
  const exceptions = [
    {
      rule: "vault-tls-in-prod",
      urn: urnOf(wrong),
      reason: "moves on Monday",
      expires: "2026-02-01",
    },
  ];
  expect(await check(vaultTlsInProd(), [wrong, component("prod")], { exceptions })).toStrictEqual(
    [],
  );
});

/** The component of this program is what tells the rule the stage: they have to agree on where it stands. */
test("knows prod by this program's own components", async () => {
  const { resources } = await deploy(await loadStackConfig("prod"));
  const shown = resources.map(({ type, name, inputs }) => ({ type, name, props: inputs }));
  expect(await check(vaultTlsInProd(), shown)).toStrictEqual([]);
  const wrong = shown.map((one) =>
    one.type === "pulumi:providers:vault"
      ? { ...one, props: { ...one.props, address: "http://vault.example.com" } }
      : one,
  );
  expect(await check(vaultTlsInProd(), wrong)).toHaveLength(1);
});
