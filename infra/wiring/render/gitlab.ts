import { quoted } from "./env";
import { cloudOf } from "./githubLogins";
import { keyCommand } from "./keyCommands";
import { pipelineLogin, reasonAgainstPipeline } from "./pipeline";
import { keysOf, type Renderer, type RenderInput } from "./renderer";
import { yamlText } from "./yamlText";

/** Variable of the job's token. */
const token = "PROMPTSENTINEL_TOKEN";

/**
 * What the scan's job extends: it logs in with the job's own token, reads the keys into the shell of the job, and logs
 * out. By the vendors' command lines, because the `secrets` keyword is not in GitLab's free tier.
 * https://docs.gitlab.com/ci/secrets/id_token_authentication/
 */
export const gitlab: Renderer = {
  summary: "a job of GitLab CI that reads the scan's keys, to extend",
  cannot: (input) => reasonAgainstPipeline(input, "GitLab"),
  render(input) {
    const { secretMethod } = input.platform;
    const { environment, audience = usualAudience[secretMethod] } = pipelineLogin(input);
    const [tools, before, after] = logins[secretMethod]?.(input) ?? ["", [], []];
    const keys = keysOf(input, "ci").flatMap((key) => [
      // Apart from its export, which would hide that it failed.
      `${key.env}=$(${keyCommand(secretMethod, key, (_, value) => quoted(value))})`,
      `export ${key.env}`,
    ]);
    const job = {
      id_tokens: { [token]: { aud: audience } },
      // The token names it, and no other is taken. It is used, not deployed to.
      ...(environment !== undefined && { environment: { name: environment, action: "access" } }),
      before_script: [...before, ...keys, ...after, `unset ${token}`],
    };
    return yamlText({ ".promptsentinel-keys": job }, [
      "  security-scan: { extends: .promptsentinel-keys, image: <its own>, script: [<the scan>] }",
      `The image has ${tools}. Nothing that the job prints may hold a key: GitLab does not know it.`,
    ]);
  },
};

/** What documents before 1.2 leave to the vendor's own. */
const usualAudience: Readonly<Record<string, string>> = {
  ...{ aws: "sts.amazonaws.com", azure: "api://AzureADTokenExchange" },
};

type Commands = readonly [tools: string, before: readonly string[], after: readonly string[]];

const tokenFile = ["token_file=$(mktemp)", `printf '%s' "$${token}" > "$token_file"`];

const logins: Readonly<Record<string, (input: RenderInput) => Commands>> = {
  // https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-role.html#cli-configure-role-oidc
  aws: (input) => [
    "the AWS CLI and jq",
    [
      ...tokenFile,
      'export AWS_WEB_IDENTITY_TOKEN_FILE="$token_file"',
      `export AWS_ROLE_ARN=${text(input, "roleArn")}`,
      'export AWS_ROLE_SESSION_NAME="promptsentinel-$CI_JOB_ID"',
    ],
    ['rm -f "$token_file"', "unset AWS_WEB_IDENTITY_TOKEN_FILE AWS_ROLE_ARN AWS_ROLE_SESSION_NAME"],
  ],
  // https://docs.gitlab.com/ci/cloud_services/azure/
  azure: (input) => [
    "the Azure CLI",
    [
      ...cloud(input),
      `az login --service-principal --username ${text(input, "clientId")} --tenant ${text(input, "tenantId")} --federated-token "$${token}" --allow-no-subscriptions --output none`,
    ],
    ["az logout"],
  ],
  // https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines
  gcp: (input) => [
    "the Google Cloud CLI",
    [
      ...[...tokenFile, "login_file=$(mktemp)"],
      `gcloud iam workload-identity-pools create-cred-config ${text(input, "workloadIdentityProvider")} --service-account ${text(input, "serviceAccount")} --credential-source-file "$token_file" --output-file "$login_file"`,
      'export CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE="$login_file"',
    ],
    ['rm -f "$token_file" "$login_file"', "unset CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE"],
  ],
  // https://openbao.org/docs/auth/jwt/#jwt-authentication
  vault: (input) => [
    "bao or vault",
    [
      "cli=$(command -v bao || command -v vault)",
      ...Object.entries(input.platform.env)
        .filter(([name]) => name.startsWith("VAULT_"))
        .map(([name, value]) => `export ${name}=${quoted(value)}`),
      // From its standard input: others on the machine see a command's words.
      `VAULT_TOKEN=$(printf '%s' "$${token}" | "$cli" write -field=token ${quoted(`auth/${pipelineLogin(input)["mount"] ?? ""}/login`)} role=${text(input, "role")} jwt=-)`,
      "export VAULT_TOKEN",
    ],
    ['"$cli" token revoke -self', "unset VAULT_TOKEN"],
  ],
};

const text = (input: RenderInput, name: string): string => quoted(pipelineLogin(input)[name] ?? "");

/** https://learn.microsoft.com/cli/azure/manage-clouds-azure-cli */
function cloud(input: RenderInput): readonly string[] {
  const found = cloudOf(input.platform.env["AZURE_VAULT_URL"] ?? "");
  if (found === undefined) return [];
  return [
    `az cloud set --name ${found === "azurechinacloud" ? "AzureChinaCloud" : "AzureUSGovernment"}`,
  ];
}
