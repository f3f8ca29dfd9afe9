import type { CiRole } from "../../../infra/contracts/ciAccess";
import { ciRules } from "../../../infra/vault/ciGrants";
import { policyDocument } from "../../../infra/vault/policyDocument";
import { changed } from "../../fixtures/changed";
import { vaultArgs } from "../../fixtures/deploy";
import { grantsIn, parsePolicy, type Grants } from "../../fixtures/policies";
import { max, min } from "../../fixtures/vault";

const policyOf = (role: CiRole, raw: unknown): string => {
  const { environment, settings } = vaultArgs(raw);
  return policyDocument(ciRules(role, environment, settings));
};

const ids = ["app", "ci", "rotator", "operator", "break-glass", "ci-preview", "ci-apply"];
const names = ids.map((id) => `promptsentinel-dev-${id}`);

/** The smallest stack, on OpenBao with AppRole alone, by hand. */
const preview: Grants = [
  ["auth/token/lookup-self", "read"],
  ["auth/token/renew-self", "update"],
  ["auth/token/revoke-self", "update"],
  ["sys/capabilities-self", "update"],
  ["sys/mounts", "read"],
  ["sys/mounts/secret", "read"],
  ["sys/mounts/secret/tune", "read"],
  ["sys/internal/ui/mounts/secret", "read"],
  ["secret/metadata/promptsentinel/api_keys", "read"],
  ["secret/metadata/promptsentinel/snyk", "read"],
  ["sys/auth", "read"],
  ["sys/auth/approle", "read", "sudo"],
  ["sys/auth/approle/tune", "read", "sudo"],
  ["sys/mounts/auth/approle/tune", "read"],
  ...names.flatMap((name): Grants => [
    [`auth/approle/role/${name}`, "read"],
    [`auth/approle/role/${name}/role-id`, "read"],
  ]),
  ...names.map((name): Grants[number] => [`sys/policies/acl/${name}`, "read"]),
  ["sys/audit", "read", "sudo"],
];

const apply: Grants = [
  ["auth/token/lookup-self", "read"],
  ["auth/token/renew-self", "update"],
  ["auth/token/revoke-self", "update"],
  ["sys/capabilities-self", "update"],
  ["sys/mounts", "read"],
  ["sys/mounts/secret", "create", "read", "update"],
  ["sys/mounts/secret/tune", "create", "read", "update"],
  ["sys/internal/ui/mounts/secret", "read"],
  ["secret/metadata/promptsentinel/api_keys", "create", "read", "update"],
  ["secret/metadata/promptsentinel/snyk", "create", "read", "update"],
  ["sys/auth", "read"],
  ["sys/auth/approle", "create", "read", "update", "sudo"],
  ["sys/auth/approle/tune", "create", "read", "update", "sudo"],
  ["sys/mounts/auth/approle/tune", "create", "read", "update"],
  ...names.flatMap((name): Grants => [
    [`auth/approle/role/${name}`, "create", "read", "update", "delete"],
    [`auth/approle/role/${name}/role-id`, "create", "read", "update"],
  ]),
  ...names.map((name): Grants[number] => [
    `sys/policies/acl/${name}`,
    "create",
    "read",
    "update",
    "delete",
  ]),
  ["sys/audit", "read", "sudo"],
  ["auth/approle/role/promptsentinel-dev-app/secret-id", "update"],
  ["auth/approle/role/promptsentinel-dev-operator/secret-id", "update"],
];

