import { parse } from "yaml";
import { kustomize } from "../../../../infra/wiring/render/kustomize";
import { documentOf } from "../../../fixtures/documentOf";
import { changed } from "../../../fixtures/changed";
import { inputFrom, refusal, rendered, type inputOf } from "../../../fixtures/clusterWiring";
import { selfReading } from "../../../fixtures/kubernetes";

interface Kustomization {
  readonly namespace: string;
  readonly resources: readonly string[];
  readonly patches: readonly { readonly target?: object; readonly patch: string }[];
}

const of = async (...stack: Parameters<typeof inputOf>): Promise<Kustomization> =>
  parse(await rendered(kustomize, ...stack)) as Kustomization;

const thing = (apiVersion: string, kind: string, name: string, annotations?: object) => ({
  ...{ apiVersion, kind },
  metadata: { name, namespace: "prompt-sentinel", ...(annotations && { annotations }) },
});
const files = ["rbac", "configmap", "redis", "deployment", "service", "ingress", "hpa"].map(
  (file) => `kubernetes/${file}.yaml`,
);
const reload = { "secret.reloader.stakater.com/reload": "prompt-sentinel-secrets" };
const external = {
  ...thing("external-secrets.io/v1", "ExternalSecret", "shop-prompt-sentinel"),
  spec: { target: { name: "prompt-sentinel-secrets", creationPolicy: "Owner" } },
};
const seccompProfile = { type: "RuntimeDefault" };
const podsOf = (
  kind: string,
  name: string,
  annotations: object | undefined,
  securityContext: object,
  template: object = {},
) => ({
  ...thing("apps/v1", kind, name, annotations),
  spec: { template: { ...template, spec: { securityContext } } },
});
const deployment = podsOf("Deployment", "prompt-sentinel", reload, { seccompProfile });
const redis = (annotations?: object): readonly object[] => [
  podsOf("StatefulSet", "prompt-sentinel-redis", annotations, {
    ...{ runAsNonRoot: true, runAsUser: 999, fsGroup: 999, seccompProfile },
  }),
  [
    {
      ...{ op: "add", path: "/spec/template/spec/containers/0/securityContext" },
      value: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    },
  ],
];
const role = { ...thing("rbac.authorization.k8s.io/v1", "Role", "prompt-sentinel"), rules: [] };
const config = (API_ENV: string) => ({
  ...thing("v1", "ConfigMap", "prompt-sentinel-config"),
  data: { API_ENV },
});
const secretRef = { name: "prompt-sentinel-secrets", key: "REDIS_PASSWORD" };
const valueFrom = { secretKeyRef: secretRef };
const password = [
  {
    ...{ op: "add", path: "/spec/template/spec/containers/0/env" },
    value: [
      { name: "REDIS_PASSWORD", valueFrom },
      { name: "REDISCLI_AUTH", valueFrom },
    ],
  },
  ...["--requirepass", "$(REDIS_PASSWORD)"].map((value) => ({
    ...{ op: "add", path: "/spec/template/spec/containers/0/command/-", value },
  })),
];

test("patches what the application's manifests have, and leaves out its placeholders", async () => {
  const settings = { keys: {}, "aws.secrets.names": undefined };
  const { resources, namespace, patches } = await of("aws", {
    ...{ settings, target: { release: "shop" } },
  });
  expect(namespace).toBe("prompt-sentinel");
  expect(resources).toEqual(["kubernetes/namespace.yaml", ...files, "external-secret.yaml"]);
  const arn = "arn:aws:iam::210987654321:role/promptsentinel-prod-app-irsa";
  expect(patches.map(({ patch }) => parse(patch) as unknown)).toStrictEqual([
    external,
    thing("v1", "ServiceAccount", "prompt-sentinel", { "eks.amazonaws.com/role-arn": arn }),
    ...[deployment, ...redis()],
    ...[role, config("production")],
  ]);
});

test("of Vault has no annotation, and with its key Redis asks for the password", async () => {
  const { patches } = await of("vault", { target: { release: "shop" } });
  expect(patches.map(({ patch }) => parse(patch) as unknown)).toStrictEqual([
    ...[external, deployment, ...redis(reload)],
    ...[role, config("staging"), password],
  ]);
  expect(patches.at(-1)?.target).toEqual({ kind: "StatefulSet", name: "prompt-sentinel-redis" });
});

test("tells which other file goes with it, and of a Redis without a password", async () => {
  const text = await rendered(kustomize, "gcp", {
    settings: { keys: {}, "gcp.secrets.names": undefined },
  });
  expect(text.split("\n").filter((line) => line.startsWith("#"))).toEqual([
    "# promptsentinel, prod, from gcp: kustomization.yaml in the application's folder deployment,",
    "# where external-secret.yaml is what --format externalSecret renders with",
    "# --platform gcp --release prompt-sentinel --namespace prompt-sentinel. Then: kubectl apply -k deployment",
    "# Without Reloader, `kubectl rollout restart` takes over new values.",
    "# Redis asks for no password: `keys.redis.enabled` in the stack's settings gives it one.",
  ]);
});

