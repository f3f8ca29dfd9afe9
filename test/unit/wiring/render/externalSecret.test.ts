import fc from "fast-check";
import { parseAllDocuments } from "yaml";
import type { Wiring } from "../../../../infra/wiring/document";
import { externalSecret } from "../../../../infra/wiring/render/externalSecret";
import { vault } from "../../../../infra/externalSecrets/vault";
import {
  clusterPlatforms,
  inputFrom,
  inputOf,
  refusal,
  rendered,
  type ClusterCase,
  type ClusterPlatform,
} from "../../../fixtures/clusterWiring";

const documentsOf = (text: string, version: "1.1" | "1.2" = "1.2"): unknown[] =>
  parseAllDocuments(text, { version }).map((one) => one.toJS() as unknown);

test("of Vault, byte for byte", async () => {
  const text = await rendered(externalSecret, "vault", {
    settings: { keys: {}, "vault.namespace": undefined },
    target: { release: "shop" },
  });
  expect(text)
    .toBe(`# promptsentinel, staging, from vault: fills Secret shop-prompt-sentinel of release shop in prompt-sentinel.
# It reads as service account prompt-sentinel, which --format helm and --format kustomize make as it has to be.
# For a server whose authority is its own, add \`caProvider\` to the SecretStore.

apiVersion: "external-secrets.io/v1"
kind: "SecretStore"
metadata:
  name: "shop-prompt-sentinel"
  namespace: "prompt-sentinel"
spec:
  provider:
    vault:
      server: "https://vault.example.com:8200"
      path: "secret"
      version: "v2"
      auth:
        kubernetes:
          mountPath: "kubernetes"
          role: "promptsentinel-staging-app"
          serviceAccountRef:
            name: "prompt-sentinel"
            audiences:
              - "vault"
---
apiVersion: "external-secrets.io/v1"
kind: "ExternalSecret"
metadata:
  name: "shop-prompt-sentinel"
  namespace: "prompt-sentinel"
spec:
  refreshInterval: "1h0m0s"
  secretStoreRef:
    kind: "SecretStore"
    name: "shop-prompt-sentinel"
  target:
    name: "shop-prompt-sentinel"
    creationPolicy: "Merge"
  data:
    - secretKey: "ANTHROPIC_API_KEY"
      remoteRef:
        key: "promptsentinel/api_keys"
        property: "anthropic"
    - secretKey: "OPENAI_API_KEY"
      remoteRef:
        key: "promptsentinel/api_keys"
        property: "openai"
    - secretKey: "GEMINI_API_KEY"
      remoteRef:
        key: "promptsentinel/api_keys"
        property: "gemini"
`);
});

const account = { serviceAccountRef: { name: "prompt-sentinel" } };
const names = [
  ["ANTHROPIC_API_KEY", "anthropic-api-key"],
  ["OPENAI_API_KEY", "openai-api-key"],
  ["GEMINI_API_KEY", "gemini-api-key"],
  ["REDIS_PASSWORD", "cache-password"],
  ["GDPR_MASTER_KEY", "gdpr-master-key"],
];
const byName = names.map(([secretKey, key]) => ({ secretKey, remoteRef: { key } }));
const newest = names.map(([secretKey, key]) => ({
  ...{ secretKey, remoteRef: { key, version: "latest" } },
}));
const shared = "promptsentinel/api-keys";

