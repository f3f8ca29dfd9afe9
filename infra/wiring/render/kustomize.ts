import { noClusterLogin, theClusterLogin } from "./clusterLogin";
import { fullname } from "./fullname";
import { variablesOf, type Renderer, type RenderInput } from "./renderer";
import { block, yamlText } from "./yamlText";

/** What the application's raw manifests are called. */
const base = "prompt-sentinel";
const secret = "prompt-sentinel-secrets";
const reload = { "secret.reloader.stakater.com/reload": secret };

/**
 * The application's files one by one, without its Secret of placeholders. Its own kustomization lists that one, and
 * kustomize 5 refuses it: it merges into a ConfigMap that has a namespace, and does not say which.
 */
const files = [
  "namespace",
  "rbac",
  "configmap",
  "redis",
  "deployment",
  "service",
  "ingress",
  "hpa",
];

/**
 * A kustomization over the application's deployment/kubernetes. It is one file, and what External Secrets needs is the
 * other: kustomize takes resources from files alone. Patches name what they change, so that a file in which it is
 * called otherwise is an error, and not a rule or a setting that stays.
 * https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/
 */
export const kustomize: Renderer = {
  summary: "a kustomization over the application's raw manifests, to go with externalSecret",
  cannot(input) {
    const none = noClusterLogin(input);
    if (none !== undefined) return none;
    const { serviceAccount } = theClusterLogin(input);
    return serviceAccount === base
      ? undefined
      : `the raw manifests' service account is ${base}, and the login is of ${serviceAccount}; fix: name ${base} in the stack's settings`;
  },
  render(input) {
    const { wiring, platformName, target } = input;
    const kustomization = {
      apiVersion: "kustomize.config.k8s.io/v1beta1",
      kind: "Kustomization",
      namespace: target.namespace,
      resources: [...files.map((file) => `kubernetes/${file}.yaml`), "external-secret.yaml"],
      patches: patchesOf(input).map((patch) =>
        "target" in patch
          ? { target: patch.target, patch: block(yamlText(patch.operations)) }
          : { patch: block(yamlText(patch)) },
      ),
    };
    const options = `--platform ${platformName} --release ${target.release} --namespace ${target.namespace}`;
    return yamlText(kustomization, [
      `${wiring.app}, ${wiring.stage}, from ${platformName}: kustomization.yaml in the application's folder deployment,`,
      "where external-secret.yaml is what --format externalSecret renders with",
      `${options}. Then: kubectl apply -k deployment`,
      "Without Reloader, `kubectl rollout restart` takes over new values.",
      ...(hasRedis(input)
        ? []
        : [
            "Redis asks for no password: `keys.redis.enabled` in the stack's settings gives it one.",
          ]),
    ]);
  },
};

/** A patch of a part, or operations on a thing: https://datatracker.ietf.org/doc/html/rfc6902 */
type Patch = Thing | { readonly target: object; readonly operations: readonly object[] };

interface Thing {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly [part: string]: unknown;
}

const thing = (apiVersion: string, kind: string, name: string, namespace = base): Thing => ({
  ...{ apiVersion, kind, metadata: { name, namespace } },
});

const annotated = (one: Thing, annotations: Readonly<Record<string, string>>): Thing => ({
  ...one,
  metadata: { ...one.metadata, annotations },
});

function patchesOf(input: RenderInput): readonly Patch[] {
  const { wiring, target } = input;
  const { annotations } = theClusterLogin(input);
  return [
    {
      ...thing(
        "external-secrets.io/v1",
        "ExternalSecret",
        fullname(target.release),
        target.namespace,
      ),
      spec: { target: { name: secret, creationPolicy: "Owner" } },
    },
    ...(Object.keys(annotations).length > 0
      ? [annotated(thing("v1", "ServiceAccount", base), annotations)]
      : []),
    // It lets the application read every Secret of the namespace, and the application never asks.
    { ...thing("rbac.authorization.k8s.io/v1", "Role", base), rules: [] },
    annotated(thing("apps/v1", "Deployment", base), reload),
    { ...thing("v1", "ConfigMap", `${base}-config`), data: { API_ENV: wiring.apiEnv } },
    ...(hasRedis(input) ? redisPatches : []),
  ];
}

const password = "REDIS_PASSWORD";
const hasRedis = (input: RenderInput): boolean => variablesOf(input, "app").includes(password);
const ofSecret = { valueFrom: { secretKeyRef: { name: secret, key: password } } };
const container = "/spec/template/spec/containers/0";

/** The manifests' own Redis asks for none, and answers an error to a client that has one. */
const redisPatches: readonly Patch[] = [
  annotated(thing("apps/v1", "StatefulSet", `${base}-redis`), reload),
  {
    target: { kind: "StatefulSet", name: `${base}-redis` },
    operations: [
      // The second is for the probes, which run redis-cli: https://redis.io/docs/latest/develop/tools/cli/
      {
        ...{ op: "add", path: `${container}/env` },
        value: [password, "REDISCLI_AUTH"].map((name) => ({ name, ...ofSecret })),
      },
      // https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/#use-environment-variables-to-define-arguments
      ...["--requirepass", `$(${password})`].map((value) => ({
        ...{ op: "add", path: `${container}/command/-`, value },
      })),
    ],
  },
];
