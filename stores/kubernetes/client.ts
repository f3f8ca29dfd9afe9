import { Agent, EnvHttpProxyAgent, ProxyAgent, request, type Dispatcher } from "undici";
import type { ClusterAccess } from "./kubeconfig";

/** An answer other than a refusal to connect: the status tells what it is. */
export interface ClusterAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The API server said what cannot be acted on: who may not look knows nothing. */
export class ClusterError extends Error {
  constructor(
    readonly path: string,
    readonly answer: ClusterAnswer,
  ) {
    super(`${path}: ${told(answer)}`);
    this.name = "ClusterError";
  }
}

/** It could not be asked at all. */
export class ClusterUnreachable extends Error {
  constructor(
    readonly server: string,
    readonly reason: string,
  ) {
    super(`${server}: ${reason}`);
    this.name = "ClusterUnreachable";
  }
}

/** An answer as it is told: its status, and the server's own words. */
export const told = ({ status, body }: ClusterAnswer): string => {
  const { message = "" } = (body ?? {}) as { message?: string };
  return [String(status), message.split("\n")[0] ?? ""].filter(Boolean).join(" ");
};

/** Milliseconds that an answer may take. */
const timeout = 30_000;

/**
 * The few requests that are made of an API server here. Not the vendor's client, whose models of all kinds are for
 * writing controllers. https://kubernetes.io/docs/reference/using-api/api-concepts/
 */
export class ClusterClient {
  readonly #dispatcher: Dispatcher;

  constructor(
    private readonly access: ClusterAccess,
    env: NodeJS.ProcessEnv = process.env,
  ) {
    const { ca, certificate, key, serverName, skipVerify, proxy } = access;
    const tls = {
      ...{ ca, cert: certificate, key, rejectUnauthorized: !skipVerify },
      ...(serverName !== undefined && { servername: serverName }),
    };
    const common = {
      ...{ headersTimeout: timeout, bodyTimeout: timeout },
      // A command ends when its work is done, not when a kept-alive socket does.
      ...{ keepAliveTimeout: 1000, keepAliveMaxTimeout: 1000 },
    };
    const viaEnv = env["HTTPS_PROXY"] ?? env["https_proxy"];
    this.#dispatcher =
      proxy !== undefined
        ? new ProxyAgent({ uri: proxy, requestTls: tls, ...common })
        : viaEnv
          ? new EnvHttpProxyAgent({ requestTls: tls, connect: tls, ...common })
          : new Agent({ connect: { ...tls, timeout }, ...common });
  }

  /**
   * Any call, whatever the server says to it.
   * @throws ClusterUnreachable when there is no answer
   */
  async call(method: "GET" | "POST", path: string, body?: unknown): Promise<ClusterAnswer> {
    const { server, token } = this.access;
    try {
      const answer = await request(server.replace(/\/$/, "") + path, {
        method,
        dispatcher: this.#dispatcher,
        headers: {
          accept: "application/json",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: body === undefined ? null : JSON.stringify(body),
      });
      return { status: answer.statusCode, body: parse(await answer.body.text()) };
    } catch (failure) {
      throw new ClusterUnreachable(server, reasonOf(failure));
    }
  }

  close(): Promise<void> {
    return this.#dispatcher.close();
  }
}

/** A proxy or a login page answers in HTML: that is not an answer of Kubernetes. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function reasonOf(failure: unknown): string {
  const cause = failure instanceof AggregateError ? (failure.errors as unknown[])[0] : failure;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
