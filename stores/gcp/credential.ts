import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import {
  GoogleAuth,
  Impersonated,
  OAuth2Client,
  type AuthClient,
  type OAuth2ClientOptions,
} from "google-auth-library";
import type { PlaceSettings } from "../../infra/gcp/settings";

/** How calls for a token are made. */
export type ClientOptions = Pick<OAuth2ClientOptions, "transporterOptions">;

type CredentialInput = Parameters<GoogleAuth["fromJSON"]>[0];

const scopes = ["https://www.googleapis.com/auth/cloud-platform"];

/** The provider's own variables for a credential, a file of it or its text, in its order. */
const credentialNames = ["GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON"];

/**
 * Who the provider is, by the same variables in the same order: another credential that this machine has would tell of
 * somebody else. Application Default Credentials are the library's own, by the process's variables. Values stay in memory.
 * https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference#authentication-configuration
 * https://github.com/hashicorp/terraform-provider-google/blob/main/google/transport/config.go
 * @param options how the calls for a token are made, for a stand-in
 */
export async function credentialOf(
  { projectId }: Pick<PlaceSettings, "projectId">,
  env: NodeJS.ProcessEnv = process.env,
  options: ClientOptions = {},
): Promise<AuthClient> {
  const source = await sourceOf(projectId, env, options);
  const target = env["GOOGLE_IMPERSONATE_SERVICE_ACCOUNT"] || undefined;
  const client =
    target === undefined
      ? source
      : new Impersonated({
          ...options,
          ...{ sourceClient: source, targetPrincipal: target, targetScopes: scopes },
          ...{ delegates: [], lifetime: 3600 },
        });
  // The library would also take it from the credential's own file, which the provider does not.
  setQuotaProject(client, quotaProject(projectId, env));
  return client;
}

async function sourceOf(
  projectId: string,
  env: NodeJS.ProcessEnv,
  options: ClientOptions,
): Promise<AuthClient> {
  const token = env["GOOGLE_OAUTH_ACCESS_TOKEN"];
  if (token) {
    return new OAuth2Client({ ...options, credentials: { access_token: contents(token).trim() } });
  }
  const name = credentialNames.find((one) => env[one]);
  if (name !== undefined) {
    const json = credential(name, env[name] ?? "");
    // It is for who reads credentials of others: this one is of whoever runs the program, as the provider takes it.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    return new GoogleAuth({ scopes }).fromJSON(json, { ...options });
  }
  // With the project given it does not ask Google for the credential's own.
  return new GoogleAuth({ projectId, scopes, clientOptions: options }).getClient();
}

/** A text that is the name of a file stands for what is in it. */
function contents(text: string): string {
  const path = text.replace(/^~(?=\/|$)/, homedir());
  return existsSync(path) ? readFileSync(path, "utf8") : text;
}

function credential(name: string, text: string): CredentialInput {
  try {
    return JSON.parse(contents(text)) as CredentialInput;
  } catch {
    // Node's own message quotes the text.
    throw new Error(`${name}: is neither a file that can be read nor a credential in JSON`);
  }
}

/** The project that calls count against, other than the one that is called. */
function quotaProject(projectId: string, env: NodeJS.ProcessEnv): string | undefined {
  // As Go reads a boolean.
  return /^(1|t|T|TRUE|true|True)$/.test(env["USER_PROJECT_OVERRIDE"] ?? "")
    ? env["GOOGLE_BILLING_PROJECT"] || projectId
    : env["GOOGLE_CLOUD_QUOTA_PROJECT"] || undefined;
}

function setQuotaProject(client: AuthClient, project: string | undefined): void {
  if (project === undefined) delete client.quotaProjectId;
  else client.quotaProjectId = project;
}
