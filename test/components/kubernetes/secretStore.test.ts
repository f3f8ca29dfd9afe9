import { parse } from "yaml";
import { parseConfig } from "../../../infra/config";
import { platforms } from "../../../stacks/platforms";
import { changed } from "../../fixtures/changed";
import { deploy } from "../../fixtures/deploy";
import { max, minOf, selfReading } from "../../fixtures/kubernetes";
import { once } from "../../fixtures/once";
import { named, ofType, type Recorded } from "../../support/mocks";

const made = once((raw) => deploy(parseConfig(raw, platforms)));
const specOf = async (raw: Record<string, unknown>, name: string): Promise<unknown> =>
  named((await made(raw)).resources, name).inputs["spec"];
const waitsFor = ({ dependsOn }: Recorded, name: string): boolean =>
  dependsOn.some((urn) => urn.endsWith(`::${name}`));

/** Each key of the application by its guide's names: https://external-secrets.io/latest/api/externalsecret/ */
const anthropic = {
  vault: { key: "promptsentinel/api_keys", property: "anthropic" },
  aws: { key: "promptsentinel/api-keys", property: "ANTHROPIC_API_KEY" },
  azure: { key: "anthropic-api-key" },
  gcp: { key: "anthropic-api-key", version: "latest" },
};

describe.each(["vault", "aws", "azure", "gcp"] as const)(
  "keys of %s, by External Secrets",
  (source) => {
    const raw = minOf(source);

    test("are named as the source has them, for the application and nobody else", async () => {
      expect(await specOf(raw, "kubernetes-store-app-keys")).toMatchObject({
        refreshInterval: "1h0m0s",
        secretStoreRef: { kind: "SecretStore", name: "promptsentinel-dev-app" },
        target: { name: "prompt-sentinel", creationPolicy: "Merge", deletionPolicy: "Retain" },
      });
      const { data } = (await specOf(raw, "kubernetes-store-app-keys")) as {
        data: readonly { secretKey: string; remoteRef: object }[];
      };
      expect(data.map(({ secretKey }) => secretKey)).toEqual([
        ...["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY"],
      ]);
      expect(data[0]?.remoteRef).toEqual(anthropic[source]);
    });

    test("are read by an account of their own, which says who it is there", async () => {
      const { resources, results } = await made(raw);
      const reader = named(resources, "kubernetes-store-app-reader");
      expect(reader.inputs).toMatchObject({
        metadata: { name: "prompt-sentinel-reader", namespace: "prompt-sentinel" },
        automountServiceAccountToken: false,
      });
      const { annotations } = reader.inputs["metadata"] as { annotations?: object };
      expect(annotations).toEqual(
        {
          vault: undefined,
          aws: {
            "eks.amazonaws.com/role-arn":
              "arn:aws:iam::210987654321:role/promptsentinel-dev-app-irsa",
          },
          azure: { "azure.workload.identity/client-id": "client-of-azure-access-app" },
          gcp: {
            "iam.gke.io/gcp-service-account":
              "promptsentinel-dev-app@sentinel-dev-4711.iam.gserviceaccount.com",
          },
        }[source],
      );
      expect(waitsFor(named(resources, "kubernetes-store-app-store"), reader.name)).toBe(true);
      expect(
        waitsFor(named(resources, "kubernetes-store-app-keys"), "kubernetes-store-app-store"),
      ).toBe(true);
      // Pods have another one, which says nothing.
      expect(named(resources, "kubernetes-access-app").inputs).toEqual(
        expect.objectContaining({
          metadata: {
            name: "prompt-sentinel",
            namespace: "prompt-sentinel",
            labels: { app: "promptsentinel", "managed-by": "pulumi", stage: "dev" },
          },
        }),
      );
      expect(results["kubernetes"]?.wiring.identities.app?.logins["pod"]).toEqual({
        ...{ namespace: "prompt-sentinel", delivery: "externalSecrets" },
        ...{ serviceAccount: "prompt-sentinel", serviceAccountOf: "stack" },
        ...{ secret: "prompt-sentinel", secretOf: "deployment" },
      });
    });
  },
);

test.each([
  [
    "vault",
    {
      vault: {
        ...{ server: "https://vault.example.com:8200", path: "secret", version: "v2" },
        auth: {
          kubernetes: {
            ...{ mountPath: "kubernetes", role: "promptsentinel-dev-app" },
            serviceAccountRef: { name: "prompt-sentinel-reader", audiences: ["vault"] },
          },
        },
      },
    },
  ],
  [
    "aws",
    {
      aws: {
        ...{ service: "SecretsManager", region: "us-east-1" },
        auth: { jwt: { serviceAccountRef: { name: "prompt-sentinel-reader" } } },
      },
    },
  ],
  [
    "azure",
    {
      azurekv: {
        authType: "WorkloadIdentity",
        vaultUrl: expect.stringMatching(/^https:\/\/.*\.vault\.azure\.net\/$/) as string,
        tenantId: "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
        serviceAccountRef: { name: "prompt-sentinel-reader" },
      },
    },
  ],
  [
    "gcp",
    {
      gcpsm: {
        projectID: "sentinel-dev-4711",
        auth: { workloadIdentity: { serviceAccountRef: { name: "prompt-sentinel-reader" } } },
      },
    },
  ],
] as const)(
  "a store of %s has its address, its login, and no credential",
  async (source, provider) => {
    expect(await specOf(minOf(source), "kubernetes-store-app-store")).toEqual({ provider });
  },
);

