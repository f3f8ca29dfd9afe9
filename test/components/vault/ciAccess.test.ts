import { deploy } from "../../fixtures/deploy";
import { parseConfig } from "../../../infra/config";
import { platforms } from "../../../stacks/platforms";
import { changed } from "../../fixtures/changed";
import { once } from "../../fixtures/once";
import { grantsIn } from "../../fixtures/policies";
import { max, min } from "../../fixtures/vault";
import { named } from "../../support/mocks";

const fresh = async (raw: Record<string, unknown>) =>
  (await deploy(parseConfig(raw, platforms))).resources;
const resourcesOf = once(fresh);

describe("CiAccess", () => {
  test.each([
    ["preview", { repository_id: "123456", event_name: "pull_request" }],
    ["apply", { repository_id: "123456", environment: "staging" }],
  ])("%s is bound to the pipeline and to its own claims", async (role, boundClaims) => {
    const { inputs } = named(await resourcesOf(max), `vault-ci-${role}-jwt`);
    expect(inputs["boundClaims"]).toStrictEqual(boundClaims);
    expect(inputs["boundClaimsType"]).toBe("string");
    expect(inputs["boundAudiences"]).toStrictEqual(["promptsentinel"]);
  });

  test.each(["preview", "apply"])("%s cannot replace the pipeline's number", async (role) => {
    const raw = changed(max, `ci.${role}`, { repository_id: ["999"], ref: ["refs/heads/main"] });
    const { inputs } = named(await resourcesOf(raw), `vault-ci-${role}-jwt`);
    expect(inputs["boundClaims"]).toStrictEqual({
      repository_id: "123456",
      ref: "refs/heads/main",
    });
  });

  test.each(["preview", "apply"])(
    "%s has its own policy alone, for fifteen minutes",
    async (role) => {
      const { inputs } = named(await resourcesOf(max), `vault-ci-${role}-jwt`);
      expect(inputs["roleName"]).toBe(`promptsentinel-staging-ci-${role}`);
      expect(inputs["tokenPolicies"]).toStrictEqual([`promptsentinel-staging-ci-${role}`]);
      expect(inputs["tokenNoDefaultPolicy"]).toBe(true);
      expect(inputs["tokenTtl"]).toBe(900);
      expect(inputs["tokenMaxTtl"]).toBe(3600);
    },
  );

  test("preview's registered policy writes nowhere and apply's does", async () => {
    const resources = await resourcesOf(max);
    const at = (role: string) =>
      grantsIn(String(named(resources, `vault-ci-${role}-policy`).inputs["policy"])).find(
        ([path]) => path === "sys/policies/acl/promptsentinel-staging-app",
      );
    expect(at("preview")?.slice(1)).toStrictEqual(["read"]);
    expect(at("apply")?.slice(1)).toStrictEqual(["create", "read", "update", "delete"]);
  });

  test("roles wait for the login method of another component", async () => {
    const { dependsOn } = named(await resourcesOf(max), "vault-ci-apply-jwt");
    expect(dependsOn).toStrictEqual([
      expect.stringMatching(/::vault-ci-apply-policy$/),
      expect.stringMatching(/::vault-access-jwt$/),
      expect.stringMatching(/::vault-access-jwt-config$/),
    ]);
  });

  test("is not there without a pipeline", async () => {
    const types = (await resourcesOf(min)).map(({ type }) => type);
    expect(types).not.toContain("promptsentinel:vault:CiAccess");
  });
});

describe("the provider", () => {
  test("has no token, in its arguments or from a child token", async () => {
    const { inputs } = named(await resourcesOf(max), "vault");
    expect(inputs["skipChildToken"]).toBe("true");
    expect(
      Object.keys(inputs).filter((name) => /^(token|authLogin.*|clientAuth|headers)$/.test(name)),
    ).toStrictEqual([]);
  });

  test("VAULT_TOKEN does not get into it either", async () => {
    const before = process.env["VAULT_TOKEN"];
    process.env["VAULT_TOKEN"] = "hvs.not-a-real-token-of-anything";
    try {
      expect(JSON.stringify(await fresh(max))).not.toContain("hvs.not-a-real");
    } finally {
      if (before === undefined) delete process.env["VAULT_TOKEN"];
      else process.env["VAULT_TOKEN"] = before;
    }
  });

  test("verifies certificates, by the authority of the settings", async () => {
    const raw = changed(max, "vault.tls.caCertFile", "/etc/ssl/vault.pem");
    expect(named(await resourcesOf(raw), "vault").inputs).toMatchObject({
      address: "https://vault.example.com:8200",
      namespace: "team-a",
      caCertFile: "/etc/ssl/vault.pem",
      skipTlsVerify: "false",
    });
  });

  test("every resource of Vault goes through it", async () => {
    const made = (await resourcesOf(max)).filter(({ type }) => type.startsWith("vault:"));
    expect(made).toHaveLength(27);
    for (const { provider } of made) expect(provider).toMatch(/pulumi:providers:vault::vault::/);
  });
});
