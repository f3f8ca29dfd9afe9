import { anything, registry, type ByHand } from "./entry";

const page = (name: string): string => registry("gcp", name.toLowerCase());

/** `kms/SecretCiphertext` is of the type `gcp:kms/secretCiphertext:SecretCiphertext`. */
function whole(name: string, reason: string): ByHand {
  const [module = "", kind = ""] = name.split("/");
  const file = `${kind.slice(0, 1).toLowerCase()}${kind.slice(1)}`;
  return { type: `gcp:${module}/${file}:${kind}`, reason, source: page(name) };
}
const part = (name: string, paths: readonly string[], reason: string): ByHand => ({
  ...whole(name, reason),
  arguments: paths,
});

const isAVersion =
  "it is a version of a secret, value and all, and puts an old value back after a rotation";
const makesACredential = "the provider makes a long-lived credential and puts it into state";
const header = "a header is where a token is; oidcToken and oauthToken log in as a service account";

/** `https://user:password@host`, and what follows a question mark. */
const keyed = /:\/\/[^/@\s]*@|\?/;
const keyedAddress =
  "a token in the address is all that it takes to call it; oidcToken logs in as a service account";

/** What gcp's SDK does not say. */
export const gcpByHand: readonly ByHand[] = [
  whole("secretmanager/SecretVersion", isAVersion),
  whole("secretmanager/RegionalSecretVersion", isAVersion),
  whole("projects/ApiKey", makesACredential),
  whole("serviceaccount/Key", makesACredential),
  whole("kms/SecretCiphertext", "the text that it encrypts is an argument"),
  whole("deploymentmanager/Deployment", anything),
  whole("configdeployment/Deployment", anything),
  part(
    "container/Cluster",
    ["masterAuth.clientCertificateConfig"],
    "the provider puts the certificate's key into state",
  ),
  part(
    "monitoring/NotificationChannel",
    [
      ...["auth_token", "password", "service_key", "url"].map((label) => `labels.${label}`),
      ...["serviceKey", "serviceKeyWo"].map((label) => `sensitiveLabels.${label}`),
    ],
    "it is what the channel is called with; such a channel is added by hand",
  ),
  part("monitoring/UptimeCheckConfig", ["httpCheck.headers"], header),
  part("cloudscheduler/Job", ["httpTarget.headers", "appEngineHttpTarget.headers"], header),
  part("cloudtasks/Queue", ["httpTarget.headerOverrides.header.value"], header),
  {
    ...part("pubsub/Subscription", ["pushConfig.pushEndpoint"], keyedAddress),
    having: keyed,
  },
  part("apigee/EnvironmentKeyvaluemapsEntries", ["value"], "it holds anything"),
  part("bigquery/DataTransferConfig", ["params.secret_access_key"], "it is a key of another cloud"),
  part(
    "discoveryengine/DataConnector",
    ["params", "jsonParams"],
    "they are what a connector logs in with",
  ),
  part("compute/Router", ["md5AuthenticationKeys.key"], "it is the key of a session"),
  part("compute/RouterPeer", ["md5AuthenticationKey.key"], "it is the key of a session"),
];