describe("ciRules", () => {
  test("preview may do exactly this", () => {
    expect(grantsIn(policyOf("preview", min))).toStrictEqual(preview);
  });

  test("apply may do exactly this", () => {
    expect(grantsIn(policyOf("apply", min))).toStrictEqual(apply);
  });

  test.each(["preview", "apply"] as const)("%s never reaches a value or a field's name", (role) => {
    for (const [path] of grantsIn(policyOf(role, max))) {
      expect(path).not.toMatch(/^secret\/(data|subkeys|delete|undelete|destroy)\b/);
      expect(path).not.toMatch(/[*+]/);
    }
  });

  test("preview writes nothing but its own token", () => {
    const writes = grantsIn(policyOf("preview", max)).filter(([, ...capabilities]) =>
      capabilities.some((one) => one !== "read" && one !== "sudo"),
    );
    expect(writes).toStrictEqual([
      ["auth/token/renew-self", "update"],
      ["auth/token/revoke-self", "update"],
      ["sys/capabilities-self", "update"],
    ]);
  });

  test("sudo only where the server itself asks for it", () => {
    for (const role of ["preview", "apply"] as const) {
      const withSudo = grantsIn(policyOf(role, max)).filter((grant) => grant.includes("sudo"));
      expect(withSudo.map(([path]) => path)).toStrictEqual([
        "sys/auth/approle",
        "sys/auth/approle/tune",
        "sys/auth/kubernetes",
        "sys/auth/kubernetes/tune",
        "sys/auth/jwt",
        "sys/auth/jwt/tune",
        "sys/audit",
        "sys/audit/one",
        "sys/audit/two",
      ]);
    }
  });

  test("apply makes audit devices where the server lets it, and never takes one away", () => {
    const onDevices = (raw: unknown) =>
      grantsIn(policyOf("apply", raw)).filter(([path]) => path.startsWith("sys/audit/"));
    expect(onDevices(max)).toStrictEqual([
      ["sys/audit/one", "create", "update", "sudo"],
      ["sys/audit/two", "create", "update", "sudo"],
    ]);
    expect(onDevices(changed(max, "vault.server", "openbao"))).toStrictEqual([]);
  });

  test("neither the mount, nor an entry, nor a login method can be deleted", () => {
    const deletable = grantsIn(policyOf("apply", max)).filter((grant) => grant.includes("delete"));
    for (const [path] of deletable) {
      expect(path).toMatch(
        /^(sys\/policies\/acl|auth\/\w+\/role)\/promptsentinel-staging-[a-z-]+$/,
      );
    }
  });

  test.each(["adopt", "external"])("%s: what is somebody else's is looked at alone", (mode) => {
    const settings = ["kv.mode", "auth.approle.mode", "auth.jwt.mode", "auth.kubernetes.mode"];
    const raw = settings.reduce<Record<string, unknown>>(
      (config, setting) => changed(config, `vault.${setting}`, mode),
      max,
    );
    const mounts = grantsIn(policyOf("apply", raw)).filter(([path]) =>
      /^sys\/(auth|mounts)\/|^auth\/\w+\/config$/.test(path),
    );
    expect(mounts).toHaveLength(13);
    for (const [, ...capabilities] of mounts) {
      expect(capabilities.filter((one) => one !== "sudo")).toStrictEqual(["read"]);
    }
  });

  test("a SecretID comes wrapped for five minutes at most, or not at all", () => {
    const issues = parsePolicy(policyOf("apply", max)).filter(({ path }) =>
      path.endsWith("/secret-id"),
    );
    expect(issues.map(({ path }) => path)).toStrictEqual([
      "auth/approle/role/promptsentinel-staging-app/secret-id",
      "auth/approle/role/promptsentinel-staging-operator/secret-id",
      "auth/approle/role/promptsentinel-staging-break-glass/secret-id",
    ]);
    for (const { capabilities, bounds } of issues) {
      expect(capabilities).toStrictEqual(["update"]);
      expect(bounds).toStrictEqual(['min_wrapping_ttl = "1s"', 'max_wrapping_ttl = "300s"']);
    }
    expect(policyOf("preview", max)).not.toContain("/secret-id");
  });

  test("no other role's names than this stage's are touched", () => {
    for (const [path] of grantsIn(policyOf("apply", max))) {
      const name = /promptsentinel-([a-z]+)-/.exec(path);
      if (name) expect(name[1]).toBe("staging");
    }
  });
});
