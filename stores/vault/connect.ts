import { loopback } from "../../infra/loopback";
import { StoreError } from "../errors";
import { ambientToken, VaultClient } from "./client";
import type { OpenOptions } from "../store";

/** Where the guide's loader looks, and a development server listens. */
const guideAddress = "http://127.0.0.1:8200";

/** Go's `strconv.ParseBool`, by which the servers' own clients read VAULT_SKIP_VERIFY. */
const yes = /^(1|t|T|TRUE|true|True)$/;

/** A client, and the server's address as a message may show it. */
export interface Connected {
  readonly client: VaultClient;
  readonly address: string;
}

/**
 * A client by the variables of the servers' own clients: VAULT_ADDR (@default the guide's), VAULT_TOKEN or the file of
 * a login, VAULT_NAMESPACE, VAULT_CACERT, VAULT_SKIP_VERIFY. https://openbao.org/docs/commands/#environment-variables
 * @throws StoreError when the address is none, or the file of the authority cannot be read
 */
export function connect({ env, note }: Pick<OpenOptions, "env" | "note">): Connected {
  const url = parsed(env["VAULT_ADDR"] || guideAddress);
  if (url.protocol === "http:" && !loopback(url.origin)) {
    note(`vault: ${url.origin} is not encrypted: token and keys cross the network as they are`);
  }
  const caCertFile = env["VAULT_CACERT"] || undefined;
  try {
    const client = new VaultClient({
      address: url.origin,
      token: ambientToken(env),
      namespace: env["VAULT_NAMESPACE"] || undefined,
      caCertFile,
      skipVerify: yes.test(env["VAULT_SKIP_VERIFY"] ?? ""),
    });
    return { client, address: url.origin };
  } catch (error) {
    const { code = "unreadable" } = error as NodeJS.ErrnoException;
    throw new StoreError(
      "unreachable",
      "vault",
      `VAULT_CACERT: cannot be read (${code})`,
      "name the file of the authority that signed the server's certificate",
    );
  }
}

function parsed(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw new StoreError(
    "unreachable",
    "vault",
    "VAULT_ADDR: is no address of a server",
    `give one such as ${guideAddress}`,
  );
}
