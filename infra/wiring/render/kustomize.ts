import { csiVolume } from "../csiVolume";
import { noClusterLogin, theClusterLogin } from "./clusterLogin";
import { fullname } from "./fullname";
import {
  annotated,
  base,
  deployment,
  mounted,
  redisPassword,
  restrictedRedis,
  secret,
  thing,
  type Patch,
} from "./kustomizePatches";
import { variablesOf, type Renderer, type RenderInput } from "./renderer";
import { stackPods, wrongPlace, type StackPods } from "./stackPods";
import { block, yamlText } from "./yamlText";

/**
 * The application's files one by one, without its Secret of placeholders. Its own kustomization lists that one, and
 * kustomize 5 refuses it: it merges into a ConfigMap that has a namespace, and does not say which.
 */
const files = ["rbac", "configmap", "redis", "deployment", "service", "ingress", "hpa"];
const own = "external-secret.yaml";

/**
 * A kustomization over the application's deployment/kubernetes. It is one file, and what External Secrets needs is the
 * other: kustomize takes resources from files alone. Patches name what they change, so that a file in which it is
 * called otherwise is an error, and not a rule or a setting that stays.
 * https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/
 */
export const kustomize: Renderer = {
  summary:
    "a kustomization over the application's raw manifests, to go with externalSecret or a cluster's stack",
  cannot(input) {
    const pods = stackPods(input);
    if (pods) return cannotTake(input, pods);
    const none = noClusterLogin(input);
    return none ?? otherAccount(theClusterLogin(input).serviceAccount);
  },
  render(input) {
    const { wiring, platformName, target } = input;
    const { resources, patches, how } = ofStack(input) ?? ofExternalSecret(input);
    const kustomization = {
      apiVersion: "kustomize.config.k8s.io/v1beta1",
      kind: "Kustomization",
      namespace: target.namespace,
      resources,
      patches: [...patches, ...common(input)].map((patch) =>
        "target" in patch
          ? { target: patch.target, patch: block(yamlText(patch.operations)) }
          : { patch: block(yamlText(patch)) },
      ),
    };
    return yamlText(kustomization, [
      `${wiring.app}, ${wiring.stage}, from ${platformName}: kustomization.yaml in the application's folder deployment,`,
      ...how,
      ...(hasRedis(input)
        ? []
        : [
            "Redis asks for no password: `keys.redis.enabled` in the stack's settings gives it one.",
          ]),
    ]);
  },
};

interface Way {
  readonly resources: readonly string[];
  readonly patches: readonly Patch[];
  /** How the keys come, in lines. */
  readonly how: readonly string[];
}

const ofManifests = (names: readonly string[]): readonly string[] =>
  names.map((name) => `kubernetes/${name}.yaml`);

const hasRedis = (input: RenderInput): boolean =>
  variablesOf(input, "app").includes("REDIS_PASSWORD");

/** What is so by whichever way the keys come. */
const common = (input: RenderInput): readonly Patch[] => [
  // It lets the application read every Secret of the namespace, and the application never asks.
  { ...thing("rbac.authorization.k8s.io/v1", "Role", base), rules: [] },
  { ...thing("v1", "ConfigMap", `${base}-config`), data: { API_ENV: input.wiring.apiEnv } },
  ...(hasRedis(input) ? [redisPassword] : []),
];

const reloadKey = "secret.reloader.stakater.com/reload";

function ofExternalSecret(input: RenderInput): Way {
  const { target, platformName } = input;
  const { annotations } = theClusterLogin(input);
  const reload = { [reloadKey]: secret };
  const options = `--platform ${platformName} --release ${target.release} --namespace ${target.namespace}`;
  return {
    resources: [...ofManifests(["namespace", ...files]), own],
    patches: [
      {
        ...thing(
          "external-secrets.io/v1",
          "ExternalSecret",
          fullname(target.release),
          target.namespace,
        ),
        spec: { target: { name: secret, creationPolicy: "Owner" } },
      },
      ...(Object.keys(annotations).length > 0 ? [account(annotations)] : []),
      deployment(reload, {}),
      ...restrictedRedis(hasRedis(input) ? reload : {}),
    ],
    how: [
      `where ${own} is what --format externalSecret renders with`,
      `${options}. Then: kubectl apply -k deployment`,
      "Without Reloader, `kubectl rollout restart` takes over new values.",
    ],
  };
}

const account = (annotations: Readonly<Record<string, string>>): Patch =>
  annotated(thing("v1", "ServiceAccount", base), annotations);

/** What the stack has made is left out: a `kubectl delete -k` would take it away. */
function ofStack(input: RenderInput): Way | undefined {
  const pods = stackPods(input);
  if (!pods) return undefined;
  const why = cannotTake(input, pods);
  if (why !== undefined) throw new Error(why);
  const { makesAccount, annotations, podAnnotations, secretProviderClass } = pods;
  const csi = secretProviderClass === undefined ? undefined : csiVolume(secretProviderClass);
  const reload = podAnnotations[reloadKey];
  return {
    resources: ofManifests(files),
    patches: [
      ...(makesAccount
        ? Object.keys(annotations).length > 0
          ? [account(annotations)]
          : []
        : [{ ...thing("v1", "ServiceAccount", base), $patch: "delete" }]),
      deployment({}, podAnnotations, csi?.volumes),
      ...(csi ? [mounted(csi.volumeMounts)] : []),
      ...restrictedRedis(hasRedis(input) && reload !== undefined ? { [reloadKey]: reload } : {}),
    ],
    how: [
      "and the stack has made what is not in it. Then: kubectl apply -k deployment",
      `A NetworkPolicy of its own finds these Pods by ${input.platformName}.network.podLabels { app: ${base} }.`,
      `${reload === undefined ? "" : "Without Reloader, "}\`kubectl rollout restart\` takes over new values.`,
    ],
  };
}

function cannotTake(input: RenderInput, pods: StackPods): string | undefined {
  const { platformName: name } = input;
  const wrong = wrongPlace(input, pods) ?? otherAccount(pods.serviceAccount);
  if (wrong !== undefined) return wrong;
  if (pods.secret === undefined) {
    return `keys come by ${pods.delivery} as a file, and Pods begin with a command that reads it, which is the image's to know; fix: set ${name}.delivery to externalSecrets or csi`;
  }
  if (pods.secret !== secret) {
    return `the raw manifests' Secret is ${secret}, and the stack's is ${pods.secret}; fix: set ${name}.target.secretName to ${secret}`;
  }
  return pods.makesSecret
    ? `the raw manifests' Secret is one of placeholders, which is left out, and the stack makes none; fix: set ${name}.target.mode to own`
    : undefined;
}

const otherAccount = (name: string): string | undefined =>
  name === base
    ? undefined
    : `the raw manifests' service account is ${base}, and the login is of ${name}; fix: name ${base} in the stack's settings`;