test("a regional secret is asked for in its region", async () => {
  const raw = changed(minOf("gcp"), "gcp.secrets.replication", "regional");
  expect(await specOf(raw, "kubernetes-store-app-store")).toMatchObject({
    provider: { gcpsm: { location: "europe-west1" } },
  });
});

test("Vault's own authority goes with the store, and a namespace of Vault too", async () => {
  const raw = changed(
    changed(minOf("vault"), "vault.tls.caCertFile", __filename),
    "vault.namespace",
    "team-a",
  );
  const { provider } = (await specOf(raw, "kubernetes-store-app-store")) as {
    provider: { vault: { caBundle: string; namespace: string } };
  };
  expect(Buffer.from(provider.vault.caBundle, "base64").toString()).toContain("describe.each");
  expect(provider.vault.namespace).toBe("team-a");
});

test("a path of Vault that begins as its mount does is asked for in full", async () => {
  const raw = changed(minOf("vault"), "vault.kv.prefix", "secret/promptsentinel");
  expect(await specOf(raw, "kubernetes-store-app-keys")).toMatchObject({
    data: [
      { remoteRef: { key: "secret/data/secret/promptsentinel/api_keys", property: "anthropic" } },
      {},
      {},
    ],
  });
});

describe("the fullest stack", () => {
  test("has the jobs' keys in a Secret of their own", async () => {
    expect(await specOf(max, "kubernetes-store-ci-keys")).toMatchObject({
      refreshInterval: "30m0s",
      secretStoreRef: { name: "promptsentinel-prod-ci" },
      target: { name: "scanner-keys", creationPolicy: "Owner" },
      data: [{ secretKey: "SNYK_TOKEN", remoteRef: { key: "snyk-token" } }],
    });
    const { references } = (await made(max)).results["kubernetes"]?.wiring ?? {};
    expect(references?.["snyk"]?.locator).toEqual({
      ...{ namespace: "prompt-sentinel", secret: "scanner-keys", key: "SNYK_TOKEN" },
    });
    expect(references?.["redis"]?.locator).toEqual({
      ...{ namespace: "prompt-sentinel", secret: "sentinel-prompt-sentinel" },
      key: "REDIS_PASSWORD",
    });
  });

  test("has a namespace that stays, and takes restricted Pods alone", async () => {
    const namespace = named((await made(max)).resources, "kubernetes-store-namespace");
    expect(namespace.retainOnDelete).toBe(true);
    expect(namespace.inputs["metadata"]).toEqual({
      name: "prompt-sentinel",
      labels: {
        ...{ app: "promptsentinel", stage: "prod", owner: "platform", "managed-by": "pulumi" },
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
      },
    });
    const { resources } = await made(max);
    const others = resources.filter(
      ({ type, custom, name }) =>
        custom && type.startsWith("kubernetes:") && name !== namespace.name,
    );
    for (const one of others) expect(waitsFor(one, namespace.name)).toBe(true);
  });
});

test("a key that no Pod gets is where its source has it", async () => {
  const { references } = (await made(minOf("vault"))).results["kubernetes"]?.wiring ?? {};
  expect(references?.["snyk"]?.locator).toEqual({
    ...{ source: "vault", mount: "secret", path: "promptsentinel/snyk", field: "token" },
  });
});

test("a namespace of somebody else's is not made, and what it holds waits for nothing", async () => {
  const raw = changed(minOf("vault"), "kubernetes.namespace.mode", "external");
  const { resources } = await made(raw);
  expect(ofType(resources, "kubernetes:core/v1:Namespace")).toEqual([]);
});

test("a Secret that is the stack's own has an owner", async () => {
  const raw = changed(minOf("vault"), "kubernetes.target.mode", "own");
  expect(await specOf(raw, "kubernetes-store-app-keys")).toMatchObject({
    target: { creationPolicy: "Owner" },
  });
});

