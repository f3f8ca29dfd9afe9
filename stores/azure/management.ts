import { getClient, type Client, type ClientOptions } from "@azure-rest/core-client";
import type { TokenCredential } from "@azure/identity";
import { clouds, type CloudName } from "../../infra/azure/cloud";
import { firstLine } from "../firstLine";

/** How to reach the management API. */
export interface ManagementConnection {
  readonly cloud: CloudName;
  readonly credential: TokenCredential;
  /** Where it is. @default the cloud's own */
  readonly endpoint?: string;
  /** What the server is trusted by. @default the system's store */
  readonly ca?: string;
}

/** An answer other than a refusal to connect: the status tells what it is. */
export interface ManagementAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The management API said what cannot be acted on: who may not look knows nothing. */
export class ManagementError extends Error {
  constructor(
    readonly path: string,
    readonly status: number,
    readonly reason: string,
  ) {
    super(`${path}: ${String(status)} ${reason}`);
    this.name = "ManagementError";
  }
}

/** The part of an answer of the API that says what is wrong. https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/find-error-code */
export function reasonOf({ body }: ManagementAnswer): string {
  const { error } = (body ?? {}) as { error?: { code?: string; message?: string } };
  return [error?.code, firstLine(error?.message)].filter(Boolean).join(": ");
}

type Query = Readonly<Record<string, string>>;

/** Reads of the management API, which gives no value of a secret: https://learn.microsoft.com/rest/api/resources/ */
export class Management {
  private readonly client: Client;

  constructor({ cloud, credential, endpoint, ca }: ManagementConnection) {
    const { management } = clouds[cloud];
    const options: ClientOptions = {
      credentials: { scopes: [`${management}/.default`] },
      retryOptions: { maxRetries: 2, maxRetryDelayInMs: 20_000 },
      ...(ca === undefined ? {} : { tlsOptions: { ca } }),
    };
    this.client = getClient(endpoint ?? management, credential, options);
  }

  /** What is at an id. */
  async get(id: string, apiVersion: string, query: Query = {}): Promise<ManagementAnswer> {
    const queryParameters = { "api-version": apiVersion, ...query };
    return answerOf(await this.client.pathUnchecked(id).get({ queryParameters }));
  }

  /** Asks a question that needs a body; nothing is changed by it. */
  async ask(id: string, apiVersion: string, body: object): Promise<ManagementAnswer> {
    const queryParameters = { "api-version": apiVersion };
    return answerOf(await this.client.pathUnchecked(id).post({ queryParameters, body }));
  }

  /**
   * What a list holds, over all of its pages; undefined where there is no such list.
   * @throws ManagementError where the caller may not look
   */
  async list(
    id: string,
    apiVersion: string,
    query: Query = {},
  ): Promise<readonly unknown[] | undefined> {
    const found: unknown[] = [];
    let answer = await this.get(id, apiVersion, query);
    for (;;) {
      if (answer.status === 404) return undefined;
      if (answer.status !== 200) throw new ManagementError(id, answer.status, reasonOf(answer));
      const { value = [], nextLink } = answer.body as { value?: unknown[]; nextLink?: string };
      found.push(...value);
      if (!nextLink) return found;
      // A page of this server: the token goes to no other.
      const { pathname, search } = new URL(nextLink);
      answer = answerOf(await this.client.pathUnchecked(`${pathname}${search}`).get());
    }
  }
}

const answerOf = ({ status, body }: { status: string; body: unknown }): ManagementAnswer => ({
  status: Number(status),
  body,
});
