import { Scalar } from "yaml";
import { coordinate } from "./coordinate";
import { pipelineLogin } from "./pipeline";
import { keysOf, type RenderInput } from "./renderer";

/**
 * The vendors' actions, at the commit of a release's tag: a tag can be moved.
 * https://docs.github.com/actions/reference/security/secure-use#using-third-party-actions
 */
const actions = {
  aws: [
    "aws-actions/configure-aws-credentials",
    "e6de054238d6b7531b4efff3b6587d9aade6a06c",
    "v6.2.3",
  ],
  azure: ["azure/login", "f5d393ae46f8fde4be8b75f32e3fc50e654ad0ca", "v3.0.1"],
  gcp: ["google-github-actions/auth", "7c6bc770dae815cd3e89ee6cdf493a5fab2cc093", "v3.0.0"],
  vault: ["hashicorp/vault-action", "4c06c5ccf5c0761b6029f56cfb1dcf5565918a3b", "v3.4.0"],
} as const;

type Inputs = Readonly<Record<string, string | undefined>>;

/** The step that logs in. */
export const githubLogin = (input: RenderInput): readonly object[] =>
  logins[input.platform.secretMethod]?.(input, pipelineLogin(input)) ?? [];

const logins: Readonly<Record<string, (input: RenderInput, login: Inputs) => readonly object[]>> = {
  aws: (input, login) => [
    step("Log in to AWS", "aws", {
      "role-to-assume": login["roleArn"],
      "aws-region": input.platform.env["AWS_REGION"],
      audience: login["audience"],
    }),
  ],
  azure: (input, login) => [
    step("Log in to Azure", "azure", {
      "client-id": login["clientId"],
      "tenant-id": login["tenantId"],
      // It reads secrets and sees nothing else: no subscription either.
      "allow-no-subscriptions": "true",
      audience: login["audience"],
      environment: cloudOf(input.platform.env["AZURE_VAULT_URL"] ?? ""),
    }),
  ],
  gcp: (_, login) => [
    step("Log in to Google Cloud", "gcp", {
      project_id: login["projectId"],
      workload_identity_provider: login["workloadIdentityProvider"],
      service_account: login["serviceAccount"],
      audience: login["audience"],
    }),
  ],
  vault: (input, login) => [
    {
      ...step("Read the keys from Vault", "vault", {
        url: input.platform.env["VAULT_ADDR"],
        namespace: input.platform.env["VAULT_NAMESPACE"],
        method: "jwt",
        path: login["mount"],
        role: login["role"],
        jwtGithubAudience: login["audience"],
        exportEnv: "false",
        secrets: keysOf(input, "ci")
          .map(
            (key) =>
              `${coordinate(key, "mount")}/data/${coordinate(key, "path")} ${coordinate(key, "field")} | ${key.env}`,
          )
          .join(" ; "),
      }),
      id: "keys",
    },
  ],
};

function step(name: string, platform: keyof typeof actions, inputs: Inputs): object {
  const [action, commit, version] = actions[platform];
  const uses = new Scalar(`${action}@${commit}`);
  uses.type = Scalar.PLAIN;
  uses.comment = ` ${version}`;
  return {
    ...{ name, uses },
    with: Object.fromEntries(
      Object.entries(inputs).flatMap(([input, value]) =>
        value === undefined ? [] : [[input, expressionSafe(value)]],
      ),
    ),
  };
}

/** The action's name of a vault's cloud; undefined is the public one. https://github.com/Azure/login#input-parameters */
export const cloudOf = (vaultUrl: string): "azureusgovernment" | "azurechinacloud" | undefined => {
  if (/\.usgovcloudapi\.net\/?$/.test(vaultUrl)) return "azureusgovernment";
  return /\.azure\.cn\/?$/.test(vaultUrl) ? "azurechinacloud" : undefined;
};

/** A text that stays one, where GitHub evaluates what is in `${{ }}`. */
export const expressionSafe = (text: string): string => text.replaceAll("${{", "${{ '${{' }}");
