import { theClusterLogin, noClusterLogin } from "./clusterLogin";
import { fullname } from "./fullname";
import { keysOf, type Renderer } from "./renderer";
import { yamlText } from "./yamlText";

/** How soon a new value arrives. Each refresh is one read of each key, which clouds count. */
const refreshInterval = "1h0m0s";

const apiVersion = "external-secrets.io/v1";

/**
 * Manifests for External Secrets: where the keys are, and that they go into the Secret of the application's chart.
 * They are merged, because the Secret is Helm's, which makes it empty and leaves it alone from then on.
 * https://external-secrets.io/latest/guides/ownership-deletion-policy/#merge
 */
export const externalSecret: Renderer = {
  summary: "a SecretStore and an ExternalSecret for the application's chart",
  cannot: noClusterLogin,
  render(input) {
    const { wiring, platformName, target } = input;
    const { provider, remoteRef, serviceAccount, notes } = theClusterLogin(input);
    const name = fullname(target.release);
    const metadata = { name, namespace: target.namespace };
    const store = { apiVersion, kind: "SecretStore", metadata, spec: { provider } };
    const secret = {
      ...{ apiVersion, kind: "ExternalSecret", metadata },
      spec: {
        refreshInterval,
        secretStoreRef: { kind: "SecretStore", name },
        target: { name, creationPolicy: "Merge" },
        data: keysOf(input, "app").map(({ env, locator }) => ({
          secretKey: env,
          remoteRef: remoteRef(locator),
        })),
      },
    };
    const comment = [
      `${wiring.app}, ${wiring.stage}, from ${platformName}: fills Secret ${name} of release ${target.release} in ${target.namespace}.`,
      `It reads as service account ${serviceAccount}, which --format helm and --format kustomize make as it has to be.`,
      ...notes,
    ];
    return `${yamlText(store, comment)}---\n${yamlText(secret)}`;
  },
};
