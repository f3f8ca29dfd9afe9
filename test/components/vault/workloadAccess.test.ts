import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { SecretStore } from "../../../infra/vault/secretStore";
import { WorkloadAccess } from "../../../infra/vault/workloadAccess";
import { changed } from "../../fixtures/changed";
import { vaultArgs } from "../../fixtures/deploy";
import { once } from "../../fixtures/once";
import { endpointBody, max, min } from "../../fixtures/vault";
import { named, record } from "../../support/mocks";

const access = once(async (raw) => {
  let made: WorkloadAccess | undefined;
  const resources = await record(() => {
    const args = vaultArgs(raw);
    const store = new SecretStore("store", args);
    made = new WorkloadAccess("access", { ...args, store });
  });
  return { resources, identities: (made as unknown as WorkloadAccess).identities };
});

const isRole = ({ type }: { type: string }) => type.endsWith("/authBackendRole:AuthBackendRole");
const endsWith = (name: string): unknown => expect.stringMatching(new RegExp(`::${name}$`));

describe("every role", () => {
  test("is there for each way in, and for no other consumer", async () => {
    const { resources } = await access(max);
    expect(
      resources
        .filter(isRole)
        .map(({ name }) => name)
        .sort(),
    ).toStrictEqual([
      "access-app-approle",
      "access-app-kubernetes",
      "access-breakGlass-approle",
      "access-ci-jwt",
      "access-operator-approle",
      "access-rotator-kubernetes",
    ]);
  });

  test("gives its own policy alone, and not the server's default one", async () => {
    const { resources } = await access(max);
    for (const { inputs } of resources.filter(isRole)) {
      expect(inputs["tokenNoDefaultPolicy"]).toBe(true);
      expect(inputs["tokenPolicies"]).toStrictEqual([inputs["roleName"]]);
    }
  });

  test("waits for its policy and its method", async () => {
    const { resources } = await access(max);
    expect(named(resources, "access-app-approle").dependsOn).toStrictEqual([
      endsWith("access-app-policy"),
      endsWith("access-approle"),
    ]);
    expect(named(resources, "access-app-kubernetes").dependsOn).toStrictEqual([
      endsWith("access-app-policy"),
      endsWith("access-kubernetes"),
      endsWith("access-kubernetes-config"),
    ]);
  });

  test("holds no credential", async () => {
    const { resources } = await access(max);
    const words = JSON.stringify(resources.map(({ inputs }) => inputs));
    expect(words).not.toMatch(/"(secretId|tokenReviewerJwt|oidcClientSecret\w*|token)":/);
  });
});

describe("lifetimes in seconds", () => {
  test.each([
    ["access-app-approle", 600, 1800],
    ["access-app-kubernetes", 600, 1800],
    ["access-ci-jwt", 900, 3600],
    ["access-operator-approle", 900, 3600],
    // Not renewable: it ends when it ends.
    ["access-breakGlass-approle", 900, 900],
  ])("%s: %i, renewed up to %i", async (name, tokenTtl, tokenMaxTtl) => {
    const { resources } = await access(max);
    expect(named(resources, name).inputs).toMatchObject({ tokenTtl, tokenMaxTtl });
  });

  test("a break-glass token of five minutes cannot be stretched", async () => {
    const { resources } = await access(changed(max, "vault.access.breakGlass.tokenTtl", "5m"));
    expect(named(resources, "access-breakGlass-approle").inputs).toMatchObject({
      tokenTtl: 300,
      tokenMaxTtl: 300,
    });
  });
});

describe("AppRole", () => {
  test("is bound to addresses, for the login and for the token", async () => {
    const { inputs } = named((await access(max)).resources, "access-app-approle");
    expect(inputs["secretIdBoundCidrs"]).toStrictEqual(["10.0.0.0/16"]);
    expect(inputs["tokenBoundCidrs"]).toStrictEqual(["10.0.0.0/16"]);
  });

  test("wants a SecretID, short-lived and for few logins", async () => {
    const { inputs } = named((await access(max)).resources, "access-app-approle");
    expect(inputs["bindSecretId"]).toBe(true);
    expect(inputs["secretIdTtl"]).toBe(300);
    expect(inputs["secretIdNumUses"]).toBe(2);
  });

  test("by default a SecretID is for one login within ten minutes", async () => {
    const { inputs } = named((await access(min)).resources, "access-app-approle");
    expect(inputs["secretIdTtl"]).toBe(600);
    expect(inputs["secretIdNumUses"]).toBe(1);
  });

  test("never registers a SecretID: it would stand in state", async () => {
    const { resources } = await access(max);
    expect(resources.map(({ type }) => type).join()).not.toMatch(/SecretId/);
  });
});