/** The provider of each platform's fullest stack, and where its keys are. */
const expected: Readonly<Record<ClusterPlatform, readonly [provider: object, data: object[]]>> = {
  vault: [
    {
      vault: {
        server: "https://vault.example.com:8200",
        namespace: "team-a",
        path: "secret",
        version: "v2",
        auth: {
          kubernetes: {
            mountPath: "kubernetes",
            role: "promptsentinel-staging-app",
            serviceAccountRef: { name: "prompt-sentinel", audiences: ["vault"] },
          },
        },
      },
    },
    [
      ["ANTHROPIC_API_KEY", "api_keys", "anthropic"],
      ["OPENAI_API_KEY", "api_keys", "openai"],
      ["GEMINI_API_KEY", "api_keys", "gemini"],
      ["REDIS_PASSWORD", "redis", "password"],
      ["GDPR_MASTER_KEY", "gdpr", "master_key"],
    ].map(([secretKey, entry, property]) => ({
      secretKey,
      remoteRef: { key: `promptsentinel/${entry ?? ""}`, property },
    })),
  ],
  aws: [
    { aws: { service: "SecretsManager", region: "eu-central-1", auth: { jwt: account } } },
    [
      ["ANTHROPIC_API_KEY", shared],
      ["OPENAI_API_KEY", shared],
      ["GEMINI_API_KEY", shared],
      ["REDIS_PASSWORD", "promptsentinel/cache"],
      ["GDPR_MASTER_KEY", "promptsentinel/gdpr"],
    ].map(([env, key]) => ({ secretKey: env, remoteRef: { key, property: env } })),
  ],
  azure: [
    {
      azurekv: {
        authType: "WorkloadIdentity",
        vaultUrl: "https://kv-prompt-sentinel.vault.azure.net/",
        tenantId: "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
        ...account,
      },
    },
    byName,
  ],
  gcp: [
    { gcpsm: { projectID: "sentinel-prod-4711", auth: { workloadIdentity: account } } },
    newest,
  ],
};

test.each(clusterPlatforms)("of %s reads with the application's service account", async (name) => {
  const text = await rendered(externalSecret, name, { target: { release: "shop" } });
  const [provider, data] = expected[name];
  const metadata = { name: "shop-prompt-sentinel", namespace: "prompt-sentinel" };
  const apiVersion = "external-secrets.io/v1";
  expect(documentsOf(text)).toStrictEqual([
    { apiVersion, kind: "SecretStore", metadata, spec: { provider } },
    {
      ...{ apiVersion, kind: "ExternalSecret", metadata },
      spec: {
        refreshInterval: "1h0m0s",
        secretStoreRef: { kind: "SecretStore", name: "shop-prompt-sentinel" },
        target: { name: "shop-prompt-sentinel", creationPolicy: "Merge" },
        data,
      },
    },
  ]);
  // A key of the pipeline's has no place in the application's Secret.
  expect(text).not.toContain("SNYK");
});

test("of Google Cloud names the region of regional secrets", async () => {
  const settings = {
    "gcp.secrets.replication": "regional",
    "gcp.secrets.locations": undefined,
    "gcp.encryption.protection": "software",
  };
  const [store] = documentsOf(await rendered(externalSecret, "gcp", { settings }));
  expect(store).toMatchObject({ spec: { provider: { gcpsm: { location: "europe-west3" } } } });
});

test("of EKS Pod Identity reads with the controller's own role, and says whose that is", async () => {
  const controller = { namespace: "external-secrets", serviceAccount: "external-secrets" };
  const settings = {
    "aws.access.app.irsa": undefined,
    "aws.access.app.podIdentity": { cluster: "main", ...controller },
  };
  const text = await rendered(externalSecret, "aws", { settings });
  expect(documentsOf(text)[0]).toMatchObject({
    spec: { provider: { aws: { service: "SecretsManager", region: "eu-central-1" } } },
  });
  expect(text).not.toContain("auth:");
  expect(text).toContain("# The role is of external-secrets/external-secrets, which has to be");
});

test("takes the application's own service account of those that may log in, else the first", async () => {
  const of = async (serviceAccounts: readonly string[]): Promise<string> =>
    rendered(externalSecret, "vault", {
      settings: { "vault.access.app.kubernetes.serviceAccounts": serviceAccounts },
    });
  expect(await of(["first", "prompt-sentinel"])).toContain(
    'name: "prompt-sentinel"\n            aud',
  );
  expect(await of(["first", "second"])).toContain('name: "first"\n            aud');
});

