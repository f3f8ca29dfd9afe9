import { loopback } from "../../infra/loopback";
import { refusal } from "./calls";
import { ambientToken, VaultClient } from "./client";
import type { OpenOptions } from "../store";

/** Where the guide's loader looks, and a development server listens. */
const guideAddress = "http://127.0.0.1:8200";

/** Go's `strconv.ParseBool`, by which the servers' own clients read VAULT_SKIP_VERIFY. */
const yes = /^(1|t|T|TRUE|true|True)$/;

/** What a header takes, of the forms that tokens and names have. https://www.rfc-editor.org/rfc/rfc9110#name-field-values */
const inHeader = /^[\x21-\x7e]+$/;

/** A client, and the server's address as a message may show it. */
export interface Connected {
  readonly client: VaultClient;
  readonly address: string;
}

/**
 * A client by the variables of the servers' own clients: VAULT_ADDR (@default the guide's), VAULT_TOKEN or the file of
 * a login, VAULT_NAMESPACE, VAULT_CACERT, VAULT_SKIP_VERIFY. https://openbao.org/docs/commands/#environment-variables
 * @throws StoreError when one of them is none, or the file of the authority cannot be read
 */
export function connect({ env, note }: Pick<OpenOptions, "env" | "note">): Connected {
  const url = parsed(env["VAULT_ADDR"] || guideAddress);
  if (url.protocol === "http:" && !loopback(url.origin)) {
    note(`vault: ${url.origin} is not encrypted: token and keys cross the network as they are`);
  }
  const token = ambientToken(env);
  if (token !== undefined && !inHeader.test(token)) {
    throw refusal(
      "unauthenticated",
      "the token has characters that no token has",
      "copy it anew into VAULT_TOKEN, or log in again",
    );
  }
  const namespace = env["VAULT_NAMESPACE"] || undefined;
  if (namespace !== undefined && !inHeader.test(namespace)) {
    throw refusal(
      "unreachable",
      "VAULT_NAMESPACE: has characters that no namespace has",
      "write it anew, as `bao namespace list` shows it",
    );
  }
  const caCertFile = env["VAULT_CACERT"] || undefined;
  try {
    const client = new VaultClient({
      address: url.origin,
      ...{ token, namespace, caCertFile },
      skipVerify: yes.test(env["VAULT_SKIP_VERIFY"] ?? ""),
    });
    return { client, address: url.origin };
  } catch (error) {
    const { code = "unreadable" } = error as NodeJS.ErrnoException;
    throw refusal(
      "unreachable",
      `VAULT_CACERT: cannot be read (${code})`,
      "name the file of the authority that signed the server's certificate",
    );
  }
}

function parsed(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw refusal(
      "unreachable",
      "VAULT_ADDR: is no address of a server",
      `give one such as ${guideAddress}`,
    );
  }
  // Left out, the token would go to whatever else is at that address.
  if (url.pathname !== "/" || url.search !== "") {
    throw refusal(
      "unreachable",
      "VAULT_ADDR: has a path, which is not supported",
      `give the address alone: ${url.origin}`,
    );
  }
  return url;
}
