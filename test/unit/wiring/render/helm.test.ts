import { parse } from "yaml";
import { helm } from "../../../../infra/wiring/render/helm";
import { inputOf, refusal, rendered, type ClusterPlatform } from "../../../fixtures/clusterWiring";

test("byte for byte", async () => {
  const settings = { keys: {}, "aws.secrets.names": undefined };
  expect(await rendered(helm, "aws", { settings, target: { release: "shop" } }))
    .toBe(`# promptsentinel, prod, from aws: release shop in namespace prompt-sentinel, whose Secret is shop-prompt-sentinel.
# Leave \`secrets\` empty. The keys come by what --format externalSecret renders with the same --release and
# --namespace, after the first install: External Secrets merges into the Secret that the chart makes.
# Without Reloader, \`kubectl rollout restart\` takes over new values, the first ones too.
# The chart's own Redis has a password that everybody knows. For a Redis of your own, set \`keys.redis.enabled\`.

serviceAccount:
  create: true
  name: "prompt-sentinel"
  annotations:
    eks.amazonaws.com/role-arn: "arn:aws:iam::210987654321:role/promptsentinel-prod-app-irsa"
redis:
  enabled: false
config:
  apiEnv: "production"
podAnnotations:
  secret.reloader.stakater.com/reload: "shop-prompt-sentinel"
podSecurityContext:
  seccompProfile:
    type: "RuntimeDefault"
`);
});

test.each<[ClusterPlatform, string, Readonly<Record<string, string>>]>([
  ["vault", "staging", {}],
  [
    "aws",
    "production",
    {
      "eks.amazonaws.com/role-arn": "arn:aws:iam::210987654321:role/promptsentinel-prod-app-irsa",
    },
  ],
  ["azure", "production", { "azure.workload.identity/client-id": "client-of-azure-access-app" }],
  [
    "gcp",
    "production",
    {
      "iam.gke.io/gcp-service-account":
        "promptsentinel-prod-app@sentinel-prod-4711.iam.gserviceaccount.com",
    },
  ],
])("of %s holds what the chart takes, and no more", async (name, apiEnv, annotations) => {
  expect(parse(await rendered(helm, name))).toStrictEqual({
    serviceAccount: { create: true, name: "prompt-sentinel", annotations },
    redis: { enabled: false },
    config: { apiEnv },
    podAnnotations: { "secret.reloader.stakater.com/reload": "prompt-sentinel" },
    podSecurityContext: { seccompProfile: { type: "RuntimeDefault" } },
  });
});

test("a service account is called as the login is bound to", async () => {
  const settings = { "gcp.access.app.gke.serviceAccount": "sentinel" };
  expect(parse(await rendered(helm, "gcp", { settings }))).toMatchObject({
    serviceAccount: { name: "sentinel" },
  });
});

test("tells what a password of Redis is for", async () => {
  expect(await rendered(helm, "aws")).toContain("# REDIS_PASSWORD is for a Redis of your own.");
});

test("refuses where nothing could fill the Secret", async () => {
  expect(await refusal(helm, "azure", { size: "min" })).toContain("app has no way in by aks");
  const input = await inputOf("azure", { size: "min" });
  expect(() => helm.render(input)).toThrow("app has no way in by aks");
});

describe("of a stack's own cluster", () => {
  const target = { release: "sentinel" };

  test("byte for byte: what the stack has made, the chart does not", async () => {
    const settings = { "kubernetes.access.app.mode": "create" };
    expect(await rendered(helm, "kubernetes", { settings, target }))
      .toBe(`# promptsentinel, prod, from kubernetes: release sentinel in namespace prompt-sentinel, whose Secret is sentinel-prompt-sentinel.
# Leave \`secrets\` empty. The stack's ExternalSecret merges the keys into the Secret that the chart makes, at its
# next refresh after the first install.
# Without Reloader, \`kubectl rollout restart\` takes over new values, the first ones too.
# REDIS_PASSWORD is for a Redis of your own. The chart does not tell of it: put REDIS_ENABLED and REDIS_HOST into
# the Secret beside it, where Helm and External Secrets leave them. The chart's own would not take a new password.

serviceAccount:
  create: false
  name: "prompt-sentinel"
redis:
  enabled: false
config:
  apiEnv: "production"
podAnnotations:
  secret.reloader.stakater.com/reload: "sentinel-prompt-sentinel"
podSecurityContext:
  seccompProfile:
    type: "RuntimeDefault"
`);
  });

  test("a service account that is Helm's is made by it, with what its source has to know", async () => {
    expect(parse(await rendered(helm, "kubernetes", { target }))).toMatchObject({
      serviceAccount: { create: true, name: "prompt-sentinel", annotations: {} },
    });
    const settings = { "azure.access.app.aks.serviceAccount": "prompt-sentinel" };
    const shared = { ...settings, "kubernetes.access.app.reader": "prompt-sentinel" };
    expect(parse(await rendered(helm, "kubernetes", { settings: shared, target }))).toMatchObject({
      serviceAccount: {
        ...{ create: true, name: "prompt-sentinel" },
        annotations: { "azure.workload.identity/client-id": "client-of-azure-access-app" },
      },
    });
  });

  test("without Reloader nothing is told to it", async () => {
    const settings = { "kubernetes.restart": "none" };
    const text = await rendered(helm, "kubernetes", { settings, target });
    expect(parse(text)).toMatchObject({ podAnnotations: {} });
    expect(text).not.toContain("eloader");
  });

  const self = {
    "kubernetes.access.app": { serviceAccount: "sentinel-reader" },
    "kubernetes.access.ci": undefined,
    "kubernetes.target": { mode: "own", secretName: "keys" },
  };
  test.each<[string, Readonly<Record<string, unknown>>, object, string]>([
    [
      "another namespace",
      {},
      { ...target, namespace: "shop" },
      'namespace: got "shop"; kubernetes brings the keys into prompt-sentinel; fix: use it as --namespace, or set kubernetes.namespace.name',
    ],
    [
      "a release of another Secret",
      {},
      { release: "shop" },
      'release: got "shop", whose Secret is shop-prompt-sentinel; the stack fills sentinel-prompt-sentinel; fix: use the --release of that Secret, or set kubernetes.target.secretName to shop-prompt-sentinel',
    ],
    [
      "a Secret of the stack's",
      { "kubernetes.target.mode": "own" },
      target,
      "the stack makes the Secret sentinel-prompt-sentinel, and the chart makes and reads one of its own; fix: set kubernetes.target.mode to merge",
    ],
    [
      "keys that the CSI driver brings",
      { ...self, "kubernetes.delivery": "csi" },
      target,
      "keys come by csi, and the chart has no setting for a volume or a command; fix: set kubernetes.delivery to externalSecrets",
    ],
    [
      "a release that Helm would not take",
      {},
      { release: "Shop" },
      'release: got "Shop"; allowed: a-z, 0-9 and - between them, 53 at most; fix: use such a name',
    ],
  ])("refuses %s", async (_, settings, where, why) => {
    expect(await refusal(helm, "kubernetes", { settings, target: where })).toBe(why);
    const input = await inputOf("kubernetes", { settings, target: where });
    expect(() => helm.render(input)).toThrow(why);
  });
});