describe("Kubernetes", () => {
  test("is bound to service account, namespace and audience", async () => {
    const { inputs } = named((await access(max)).resources, "access-app-kubernetes");
    expect(inputs["boundServiceAccountNames"]).toStrictEqual(["prompt-sentinel"]);
    expect(inputs["boundServiceAccountNamespaces"]).toStrictEqual(["prompt-sentinel"]);
    expect(inputs["audience"]).toBe("vault");
  });

  test("its method reviews with the client's own token", async () => {
    const { inputs } = named((await access(max)).resources, "access-kubernetes-config");
    expect(inputs).toStrictEqual({
      backend: "kubernetes",
      kubernetesHost: "https://10.0.0.1:6443",
      disableLocalCaJwt: false,
    });
  });

  test("its method takes the cluster's authority from a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "access-"));
    try {
      const [pem = ""] = rootCertificates;
      await writeFile(join(folder, "ca.pem"), pem, { mode: 0o600 });
      const raw = changed(max, "vault.auth.kubernetes.caCertFile", join(folder, "ca.pem"));
      const { inputs } = named((await access(raw)).resources, "access-kubernetes-config");
      expect(inputs).toMatchObject({ kubernetesCaCert: pem, disableLocalCaJwt: true });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("JWT", () => {
  const config = async (raw: Record<string, unknown>) => {
    const endpoint = named((await access(raw)).resources, "access-jwt-config");
    return { ...endpoint.inputs, dataJson: endpointBody(endpoint) };
  };

  test("trusts one issuer, by its own keys", async () => {
    expect(named((await access(max)).resources, "access-jwt").inputs).toStrictEqual({
      path: "jwt",
      type: "jwt",
      description: "promptsentinel: logins of its consumers",
    });
    expect(await config(max)).toStrictEqual({
      path: "auth/jwt/config",
      dataJson: {
        bound_issuer: "https://token.actions.githubusercontent.com",
        oidc_discovery_url: "https://token.actions.githubusercontent.com",
      },
      ignoreAbsentFields: true,
      disableDelete: true,
    });
  });

  test("takes public keys where the server cannot reach the issuer", async () => {
    const key = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
    const { dataJson } = await config(changed(max, "vault.auth.jwt.publicKeys", [key]));
    expect(dataJson).toStrictEqual({
      bound_issuer: "https://token.actions.githubusercontent.com",
      jwt_validation_pubkeys: [key],
    });
  });

  test("a role is bound to the audience and to exact claims, the pipeline's and its own", async () => {
    const { inputs } = named((await access(max)).resources, "access-ci-jwt");
    expect(inputs["boundAudiences"]).toStrictEqual(["promptsentinel"]);
    expect(inputs["boundClaimsType"]).toBe("string");
    expect(inputs["boundClaims"]).toStrictEqual({ repository_id: "123456", environment: "scan" });
  });

  test("a role cannot replace a claim that every token must carry", async () => {
    const raw = changed(max, "vault.access.ci.jwt.claims", { repository_id: ["999"] });
    const { inputs } = named((await access(raw)).resources, "access-ci-jwt");
    expect(inputs["boundClaims"]).toStrictEqual({ repository_id: "123456" });
  });
});

describe("login methods that exist already", () => {
  const methods = [
    ["approle", "access-approle"],
    ["kubernetes", "access-kubernetes"],
    ["jwt", "access-jwt"],
  ] as const;

  test.each(methods)(
    "%s, adopt: imported, kept, without a description of ours",
    async (method, name) => {
      const raw = changed(
        changed(max, `vault.auth.${method}.mode`, "adopt"),
        `vault.auth.${method}.path`,
        "theirs",
      );
      const { resources } = await access(raw);
      const mount = named(resources, name);
      expect(mount.importId).toBe("theirs");
      expect(mount.retainOnDelete).toBe(true);
      expect(mount.ignoreChanges).toStrictEqual(["description", "tune"]);
      expect(mount.inputs).not.toHaveProperty("description");
    },
  );

  test.each(methods)("%s, external: not registered, its roles are", async (method, name) => {
    const { resources } = await access(changed(max, `vault.auth.${method}.mode`, "external"));
    expect(resources.map((one) => one.name)).not.toContain(name);
    expect(resources.filter(isRole)).toHaveLength(6);
  });

  test.each(
    ["adopt", "external"].flatMap((mode) =>
      methods.map(([method, name]) => ({ mode, method, name })),
    ),
  )("$method, $mode: its config stays its owner's", async ({ mode, method, name }) => {
    const { resources } = await access(changed(max, `vault.auth.${method}.mode`, mode));
    expect(resources.map((one) => one.name)).not.toContain(`${name}-config`);
  });

  test.each(methods)("%s, create: ours, described, and it goes with the stack", async (_, name) => {
    const mount = named((await access(max)).resources, name);
    expect(mount.importId).toBeUndefined();
    expect(mount.retainOnDelete).toBe(false);
    expect(mount.inputs["description"]).toBe("promptsentinel: logins of its consumers");
  });
});

test("identities tell how to log in, known without a server", async () => {
  const { identities } = await access(max);
  expect(identities).toStrictEqual({
    app: {
      consumer: "app",
      name: "promptsentinel-staging-app",
      logins: {
        approle: {
          mount: "approle",
          role: "promptsentinel-staging-app",
          roleId: "promptsentinel-staging-app",
        },
        kubernetes: {
          mount: "kubernetes",
          role: "promptsentinel-staging-app",
          audience: "vault",
          reviewer: "server",
          namespaces: "prompt-sentinel",
          serviceAccounts: "prompt-sentinel",
        },
      },
    },
    ci: {
      consumer: "ci",
      name: "promptsentinel-staging-ci",
      logins: {
        jwt: {
          mount: "jwt",
          role: "promptsentinel-staging-ci",
          issuer: "https://token.actions.githubusercontent.com",
          audience: "promptsentinel",
          environment: "scan",
        },
      },
    },
    rotator: {
      consumer: "rotator",
      name: "promptsentinel-staging-rotator",
      logins: {
        kubernetes: {
          mount: "kubernetes",
          role: "promptsentinel-staging-rotator",
          audience: "vault",
          reviewer: "server",
          namespaces: "prompt-sentinel",
          serviceAccounts: "rotator",
        },
      },
    },
    operator: {
      consumer: "operator",
      name: "promptsentinel-staging-operator",
      logins: {
        approle: {
          mount: "approle",
          role: "promptsentinel-staging-operator",
          roleId: "promptsentinel-staging-operator",
        },
      },
    },
    breakGlass: {
      consumer: "breakGlass",
      name: "promptsentinel-staging-break-glass",
      logins: {
        approle: {
          mount: "approle",
          role: "promptsentinel-staging-break-glass",
          roleId: "promptsentinel-staging-break-glass",
        },
      },
    },
  });
});

test("a policy is registered as it is built, under its consumer's name", async () => {
  const { inputs } = named((await access(min)).resources, "access-app-policy");
  expect(inputs["name"]).toBe("promptsentinel-dev-app");
  expect(inputs["policy"]).toMatch(
    /path "secret\/data\/promptsentinel\/api_keys" \{\n {2}capabilities = \["read"\]\n\}\n$/,
  );
});

test.each([
  ["create", undefined, "server"],
  ["create", __filename, "client"],
  ["adopt", __filename, undefined],
  ["external", undefined, undefined],
])("a mount of mode %s with authority %s is reviewed by %s", async (mode, file, reviewer) => {
  const raw = changed(
    changed(max, "vault.auth.kubernetes.mode", mode),
    "vault.auth.kubernetes.caCertFile",
    file,
  );
  const { identities } = await access(raw);
  expect(identities.app?.logins["kubernetes"]?.["reviewer"]).toBe(reviewer);
});
