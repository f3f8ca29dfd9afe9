import { noClusterLogin, theClusterLogin } from "./clusterLogin";
import { fullname } from "./fullname";
import { variablesOf, type Renderer } from "./renderer";
import { yamlText } from "./yamlText";

/**
 * Values for the application's chart. No key is among them: its Secret is made empty, and filled by what
 * `--format externalSecret` renders for the same release and namespace.
 */
export const helm: Renderer = {
  summary: "values for the application's Helm chart, to go with externalSecret",
  cannot: noClusterLogin,
  render(input) {
    const { wiring, platformName, target } = input;
    const { serviceAccount: name, annotations } = theClusterLogin(input);
    const secret = fullname(target.release);
    const values = {
      serviceAccount: { create: true, name, annotations },
      // The chart's own Redis has its password from these values, or none.
      redis: { enabled: false },
      config: { apiEnv: wiring.apiEnv },
      // The application reads its keys once, when it starts: https://github.com/stakater/Reloader
      podAnnotations: { "secret.reloader.stakater.com/reload": secret },
    };
    return yamlText(values, [
      `${wiring.app}, ${wiring.stage}, from ${platformName}: release ${target.release} in namespace ${target.namespace}, whose Secret is ${secret}.`,
      "Leave `secrets` empty. The keys come by what --format externalSecret renders with the same --release and",
      "--namespace, after the first install: External Secrets merges into the Secret that the chart makes.",
      "Without Reloader, `kubectl rollout restart` takes over new values, the first ones too.",
      ...(variablesOf(input, "app").includes("REDIS_PASSWORD") ? ownRedis : noRedis),
    ]);
  },
};

const ownRedis = [
  "REDIS_PASSWORD is for a Redis of your own. The chart does not tell of it: add REDIS_ENABLED and REDIS_HOST to the",
  "ExternalSecret, by `target.template` with `mergePolicy: Merge`. The chart's own would not take a new password.",
];
const noRedis = [
  "The chart's own Redis has a password that everybody knows. For a Redis of your own, set `keys.redis.enabled`.",
];
