import { noClusterLogin, theClusterLogin } from "./clusterLogin";
import { fullname } from "./fullname";
import { variablesOf, type Renderer, type RenderInput } from "./renderer";
import { seccomp } from "./restricted";
import { stackPods, wrongPlace, type StackPods } from "./stackPods";
import { yamlText } from "./yamlText";

/**
 * Values for the application's chart. No key is among them: its Secret is made empty, and filled by what
 * `--format externalSecret` renders for the same release and namespace, or by the stack's own cluster.
 */
export const helm: Renderer = {
  summary:
    "values for the application's Helm chart, to go with externalSecret or a cluster's stack",
  cannot(input) {
    const pods = stackPods(input);
    return pods === undefined ? noClusterLogin(input) : cannotFill(input, pods);
  },
  render(input) {
    const { wiring, platformName, target } = input;
    const secret = fullname(target.release);
    const { serviceAccount, podAnnotations, how, ownRedis } =
      ofStack(input) ?? ofExternalSecret(input);
    const values = {
      serviceAccount,
      // The chart's own Redis has its password from these values, or none.
      redis: { enabled: false },
      config: { apiEnv: wiring.apiEnv },
      podAnnotations,
      podSecurityContext: seccomp,
    };
    return yamlText(values, [
      `${wiring.app}, ${wiring.stage}, from ${platformName}: release ${target.release} in namespace ${target.namespace}, whose Secret is ${secret}.`,
      ...how,
      ...(variablesOf(input, "app").includes("REDIS_PASSWORD") ? ownRedis : noRedis),
    ]);
  },
};

interface Ways {
  readonly serviceAccount: object;
  readonly podAnnotations: Readonly<Record<string, string>>;
  /** How the keys come, in lines. */
  readonly how: readonly string[];
  /** What a password of Redis is for. */
  readonly ownRedis: readonly string[];
}

function ofExternalSecret(input: RenderInput): Ways {
  const { serviceAccount: name, annotations } = theClusterLogin(input);
  const secret = fullname(input.target.release);
  return {
    serviceAccount: { create: true, name, annotations },
    // The application reads its keys once, when it starts: https://github.com/stakater/Reloader
    podAnnotations: { "secret.reloader.stakater.com/reload": secret },
    how: [
      "Leave `secrets` empty. The keys come by what --format externalSecret renders with the same --release and",
      "--namespace, after the first install: External Secrets merges into the Secret that the chart makes.",
      withoutReloader,
    ],
    ownRedis: [
      `${aRedis}: add REDIS_ENABLED and REDIS_HOST to the`,
      "ExternalSecret, by `target.template` with `mergePolicy: Merge`. The chart's own would not take a new password.",
    ],
  };
}

function ofStack(input: RenderInput): Ways | undefined {
  const pods = stackPods(input);
  if (pods === undefined) return undefined;
  const why = cannotFill(input, pods);
  if (why !== undefined) throw new Error(why);
  const { serviceAccount: name, makesAccount, annotations, podAnnotations } = pods;
  return {
    serviceAccount: { create: makesAccount, name, ...(makesAccount && { annotations }) },
    podAnnotations,
    how: [
      "Leave `secrets` empty. The stack's ExternalSecret merges the keys into the Secret that the chart makes, at its",
      "next refresh after the first install.",
      Object.keys(podAnnotations).length > 0
        ? withoutReloader
        : "`kubectl rollout restart` takes over new values, the first ones too.",
    ],
    ownRedis: [
      `${aRedis}: put REDIS_ENABLED and REDIS_HOST into`,
      "the Secret beside it, where Helm and External Secrets leave them. The chart's own would not take a new password.",
    ],
  };
}

const withoutReloader =
  "Without Reloader, `kubectl rollout restart` takes over new values, the first ones too.";

/** The chart makes a Secret of its own full name and reads that alone, and has no volume of yours. */
function cannotFill(input: RenderInput, pods: StackPods): string | undefined {
  const { platformName: name, target } = input;
  const { delivery, secret = "", makesSecret } = pods;
  const wrong = wrongPlace(input, pods);
  if (wrong !== undefined) return wrong;
  if (delivery !== "externalSecrets") {
    return `keys come by ${delivery}, and the chart has no setting for a volume or a command; fix: set ${name}.delivery to externalSecrets`;
  }
  if (!makesSecret) {
    return `the stack makes the Secret ${secret}, and the chart makes and reads one of its own; fix: set ${name}.target.mode to merge`;
  }
  const own = fullname(target.release);
  return own === secret
    ? undefined
    : `release: got ${JSON.stringify(target.release)}, whose Secret is ${own}; the stack fills ${secret}; fix: use the --release of that Secret, or set ${name}.target.secretName to ${own}`;
}

const aRedis = "REDIS_PASSWORD is for a Redis of your own. The chart does not tell of it";
const noRedis = [
  "The chart's own Redis has a password that everybody knows. For a Redis of your own, set `keys.redis.enabled`.",
];
