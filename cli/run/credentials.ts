import type { StoreName } from "../../stores/store";

/**
 * By which a job of GitHub's asks for its identity, as which any of the stores lets it in:
 * https://docs.github.com/actions/reference/security/oidc
 */
const pipelineLogin = ["ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL"];

/**
 * Variables that hold a credential, or say where one is, of each method: of the stores' own clients and of the Pulumi
 * providers', by
 * https://developer.hashicorp.com/vault/docs/commands#configure-environment-variables,
 * https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html#EVarSettings,
 * https://learn.microsoft.com/javascript/api/overview/azure/identity-readme#environment-variables,
 * https://cloud.google.com/docs/authentication/application-default-credentials.
 */
const credentials: Readonly<Record<StoreName, readonly string[]>> = {
  vault: ["VAULT_TOKEN", "BAO_TOKEN", ...pipelineLogin],
  aws: [
    ...["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"],
    ...["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SHARED_CREDENTIALS_FILE"],
    ...["AWS_CONFIG_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE"],
    ...["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"],
    ...["AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"],
    ...pipelineLogin,
  ],
  azure: [
    ...["AZURE_CLIENT_SECRET", "AZURE_PASSWORD", "AZURE_FEDERATED_TOKEN_FILE"],
    ...["AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PASSWORD"],
    ...["ARM_CLIENT_SECRET", "ARM_CLIENT_CERTIFICATE_PATH", "ARM_CLIENT_CERTIFICATE_PASSWORD"],
    ...["ARM_OIDC_TOKEN", "ARM_OIDC_TOKEN_FILE_PATH", "ARM_OIDC_REQUEST_TOKEN"],
    ...["IDENTITY_HEADER", "MSI_SECRET", "AZURE_CONFIG_DIR"],
    // By which a pipeline of Azure DevOps asks for its identity.
    ...["SYSTEM_ACCESSTOKEN", ...pipelineLogin],
  ],
  gcp: [
    ...["GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CREDENTIALS", "GOOGLE_OAUTH_ACCESS_TOKEN"],
    ...["GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON", "CLOUDSDK_AUTH_ACCESS_TOKEN"],
    ...["CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE", "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE"],
    // Set by GitHub's google-github-actions/auth beside Google's own.
    ...["CLOUDSDK_CONFIG", "GOOGLE_GHA_CREDS_PATH", ...pipelineLogin],
  ],
  // Whoever may use the session's bus may use its keyring: the bus stays, as other programs need it.
  keyring: ["PROMPTSENTINEL_KEYRING_PASSWORD_FILE"],
  dotenv: [],
  "dotenv-vault": ["DOTENV_KEY"],
  dotenvx: [],
};

/** Keys of dotenvx are named after their file: DOTENV_PRIVATE_KEY_PRODUCTION. */
const prefixes: Partial<Record<StoreName, string>> = { dotenvx: "DOTENV_PRIVATE_KEY" };

/**
 * Of the engine, by which a stack's output was read, and of its state's backend, which can be a bucket of any cloud:
 * https://www.pulumi.com/docs/iac/concepts/state-and-backends/
 */
const stackCredentials = [
  ...["PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"],
  ...["AZURE_STORAGE_KEY", "AZURE_STORAGE_SAS_TOKEN", "AZURE_STORAGE_CONNECTION_STRING"],
  ...[...credentials.aws, ...credentials.azure, ...credentials.gcp],
];

/**
 * The variables with which a store was read, which a command that has its keys has no need of: whoever breaks into the
 * application would reach with them what it may not read. What the same user has in files, such as ~/.vault-token, is
 * within the command's reach all the same.
 * @param withStack whether a stack was read, too
 */
export const withheld = (
  env: NodeJS.ProcessEnv,
  method: StoreName,
  withStack: boolean,
): readonly string[] => {
  const names = [...credentials[method], ...(withStack ? stackCredentials : [])];
  const prefix = prefixes[method];
  return Object.keys(env).filter(
    (name) => names.includes(name) || (prefix !== undefined && name.startsWith(prefix)),
  );
};
