import type { StoreErrorKind } from "../errors";
import { retryAfter } from "../patience";
import { refusing, type Refusal, type Refuse } from "../refusal";

/** The secret that a call was about. */
export interface SecretPlace {
  readonly vaultUrl: string;
  readonly name: string;
}

/** Data actions that the store needs. https://learn.microsoft.com/azure/role-based-access-control/permissions/security#microsoftkeyvault */
export type Action = "getSecret" | "setSecret" | "readMetadata";

/** What the SDK throws, as far as it is looked at: the rest may quote what was sent. */
interface Thrown {
  readonly name?: string;
  readonly statusCode?: number;
  readonly code?: string;
  readonly details?: { readonly error?: { readonly innerError?: { readonly code?: string } } };
  /** Of a sign-in: only looked through, never told. */
  readonly message?: string;
  readonly errors?: readonly unknown[];
  readonly cause?: unknown;
  readonly response?: { readonly headers?: { get(name: string): string | undefined } };
}

/**
 * By https://learn.microsoft.com/azure/key-vault/general/rest-error-codes and the SDK's sources.
 * @param seen the answer's inner code, where what is thrown does not have it
 */
export function understood(
  error: unknown,
  place: SecretPlace,
  action: Action,
  seen?: string,
): Refusal {
  const { name = "", statusCode, code, details, response } = (error ?? {}) as Thrown;
  if (statusCode === undefined || /Authentication|CredentialUnavailable/.test(name)) {
    return withoutAnswer(error, name, code, place);
  }
  const inner = details?.error?.innerError?.code ?? seen;
  const said = [String(statusCode), word(code), word(inner)].filter(Boolean).join(" ");
  const refused = (kind: StoreErrorKind, what: string, fix: string, more: Partial<Refusal> = {}) =>
    refusal(kind, `${place.name}: ${what} (${said})`, fix, more);
  const afterSeconds = retryAfter(response?.headers?.get("retry-after"));
  if (statusCode === 401) return refused("unauthenticated", "the vault does not know you", signIn);
  if (statusCode === 403) return forbidden(inner, place, action, refused);
  if (statusCode === 409) return occupied(inner, place, refused);
  if (statusCode === 429) {
    const fix = "run it again in a minute";
    return refused("throttled", "the vault has too many requests", fix, {
      again: true,
      afterSeconds,
    });
  }
  if (statusCode >= 500) {
    const fix = "run it again later; https://azure.status.microsoft tells of outages";
    const more = { again: true, afterSeconds, maybeDone: true };
    return refused("unreachable", "the vault cannot answer now", fix, more);
  }
  const fix = `look at the secret with \`az keyvault secret list-versions ${flags(place)}\``;
  return refused("damaged", "the vault does not take the request", fix);
}

/** The inner code of an answer that is an error. https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses#handling-error-responses */
export function innerCodeOf(body: string | null | undefined): string | undefined {
  try {
    const { error } = JSON.parse(body ?? "") as { error?: { innererror?: { code?: string } } };
    return error?.innererror?.code;
  } catch {
    return undefined;
  }
}

/** Whether it is an answer that there is no such secret. */
export const isNotFound = (error: unknown): boolean =>
  (error as Thrown | undefined)?.statusCode === 404;

const refusal = refusing("azure");

const signIn =
  "sign in with `az login`, or set AZURE_TENANT_ID and AZURE_CLIENT_ID with AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE";

/** Flags of `az keyvault secret` for the secret. */
const flags = ({ vaultUrl, name }: SecretPlace): string =>
  `--vault-name ${new URL(vaultUrl).hostname.split(".")[0] ?? ""} --name ${name}`;

/** A code of the service, which is one word; anything else could be of what was sent. */
const word = (text: string | undefined): string => /^\w+$/.exec(text ?? "")?.[0] ?? "";

