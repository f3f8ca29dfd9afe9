import { StoreError, type StoreErrorKind } from "../errors";
import { patiently, retryAfter, TryAgain } from "../patience";
import {
  errorsOf,
  record,
  VaultUnreachable,
  type CallOptions,
  type VaultClient,
  type VaultResponse,
} from "./client";

/** A write of which the answer was lost: it may have been done. */
export class LostAnswer extends Error {}

/** A refusal of this store. */
export const refusal = (kind: StoreErrorKind, what: string, fix: string): StoreError =>
  new StoreError(kind, "vault", what, fix);

/**
 * The calls of a client, with patience: what the server puts off is tried again. What comes back is an answer about
 * the entry; what is about the server is thrown.
 */
export class VaultCalls {
  constructor(
    private readonly client: VaultClient,
    private readonly note: (text: string) => void,
  ) {}

  /** Asks; it may be asked again without harm. */
  async look(path: string): Promise<VaultResponse> {
    return this.patient(async () => {
      const answer = await this.client.call("GET", path).catch((error: unknown) => {
        throw isLost(error) ? new TryAgain(this.cut()) : this.unreachable(error);
      });
      if (answer.status >= 500) throw new TryAgain(this.failing(answer), after(answer));
      return answer;
    });
  }

  /**
   * Writes.
   * @throws LostAnswer when nobody can tell from the answer whether it was done
   */
  async write(
    method: "POST" | "PATCH",
    path: string,
    body: unknown,
    options?: CallOptions,
  ): Promise<VaultResponse> {
    return this.patient(async () => {
      const answer = await this.client.call(method, path, body, options).catch((error: unknown) => {
        throw isLost(error) ? new LostAnswer() : this.unreachable(error);
      });
      // A proxy answers so for a server that may have gone on; a server in its own words has done nothing.
      if (answer.status >= 500) {
        if (answer.status !== 503 || errorsOf(answer.body).length === 0) throw new LostAnswer();
        throw new TryAgain(this.failing(answer), after(answer));
      }
      // Whoever stands between may have passed the call on, and put its own answer in the place of the server's.
      if (answer.status < 300 && !isVaults(answer)) throw new LostAnswer();
      return answer;
    });
  }

  /** What a 403 means: the server gives the same for a token that it does not know and one that may not. */
  async denied(what: string, fix: string): Promise<StoreError> {
    const { token } = this.client.connection;
    if (token === undefined) {
      return refusal(
        "unauthenticated",
        "there is no token",
        "log in (`bao login`, `vault login`), or set VAULT_TOKEN",
      );
    }
    const { status } = await this.look("auth/token/lookup-self");
    return status === 403
      ? refusal(
          "unauthenticated",
          "the token has ended, or is none of this server",
          "log in anew, and set VAULT_TOKEN where the token comes from there",
        )
      : refusal("denied", what, fix);
  }

  /** What every answer is looked through for, before it is about an entry. */
  private patient(call: () => Promise<VaultResponse>): Promise<VaultResponse> {
    return patiently(async () => {
      const answer = await call();
      const { status, body, location } = answer;
      if (status === 429) {
        throw new TryAgain(
          refusal(
            "throttled",
            `${this.address} asks for fewer calls (429)`,
            "run it again later, or have the rate limit raised",
          ),
          after(answer),
        );
      }
      // Never followed: the token would go wherever the answer says.
      if (status >= 300 && status < 400) throw this.standby(location);
      if (status >= 472 && status <= 473) throw this.standby(undefined);
      // A mount that was just made: https://openbao.org/docs/secrets/kv/kv-v2/#upgrading-from-version-1
      if (status === 400 && errorsOf(body).some((text) => /^Upgrading from/.test(text))) {
        throw new TryAgain(
          refusal("unreachable", "the mount is being set up", "run it again in a minute"),
        );
      }
      // A proxy's page is not the server's word on an entry: 404 would say that there is none.
      if (status < 500 && !isVaults(answer)) throw this.another(answer);
      return answer;
    }, this.note);
  }

  private get address(): string {
    return this.client.connection.address;
  }

  private cut(): StoreError {
    return refusal(
      "unreachable",
      `${this.address} broke off without an answer`,
      "look at the network and the server, and run it again",
    );
  }

  private unreachable(error: unknown): unknown {
    if (!(error instanceof VaultUnreachable)) return error;
    return refusal(
      "unreachable",
      `${this.address}: ${error.reason}`,
      "check VAULT_ADDR, VAULT_CACERT and that the server runs",
    );
  }

  private failing({ status, body }: VaultResponse): StoreError {
    // Somebody has to come and unseal it, so patience is of no use.
    if (errorsOf(body).some((text) => /is sealed/.test(text))) {
      throw refusal("unreachable", `${this.address} is sealed`, "unseal the server");
    }
    return refusal(
      "unreachable",
      `${this.address} answers ${String(status)}`,
      "look at the server's log and its load balancer, and run it again",
    );
  }

  private another({ status }: VaultResponse): StoreError {
    return refusal(
      "unreachable",
      `${this.address} answers ${String(status)}, and not as Vault does`,
      "check VAULT_ADDR, and what proxy or login page is in between",
    );
  }

  private standby(location: string | undefined): StoreError {
    const active = location !== undefined && URL.canParse(location) ? new URL(location).origin : "";
    return refusal(
      "unreachable",
      `${this.address} is a standby node, which answers no calls`,
      active === ""
        ? "set VAULT_ADDR to the active node"
        : `set VAULT_ADDR to the active node, by its answer ${active}`,
    );
  }
}

const isLost = (error: unknown): boolean => error instanceof VaultUnreachable && error.sent;

/** Whether the server itself answers so: with its errors, an empty list too, or with data, or with nothing at all. */
const isVaults = ({ status, body }: VaultResponse): boolean =>
  status === 204 || ["errors", "data"].some((member) => member in record(body));

const after = (answer: VaultResponse): number | undefined => retryAfter(answer.retryAfter);