describe("a Vault outside of the cluster, which asks about a token by that token", () => {
  const settings = { "vault.auth.kubernetes.caCertFile": __filename };

  test("is refused: nobody has said what it takes, as the cluster's own section does", async () => {
    expect(await refusal(externalSecret, "vault", { settings })).toBe(
      "Vault is outside of the cluster and asks the API server about a token by that token: it has to be of the API server's audience too, and its service account a reviewer, which this document knows nothing of; fix: add the kubernetes section with source vault and apiAudience, which makes both, and take that platform",
    );
  });

  test.each(["adopt", "external"])(
    "is possible where its mount is %s, and told of",
    async (mode) => {
      const text = await rendered(externalSecret, "vault", {
        settings: { ...settings, "vault.auth.kubernetes.mode": mode },
      });
      expect(text).toContain(
        [
          "# A server outside of the cluster reviews a token by that token: then it has to be of the API server's audience too,",
          "# and its service account has to be in ClusterRole system:auth-delegator.\n",
        ].join("\n"),
      );
    },
  );
});

test("is not of a stack's own cluster, which has made both", async () => {
  expect(await refusal(externalSecret, "kubernetes")).toBe(
    "the stack itself brings the keys into the cluster; fix: take helm or kustomize, or the platform that it reads",
  );
});

test("a document before 1.2 does not say of which Pods a login is, and renders", async () => {
  const { wiring } = await inputOf("aws");
  const old = JSON.parse(JSON.stringify(wiring), (key, value: unknown) =>
    key === "irsa" ? { roleArn: (value as { roleArn: string }).roleArn } : value,
  ) as Wiring;
  const input = inputFrom({ ...old, version: "1.1" }, "aws", { namespace: "elsewhere" });
  expect(externalSecret.cannot?.(input)).toBeUndefined();
  expect(documentsOf(externalSecret.render(input))[0]).toMatchObject({
    spec: { provider: { aws: { auth: { jwt: account } } } },
  });
});

const gone = { "aws.access.app.irsa": undefined };
const government = {
  "azure.cloud": "usgovernment",
  "azure.location": "usgovvirginia",
  "azure.access.breakGlass": undefined,
};
const lasting =
  "No other way lasts: a SecretID of approle ends within a day, and a token of jwt is a pipeline's";
const podIdentity =
  "EKS Pod Identity gives External Secrets no role of another's service account: podIdentity is of use where it names that of External Secrets' controller";
const add = (platform: string, way: string): string =>
  `app has no way in by ${way}; fix: add ${platform}.access.app.${way} to the stack's settings and run it again`;

test.each<[string, ClusterPlatform, ClusterCase, string]>([
  ["approle alone", "vault", { size: "min" }, `${add("vault", "kubernetes")}. ${lasting}`],
  ["ECS alone", "aws", { size: "min" }, `${add("aws", "irsa")}. ${podIdentity}`],
  ["Pod Identity of the Pods", "aws", { settings: gone }, `${add("aws", "irsa")}. ${podIdentity}`],
  ["Container Apps alone", "azure", { size: "min" }, add("azure", "aks")],
  ["Cloud Run alone", "gcp", { size: "min" }, add("gcp", "gke")],
  ...clusterPlatforms.map((name): [string, ClusterPlatform, ClusterCase, string] => [
    `a namespace that the login of ${name} is not of`,
    ...([name, { target: { namespace: "elsewhere" } }] as const),
    'namespace: got "elsewhere"; the login is of prompt-sentinel; fix: use it as --namespace, or change the stack\'s settings',
  ]),
  [
    "a national cloud",
    "azure",
    { settings: government },
    "External Secrets asks for tokens of the public cloud's audience, and this is a national one; fix: take another format",
  ],
  [
    "a release that Helm would not take",
    "aws",
    { target: { release: "Shop" } },
    'release: got "Shop"; allowed: a-z, 0-9 and - between them, 53 at most; fix: use such a name',
  ],
])("refuses %s", async (_, name, stack, why) => {
  expect(await refusal(externalSecret, name, stack)).toBe(why);
});

