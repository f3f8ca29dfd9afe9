import { parse } from "yaml";
import { kustomize } from "../../../../infra/wiring/render/kustomize";
import { refusal, rendered, type inputOf } from "../../../fixtures/clusterWiring";

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
const reload = { "secret.reloader.stakater.com/reload": "prompt-sentinel-secrets" };
const common = [
  {
    ...thing("external-secrets.io/v1", "ExternalSecret", "shop-prompt-sentinel"),
    spec: { target: { name: "prompt-sentinel-secrets", creationPolicy: "Owner" } },
  },
  { ...thing("rbac.authorization.k8s.io/v1", "Role", "prompt-sentinel"), rules: [] },
  thing("apps/v1", "Deployment", "prompt-sentinel", reload),
];

test("patches what the application's manifests have, and leaves out its placeholders", async () => {
  const settings = { keys: {}, "aws.secrets.names": undefined };
  const { resources, namespace, patches } = await of("aws", {
    ...{ settings, target: { release: "shop" } },
  });
  expect(namespace).toBe("prompt-sentinel");
  expect(resources).toEqual([
    ...["namespace", "rbac", "configmap", "redis", "deployment", "service", "ingress", "hpa"].map(
      (file) => `kubernetes/${file}.yaml`,
    ),
    "external-secret.yaml",
  ]);
  const arn = "arn:aws:iam::210987654321:role/promptsentinel-prod-app-irsa";
  const [external, role, deployment] = common;
  expect(patches.map(({ patch }) => parse(patch) as unknown)).toStrictEqual([
    external,
    thing("v1", "ServiceAccount", "prompt-sentinel", { "eks.amazonaws.com/role-arn": arn }),
    ...[role, deployment],
    { ...thing("v1", "ConfigMap", "prompt-sentinel-config"), data: { API_ENV: "production" } },
  ]);
});

test("of Vault has no annotation, and with its key Redis asks for the password", async () => {
  const { patches } = await of("vault", { target: { release: "shop" } });
  const secret = { name: "prompt-sentinel-secrets", key: "REDIS_PASSWORD" };
  const valueFrom = { secretKeyRef: secret };
  expect(patches.map(({ patch }) => parse(patch) as unknown)).toStrictEqual([
    ...common,
    { ...thing("v1", "ConfigMap", "prompt-sentinel-config"), data: { API_ENV: "staging" } },
    thing("apps/v1", "StatefulSet", "prompt-sentinel-redis", reload),
    [
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
    ],
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