describe("Pods that read for themselves", () => {
  test.each([
    [
      "vault",
      {
        vaultAddress: "https://vault.example.com:8200",
        vaultKubernetesMountPath: "kubernetes",
        ...{ roleName: "promptsentinel-dev-app", audience: "vault" },
      },
      "objects",
      {
        objectName: "ANTHROPIC_API_KEY",
        secretPath: "secret/data/promptsentinel/api_keys",
        secretKey: "anthropic",
      },
    ],
    [
      "aws",
      { region: "us-east-1" },
      "objects",
      {
        ...{ objectName: "promptsentinel/api-keys", objectType: "secretsmanager" },
        jmesPath: ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY"].map((env) => ({
          ...{ path: env, objectAlias: env },
        })),
      },
    ],
    [
      "gcp",
      { auth: "pod-adc" },
      "secrets",
      {
        resourceName: "projects/sentinel-dev-4711/secrets/anthropic-api-key/versions/latest",
        path: "ANTHROPIC_API_KEY",
      },
    ],
  ] as const)("by the CSI driver, of %s", async (source, parameters, list, first) => {
    const spec = (await specOf(selfReading(source, "csi"), "kubernetes-store-app-keys")) as {
      provider: string;
      parameters: Record<string, string>;
      secretObjects: unknown;
    };
    expect(spec.provider).toBe(source);
    const { [list]: objects, ...rest } = spec.parameters;
    expect(rest).toEqual(parameters);
    expect((parse(objects ?? "") as unknown[])[0]).toEqual(first);
    expect(spec.secretObjects).toMatchObject([
      {
        ...{ secretName: "sentinel-keys", type: "Opaque" },
        data: [{ objectName: "ANTHROPIC_API_KEY", key: "ANTHROPIC_API_KEY" }, {}, {}],
      },
    ]);
  });

  test("by the CSI driver, of azure, whose list is of texts", async () => {
    const raw = selfReading("azure", "csi");
    const { parameters } = (await specOf(raw, "kubernetes-store-app-keys")) as {
      parameters: Record<string, string>;
    };
    expect(parameters).toMatchObject({
      clientID: "client-of-azure-access-app",
      tenantId: "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
    });
    expect(parameters["keyvaultName"]).toMatch(/^[a-z0-9-]+$/);
    const { array } = parse(parameters["objects"] ?? "") as { array: string[] };
    expect(parse(array[0] ?? "")).toEqual({
      ...{ objectName: "anthropic-api-key", objectType: "secret" },
      objectAlias: "ANTHROPIC_API_KEY",
    });
  });

  test.each([
    ["aws", "irsa", "a tokenRequests of audience sts.amazonaws.com"],
    ["aws", "podIdentity", "a tokenRequests of audience pods.eks.amazonaws.com"],
    ["azure", "aks", "a tokenRequests of audience api://AzureADTokenExchange"],
    ["vault", "kubernetes", "enableSecretRotation and rotationPollInterval 60m"],
    ["gcp", "gke", "enableSecretRotation and rotationPollInterval 60m"],
  ] as const)("by the CSI driver, of %s by %s, which needs %s", async (source, way, said) => {
    const raw = selfReading(source, "csi");
    const pods = { namespace: "prompt-sentinel", serviceAccount: "prompt-sentinel-reader" };
    const without = changed(raw, "aws.access.app.irsa", undefined);
    const { results } = await made(
      way === "podIdentity"
        ? changed(without, "aws.access.app.podIdentity", { cluster: "main", ...pods })
        : raw,
    );
    const [task] = results["kubernetes"]?.tasks ?? [];
    expect(task?.title).toContain(said);
  });

  test("by Vault's agent, with nothing in the cluster but annotations", async () => {
    const { resources, results } = await made(selfReading("vault", "vaultAgent"));
    expect(resources.filter(({ type }) => /Secret/.test(type) && type.startsWith("kube"))).toEqual(
      [],
    );
    const { podAnnotations } = results["kubernetes"]?.wiring.identities.app?.logins ?? {};
    expect(podAnnotations).toMatchObject({
      "vault.hashicorp.com/agent-inject": "true",
      "vault.hashicorp.com/service": "https://vault.example.com:8200",
      "vault.hashicorp.com/auth-path": "auth/kubernetes",
      "vault.hashicorp.com/role": "promptsentinel-dev-app",
      "vault.hashicorp.com/agent-inject-secret-keys": "secret/data/promptsentinel/api_keys",
      "vault.hashicorp.com/error-on-missing-key-keys": "true",
    });
    expect(podAnnotations?.["vault.hashicorp.com/agent-inject-template-keys"]).toBe(
      [
        '{{- with secret "secret/data/promptsentinel/api_keys" }}',
        "export ANTHROPIC_API_KEY='{{ .Data.data.anthropic }}'",
        "export OPENAI_API_KEY='{{ .Data.data.openai }}'",
        "export GEMINI_API_KEY='{{ .Data.data.gemini }}'",
        "{{- end }}",
      ].join("\n"),
    );
    expect(results["kubernetes"]?.wiring.references["openai"]?.locator).toEqual({
      ...{ source: "vault", mount: "secret", path: "promptsentinel/api_keys", field: "openai" },
    });
  });
});

test("where Helm's Secret comes later, somebody has to say so", async () => {
  const tasksOf = async (raw: Record<string, unknown>) =>
    ((await made(raw)).results["kubernetes"]?.tasks ?? [])
      .filter(({ concern }) => concern === "SecretStore")
      .map(({ text }) => text);
  expect(await tasksOf(max)).toEqual([
    'kubectl annotate externalsecret promptsentinel-prod-app --namespace prompt-sentinel --overwrite force-sync="$(date +%s)"',
  ]);
  expect(await tasksOf(changed(max, "kubernetes.target.mode", "own"))).toEqual([]);
});