test("refuses a platform that it is not told of", async () => {
  const { wiring } = await inputOf("aws");
  const [platform] = Object.values(wiring.platforms);
  if (!platform) throw new Error("no platform");
  for (const secretMethod of ["other", "constructor"]) {
    const platforms = { other: { ...platform, secretMethod } };
    expect(externalSecret.cannot?.(inputFrom({ ...wiring, platforms }, "other"))).toBe(
      "External Secrets is not told of other; fix: take another platform",
    );
  }
});

describe("whatever the texts of a document are", () => {
  const unit = fc.constantFrom(
    ...Array.from("ab0'\"$`\\ ;&|<>()*?[]{}~#!%@=:,-_./\n\r\t\u007f\u0085\u2028\u2029\ufeffé"),
  );
  const text = fc.oneof(
    fc.constantFrom("", "no", "null", "0x1", "1e3", "~", "- a", "{{ x }}", "--- a", "a: b # c"),
    fc.string({ unit, maxLength: 12 }),
  );

  test("a reader of YAML 1.2 and one of 1.1 read what was meant", async () => {
    const { wiring } = await inputOf("vault");
    fc.assert(
      fc.property(text, text, text, (address, field, role) => {
        const document = JSON.parse(JSON.stringify(wiring), (key, value: unknown) => {
          if (key === "VAULT_ADDR") return address;
          if (key === "field") return field;
          return key === "kubernetes" ? { ...(value as object), role } : value;
        }) as Wiring;
        const written = externalSecret.render(inputFrom(document, "vault"));
        for (const version of ["1.1", "1.2"] as const) {
          const [store, secret] = documentsOf(written, version) as [Store, Secret];
          expect(store.spec.provider.vault.server).toBe(address);
          expect(store.spec.provider.vault.auth.kubernetes.role).toBe(role);
          expect(secret.spec.data.map(({ remoteRef }) => remoteRef.property)).toEqual(
            Array(5).fill(field),
          );
        }
        // Line ends of YAML 1.1 that JavaScript's reader does not know: Go's does.
        expect(written).not.toMatch(/[\u007f-\u009f\u2028\u2029\ufeff]/);
      }),
      { numRuns: 150 },
    );
  });

  test("a name of the document's does not end a comment", async () => {
    const { wiring } = await inputOf("aws");
    const platform = Object.values(wiring.platforms)[0];
    if (!platform) throw new Error("no platform");
    fc.assert(
      fc.property(text, (name) => {
        const document = { ...wiring, platforms: { [name]: platform } };
        const written = externalSecret.render({
          ...inputFrom(document, name),
        });
        expect(documentsOf(written)).toHaveLength(2);
        expect(documentsOf(written)[0]).toMatchObject({ kind: "SecretStore" });
      }),
      {
        numRuns: 150,
        examples: [["a\nkind: Secret"], ["a\r\nkind: Secret"], ["a\u0085kind: Secret"]],
      },
    );
  });

  interface Store {
    spec: { provider: { vault: { server: string; auth: { kubernetes: { role: string } } } } };
  }
  interface Secret {
    spec: { data: { remoteRef: { property: string } }[] };
  }
});

test("External Secrets asks Vault for the path that is granted, also below a mount of its name", () => {
  /** What it makes of `path` and `remoteRef.key`, by its own documentation of the two: a stand-in. */
  const asked = (mount: string, key: string): string => {
    const within = key.startsWith(`${mount}/`)
      ? key.slice(mount.length + 1).replace(/^data\//, "")
      : key;
    return `${mount}/data/${within}`;
  };
  const segments = fc.array(fc.constantFrom("a", "data", "b"), { minLength: 1, maxLength: 3 });
  const path = segments.map((parts) => parts.join("/"));
  fc.assert(
    fc.property(path, path, (mount, at) => {
      const { key = "" } = vault.remoteRef({ mount, path: at, field: "x" });
      expect(asked(mount, key)).toBe(`${mount}/data/${at}`);
    }),
    { examples: [["promptsentinel", "promptsentinel/api_keys"]] },
  );
});
