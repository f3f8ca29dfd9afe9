import { readFileSync } from "node:fs";
import {
  AzureCliCredential,
  ClientAssertionCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  DefaultAzureCredential,
  ManagedIdentityCredential,
  type ClientAssertionCredentialOptions,
  type TokenCredential,
} from "@azure/identity";
import { clouds } from "../../infra/azure/cloud";
import type { PlaceSettings } from "../../infra/azure/settings";

/** The credential is there, and not in a form that is read here. */
export class CredentialUnread extends Error {}

/** Milliseconds that the program of a login may take: by itself the SDK waits for ever. */
const processTimeoutInMs = 30_000;

/** Where to sign in, for a stand-in: its address, and what it is trusted by. */
export type SignIn = ClientAssertionCredentialOptions;

/**
 * Who the provider is, by the same variables in the same order: another credential that this machine has, such as those
 * of AZURE_*, would tell of somebody else. Values stay in memory.
 * https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/provider/auth_azidentity.go
 */
export function credentialOf(
  { tenantId, subscriptionId, cloud }: Pick<PlaceSettings, "tenantId" | "subscriptionId" | "cloud">,
  env: NodeJS.ProcessEnv = process.env,
  signIn: SignIn = { authorityHost: clouds[cloud].authority },
): TokenCredential {
  const read = (name: string): string | undefined => env[name] || undefined;
  const clientId = read("ARM_CLIENT_ID");
  const id = clientId ?? "";
  if (read("ARM_USE_DEFAULT_AZURE_CREDENTIAL") === "true") {
    return new DefaultAzureCredential({ tenantId, processTimeoutInMs, ...signIn });
  }
  const certificatePath = read("ARM_CLIENT_CERTIFICATE_PATH");
  if (certificatePath !== undefined) {
    const certificatePassword = read("ARM_CLIENT_CERTIFICATE_PASSWORD");
    const certificate = { certificatePath: pem(certificatePath), certificatePassword };
    return new ClientCertificateCredential(tenantId, id, certificate, signIn);
  }
  const secret = read("ARM_CLIENT_SECRET");
  if (secret !== undefined) return new ClientSecretCredential(tenantId, id, secret, signIn);
  if (read("ARM_USE_OIDC") === "true") {
    return new ClientAssertionCredential(tenantId, id, () => assertion(read), signIn);
  }
  if (read("ARM_USE_MSI") === "true") {
    return clientId === undefined
      ? new ManagedIdentityCredential()
      : new ManagedIdentityCredential({ clientId });
  }
  return new AzureCliCredential({ tenantId, subscription: subscriptionId, processTimeoutInMs });
}

/** The provider reads PKCS#12 too, and the SDK for JavaScript does not. */
function pem(path: string): string {
  if (readFileSync(path, "latin1").includes("-----BEGIN")) return path;
  throw new CredentialUnread("ARM_CLIENT_CERTIFICATE_PATH: is PKCS#12, and PEM can be read here");
}

/**
 * The pipeline's token: as it is, in a file, or asked for as a job of GitHub does.
 * https://docs.github.com/actions/reference/security/oidc#methods-for-requesting-the-oidc-token
 */
async function assertion(read: (name: string) => string | undefined): Promise<string> {
  const token = read("ARM_OIDC_TOKEN");
  if (token !== undefined) return token;
  const file = read("ARM_OIDC_TOKEN_FILE_PATH");
  if (file !== undefined) return readFileSync(file, "utf8");
  const url = read("ACTIONS_ID_TOKEN_REQUEST_URL");
  const bearer = read("ACTIONS_ID_TOKEN_REQUEST_TOKEN");
  if (url === undefined || bearer === undefined) {
    throw new Error("ARM_USE_OIDC: is true, and there is no token, no file of one and no address");
  }
  const address = new URL(url);
  address.searchParams.set("audience", read("ARM_OIDC_AUDIENCE") ?? clouds.public.tokenAudience);
  const answer = await fetch(address, { headers: { authorization: `Bearer ${bearer}` } });
  const { value } = (answer.ok ? await answer.json() : {}) as { value?: unknown };
  if (typeof value !== "string") {
    throw new Error(`ACTIONS_ID_TOKEN_REQUEST_URL: answers ${String(answer.status)} and no token`);
  }
  return value;
}
