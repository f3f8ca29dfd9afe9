import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { patience } from "../patience";

/**
 * How often the SDK makes a call that was throttled or not answered, by its own growing intervals; a Retry-After
 * lengthens one by five seconds at most. Waits in milliseconds.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export const callSettings = {
  maxAttempts: patience.retries,
  retryMode: "standard",
  requestHandler: {
    connectionTimeout: 5000,
    ...{ requestTimeout: 10_000, throwOnRequestTimeout: true },
    // The one before ends once an answer begins, and an answer may stop in its midst.
    socketTimeout: 10_000,
  },
} as const;

const noWarning = "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED";

/**
 * The service of a region, with the caller's own credentials and endpoint: the SDK looks for them where every client
 * of AWS does.
 */
export function serviceOf(region: string): SecretsManagerClient {
  // Which Nodes this project runs on is its own matter: README, and CONTRIBUTING for when that changes.
  const before = process.env[noWarning];
  process.env[noWarning] = "true";
  try {
    return new SecretsManagerClient({ region, ...callSettings });
  } finally {
    if (before === undefined) Reflect.deleteProperty(process.env, noWarning);
    else process.env[noWarning] = before;
  }
}

/** What it goes by in messages: its endpoint where that is not AWS' own. */
export function serviceAddress(env: NodeJS.ProcessEnv): string {
  const endpoint = env["AWS_ENDPOINT_URL_SECRETS_MANAGER"] || env["AWS_ENDPOINT_URL"];
  return endpoint !== undefined && URL.canParse(endpoint)
    ? new URL(endpoint).origin
    : "AWS Secrets Manager";
}