function forbidden(
  inner: string | undefined,
  place: SecretPlace,
  action: Action,
  refused: Refuse,
): Refusal {
  // It is about where somebody is and not about who. https://learn.microsoft.com/azure/key-vault/general/network-security
  if (/^ForbiddenBy(Firewall|Connection)$/.test(inner ?? "")) {
    const fix =
      "run it from a network that the vault lets in, or add this address to azure.network.allowedIps and run `pulumi up`";
    return refused("unreachable", "the vault's firewall does not let this machine in", fix);
  }
  if (inner === "SecretDisabled") {
    const fix = `enable it with \`az keyvault secret set-attributes ${flags(place)} --enabled true\`, or write a new value with --rotate`;
    return refused("damaged", "the current version is disabled, so nobody can read it", fix);
  }
  const full = `Microsoft.KeyVault/vaults/secrets/${action}/action`;
  const fix = `run it as somebody who has ${full} on the secret, as the stack's ${action === "getSecret" ? "app" : "operator"} has, or wait some minutes where it was granted just now`;
  return refused("denied", `you have no role with ${full}`, fix);
}

/** https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview */
function occupied(inner: string | undefined, place: SecretPlace, refused: Refuse): Refusal {
  if (inner === "ObjectIsDeletedButRecoverable") {
    const fix = `bring it back with \`az keyvault secret recover ${flags(place)}\`, then run this again`;
    return refused("missing", "was deleted and can be recovered, which keeps its name", fix);
  }
  const fix = "run it again in a minute";
  return refused("conflict", "is being deleted or recovered", fix, { again: true });
}

/** Codes with which nothing was sent, and which no wait changes. */
const noSuchHost = /^ENOTFOUND$/;
/** Codes with which nothing was sent. https://nodejs.org/api/errors.html#common-system-errors */
const notSent = /^(ECONNREFUSED|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN)$/;
/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const untrusted = /CERT|SIGNATURE|ISSUER|^ERR_TLS|^ERR_SSL|CRL/;

/** In the text of a sign-in that came nowhere: Node's codes, MSAL's, and what the Azure CLI's Python says. */
const noWay =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|endpoints_resolution_error|network_error)\b|Max retries exceeded/;

/**
 * Whether a sign-in had no way to whoever gives tokens. The chain always asks for an identity of the machine, too, and
 * off Azure there is no way to that: it tells nothing.
 */
function isCutOff(error: unknown): boolean {
  const { message, errors, cause } = (error ?? {}) as Thrown;
  if (errors !== undefined) return errors.some(isCutOff);
  if (message?.startsWith("ManagedIdentityCredential") === true) return false;
  return noWay.test(message ?? "") || (cause !== undefined && isCutOff(cause));
}

const checkNetwork = "check the network and HTTPS_PROXY, then run it again";

function withoutAnswer(error: unknown, name: string, code = "", place: SecretPlace): Refusal {
  const where = `${place.name}: ${place.vaultUrl}`;
  if (/Authentication|CredentialUnavailable/.test(name)) {
    if (isCutOff(error)) {
      const what = `${place.name}: there is no way to whoever gives tokens (${word(name)})`;
      return refusal("unreachable", what, checkNetwork, { again: true });
    }
    const what = `${place.name}: no credential of this machine could sign in (${word(name)})`;
    return refusal("unauthenticated", what, signIn);
  }
  if (noSuchHost.test(code)) {
    const fix = "check the vault's name in AZURE_VAULT_URL, and this machine's DNS";
    return refusal("unreachable", `${where}: there is no such host`, fix);
  }
  if (untrusted.test(code)) {
    const what = `${where}: its certificate is not trusted (${word(code)})`;
    const fix = "name the authority of your proxy in NODE_EXTRA_CA_CERTS, and check the clock";
    return refusal("unreachable", what, fix);
  }
  const what =
    name === "AbortError"
      ? "gives no answer"
      : `the connection ended (${word(code) || word(name)})`;
  return refusal("unreachable", `${where}: ${what}`, checkNetwork, {
    again: true,
    maybeDone: !notSent.test(code),
  });
}
