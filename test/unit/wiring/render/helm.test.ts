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
