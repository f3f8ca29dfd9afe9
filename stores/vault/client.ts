import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Agent, request, type Dispatcher } from "undici";

/** How to reach a server. The token is held in memory and goes into one header, nowhere else. */
export interface VaultConnection {
  readonly address: string;
  readonly token?: string | undefined;
  readonly namespace?: string | undefined;
  /** PEM file of the authority that signed the server's certificate. @default the system's store */
  readonly caCertFile?: string | undefined;
  readonly skipVerify?: boolean | undefined;
  /** Milliseconds to wait for a connection, for an answer, and for more of one that has begun. @default 10 000 */
  readonly timeout?: number;
}

/** An answer other than a refusal to connect: the status tells what it is. */
export interface VaultResponse {
  readonly status: number;
  readonly body: unknown;
  /** Retry-After, as it came. */
  readonly retryAfter?: string | undefined;
  /** Where a standby node sends its caller. */
  readonly location?: string | undefined;
}

/** The server said no. Its own texts are kept; what was sent is not. */
export class VaultError extends Error {
  constructor(
    readonly method: string,
    readonly path: string,
    readonly status: number,
    readonly errors: readonly string[],
  ) {
    super(`${method} ${path}: ${String(status)}${errors.length ? ` ${errors.join("; ")}` : ""}`);
    this.name = "VaultError";
  }
}

/** The server could not be asked at all. */
export class VaultUnreachable extends Error {
  constructor(
    readonly address: string,
    readonly reason: string,
    /** Whether the server may have got the call: the connection stood, and no answer came. */
    readonly sent: boolean,
  ) {
    super(`${address}: ${reason}`);
    this.name = "VaultUnreachable";
  }
}

/** Extra headers of one call. */
export interface CallOptions {
  /** Ask for the response wrapped, for so many seconds. */
  readonly wrapTtl?: number;
  /** For PATCH: `application/merge-patch+json`. @default "application/json" */
  readonly contentType?: string;
}

/** The few calls of the HTTP API that this project makes: https://openbao.org/api-docs/. No JavaScript SDK is kept by either vendor. */
export class VaultClient {
  private readonly dispatcher: Dispatcher;
  /** Errors of connections that never stood: names, ports, TLS. */
  private readonly unconnected = new WeakSet();

  constructor(readonly connection: VaultConnection) {
    this.dispatcher = new Agent({
      connect: {
        ...(connection.caCertFile === undefined
          ? {}
          : { ca: readFileSync(connection.caCertFile, "utf8") }),
        rejectUnauthorized: connection.skipVerify !== true,
        timeout: connection.timeout ?? 10_000,
      },
      headersTimeout: connection.timeout ?? 10_000,
      bodyTimeout: connection.timeout ?? 10_000,
      // A command ends when its work is done, not when a kept-alive socket does.
      keepAliveTimeout: 1000,
      keepAliveMaxTimeout: 1000,
    });
    this.dispatcher.on("connectionError", (_origin, _targets, error) => {
      this.unconnected.add(error);
    });
  }

  /** The same server with another identity. */
  as(token: string | undefined): VaultClient {
    return new VaultClient({ ...this.connection, token });
  }

  /**
   * Any call, whatever the server says to it.
   * @throws VaultUnreachable when there is no answer
   */
  async call(
    method: Dispatcher.HttpMethod | "LIST",
    path: string,
    body?: unknown,
    options: CallOptions = {},
  ): Promise<VaultResponse> {
    const { address, token, namespace } = this.connection;
    let url: URL;
    try {
      url = new URL(`/v1/${path}`, address);
    } catch {
      throw new VaultUnreachable(address, "is no URL", false);
    }
    try {
      const response = await request(url, {
        method: method,
        dispatcher: this.dispatcher,
        headers: {
          "x-vault-request": "true",
          ...(token === undefined ? {} : { "x-vault-token": token }),
          ...(namespace === undefined ? {} : { "x-vault-namespace": namespace }),
          ...(body === undefined
            ? {}
            : { "content-type": options.contentType ?? "application/json" }),
          ...(options.wrapTtl === undefined
            ? {}
            : { "x-vault-wrap-ttl": `${String(options.wrapTtl)}s` }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await response.body.text();
      return {
        status: response.statusCode,
        body: text === "" ? undefined : parse(text),
        retryAfter: headerOf(response, "retry-after"),
        location: headerOf(response, "location"),
      };
    } catch (error) {
      const sent = !this.unconnected.has(error as object);
      throw new VaultUnreachable(address, reasonOf(error), sent);
    }
  }

  /**
   * A call that must succeed; the `data` of the answer, or the answer itself where it has none.
   * @throws VaultError when the server refuses, VaultUnreachable when it does not answer
   */
  async ask(
    method: Dispatcher.HttpMethod | "LIST",
    path: string,
    body?: unknown,
    options: CallOptions = {},
  ): Promise<Record<string, unknown>> {
    const { status, body: answer } = await this.call(method, path, body, options);
    if (status >= 300) throw new VaultError(method, path, status, errorsOf(answer));
    return record(answer);
  }

  /** Ends the connections once no call is under way. */
  close(): Promise<void> {
    return this.dispatcher.close();
  }
}

const headerOf = ({ headers }: Dispatcher.ResponseData, name: string): string | undefined =>
  [headers[name]].flat()[0];

/** What the server itself says is wrong. */
export const errorsOf = (answer: unknown): readonly string[] => {
  const { errors } = record(answer);
  return Array.isArray(errors) ? errors.map(String) : [];
};

/** An answer as an object; anything else is an empty one. */
export const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

/** A proxy or a login page answers in HTML: that is not an answer of Vault. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof AggregateError ? (error.errors as unknown[])[0] : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

/** The user's token, from where every Vault client takes it: VAULT_TOKEN, then the file of `vault login`. */
export function ambientToken(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const fromEnv = env["VAULT_TOKEN"]?.trim();
  if (fromEnv) return fromEnv;
  try {
    return readFileSync(join(env["HOME"] || homedir(), ".vault-token"), "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}