test("refuses a login of a service account that the manifests do not have", async () => {
  const settings = { "azure.access.app.aks.serviceAccount": "sentinel" };
  expect(await refusal(kustomize, "azure", { settings })).toBe(
    "the raw manifests' service account is prompt-sentinel, and the login is of sentinel; fix: name prompt-sentinel in the stack's settings",
  );
  expect(await refusal(kustomize, "azure", { size: "min" })).toContain("app has no way in by aks");
});

describe("of a stack's own cluster", () => {
  const own = {
    "kubernetes.target": { mode: "own", secretName: "prompt-sentinel-secrets" },
    "kubernetes.access.app.mode": "create",
  };
  const csi = {
    ...own,
    "kubernetes.delivery": "csi",
    "kubernetes.access": { app: { serviceAccount: "prompt-sentinel" } },
    "azure.access.app.aks.serviceAccount": "prompt-sentinel",
  };
  const template = { metadata: { annotations: reload } };
  const pods = podsOf("Deployment", "prompt-sentinel", undefined, { seccompProfile }, template);

  test("leaves out what the stack has made: namespace, service account and Secret", async () => {
    const { resources, patches } = await of("kubernetes", { settings: own });
    expect(resources).toEqual(files);
    expect(patches.map(({ patch }) => parse(patch) as unknown)).toStrictEqual([
      { ...thing("v1", "ServiceAccount", "prompt-sentinel"), $patch: "delete" },
      ...[pods, ...redis(reload), role, config("production"), password],
    ]);
  });

  test("keeps a service account that is the manifests', with what its source has to know", async () => {
    const settings = { ...own, "kubernetes.access.app.mode": "external" };
    const kinds = async (more: object): Promise<unknown[]> =>
      (await of("kubernetes", { settings: { ...settings, ...more } })).patches
        .map(({ patch }) => parse(patch) as { kind?: string; metadata: object })
        .filter(({ kind }) => kind === "ServiceAccount");
    expect(await kinds({})).toEqual([]);
    const shared = {
      "kubernetes.access.app.reader": "prompt-sentinel",
      "azure.access.app.aks.serviceAccount": "prompt-sentinel",
    };
    expect(await kinds(shared)).toEqual([
      thing("v1", "ServiceAccount", "prompt-sentinel", {
        "azure.workload.identity/client-id": "client-of-azure-access-app",
      }),
    ]);
  });

  test("mounts what the CSI driver brings", async () => {
    const { patches } = await of("kubernetes", { settings: csi });
    const all = patches.map(({ patch }) => parse(patch) as unknown);
    expect(all[1]).toMatchObject({
      kind: "Deployment",
      spec: {
        template: {
          spec: {
            volumes: [
              {
                name: "keys",
                csi: {
                  ...{ driver: "secrets-store.csi.k8s.io", readOnly: true },
                  volumeAttributes: { secretProviderClass: "promptsentinel-prod-app" },
                },
              },
            ],
          },
        },
      },
    });
    expect(all[2]).toEqual([
      {
        ...{ op: "add", path: "/spec/template/spec/containers/0/volumeMounts/-" },
        value: { name: "keys", mountPath: "/mnt/keys", readOnly: true },
      },
    ]);
    expect(patches[2]?.target).toEqual({ kind: "Deployment", name: "prompt-sentinel" });
  });

  test("without Reloader nothing is told to it", async () => {
    const settings = { ...own, "kubernetes.restart": "none" };
    expect(await rendered(kustomize, "kubernetes", { settings })).not.toContain("eloader");
  });

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    [
      "a Secret of another name",
      { "kubernetes.target.mode": "own" },
      "the raw manifests' Secret is prompt-sentinel-secrets, and the stack's is sentinel-prompt-sentinel; fix: set kubernetes.target.secretName to prompt-sentinel-secrets",
    ],
    [
      "a Secret that nobody makes",
      { "kubernetes.target.secretName": "prompt-sentinel-secrets" },
      "the raw manifests' Secret is one of placeholders, which is left out, and the stack makes none; fix: set kubernetes.target.mode to own",
    ],
    [
      "another service account",
      { ...own, "kubernetes.access.app.serviceAccount": "sentinel" },
      "the raw manifests' service account is prompt-sentinel, and the login is of sentinel; fix: name prompt-sentinel in the stack's settings",
    ],
    [
      "another namespace",
      {
        ...own,
        "kubernetes.namespace.name": "shop",
        ...{ "azure.access.app.aks.namespace": "shop", "azure.access.ci.aks.namespace": "shop" },
      },
      'namespace: got "prompt-sentinel"; kubernetes brings the keys into shop; fix: use it as --namespace, or set kubernetes.namespace.name',
    ],
  ])("refuses %s", async (_, settings, why) => {
    expect(await refusal(kustomize, "kubernetes", { settings })).toBe(why);
  });

  test("refuses keys that come as a file alone", async () => {
    const raw = changed(
      changed(selfReading("vault", "vaultAgent"), "kubernetes.access.app", {}),
      "vault.access.app.kubernetes.serviceAccounts",
      ["prompt-sentinel"],
    );
    expect(kustomize.cannot?.(inputFrom(await documentOf(raw), "kubernetes"))).toBe(
      "keys come by vaultAgent as a file, and Pods begin with a command that reads it, which is the image's to know; fix: set kubernetes.delivery to externalSecrets or csi",
    );
  });
});
