import { setTimeout as sleep } from "node:timers/promises";
import { isNativeError } from "node:util/types";
import { gaxios, type AuthClient } from "google-auth-library";
import { firstLine } from "../firstLine";

/** How to reach Google's management APIs. */
export interface ManagementConnection {
  readonly credential: AuthClient;
  /** Where an API is, by its name such as `secretmanager`. @default Google's own address */
  readonly endpoint?: (api: string) => string;
}

/** An answer other than a refusal to connect: the status tells what it is. */
export interface ManagementAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** An API said what cannot be acted on: who may not look knows nothing. */
export class ManagementError extends Error {
  constructor(
    readonly path: string,
    readonly answer: ManagementAnswer,
  ) {
    super(`${path}: ${String(answer.status)} ${reasonOf(answer)}`);
    this.name = "ManagementError";
  }
}

/** An API could not be asked at all, or not without a token. */
export class ManagementUnreachable extends Error {
  constructor(
    readonly api: string,
    readonly reason: string,
  ) {
    super(`${api}: ${reason}`);
    this.name = "ManagementUnreachable";
  }
}

interface ErrorBody {
  readonly error?: {
    readonly status?: string;
    readonly message?: string;
    readonly details?: readonly {
      readonly "@type"?: string;
      readonly reason?: string;
      readonly metadata?: Readonly<Record<string, string>>;
    }[];
  };
}

/** The part of an answer that says what is wrong. https://google.aip.dev/193 */
export function reasonOf({ body }: ManagementAnswer): string {
  const { error } = (body ?? {}) as ErrorBody;
  return [error?.status, firstLine(error?.message)].filter(Boolean).join(": ");
}

/** Of a service that is off: the project in which it is, which need not be the one that was asked about. https://cloud.google.com/apis/design/errors#error_info */
export function disabledIn({ body }: ManagementAnswer): string | undefined {
  const info = ((body ?? {}) as ErrorBody).error?.details?.find(
    ({ reason }) => reason === "SERVICE_DISABLED",
  );
  return info && (info.metadata?.["consumer"] ?? "").replace(/^projects\//, "");
}

/** What went wrong, without what was sent. */
export function messageOf(failure: unknown): string {
  if (!isNativeError(failure)) return String(failure);
  const { cause } = failure;
  const inner = isNativeError(cause) && cause.message !== failure.message ? messageOf(cause) : "";
  return [firstLine(failure.message), inner].filter(Boolean).join(": ");
}

type Query = Readonly<Record<string, string | readonly string[]>>;

/** Seconds that one try of a call may take, that are waited before another, and how often it is tried again. */
const patience = { try: 30, pause: 20, retries: 3 } as const;

/** Reads of Google's management APIs, none of which gives a value of a secret. */
export class Management {
  private readonly endpoint: (api: string) => string;

  constructor(private readonly connection: ManagementConnection) {
    this.endpoint = connection.endpoint ?? ((api) => `https://${api}.googleapis.com`);
  }

  /** What is at a path. */
  get(api: string, path: string, query: Query = {}): Promise<ManagementAnswer> {
    return this.call("GET", api, path, { params: parameters(query) });
  }

  /** Asks a question that needs a body; nothing is changed by it. */
  ask(api: string, path: string, data: object): Promise<ManagementAnswer> {
    return this.call("POST", api, path, { data });
  }

  /**
   * What a list holds, over all of its pages; undefined where there is no such list.
   * @param field what the API calls the list
   * @throws ManagementError where the caller may not look
   */
  async list(
    api: string,
    path: string,
    field: string,
    query: Query = {},
  ): Promise<readonly unknown[] | undefined> {
    const found: unknown[] = [];
    for (let pageToken: string | undefined = ""; pageToken !== undefined;) {
      const answer = await this.get(api, path, { ...query, ...(pageToken && { pageToken }) });
      if (answer.status === 404) return undefined;
      if (answer.status !== 200) throw new ManagementError(path, answer);
      const body = answer.body as Readonly<Record<string, unknown>>;
      found.push(...((body[field] as unknown[] | undefined) ?? []));
      pageToken = (body["nextPageToken"] as string | undefined) || undefined;
    }
    return found;
  }

  private async call(
    method: "GET" | "POST",
    api: string,
    path: string,
    more: gaxios.GaxiosOptions,
  ): Promise<ManagementAnswer> {
    try {
      const { status, data } = await this.connection.credential.request<unknown>({
        ...{ method, url: `${this.endpoint(api)}/${path}`, responseType: "json", ...more },
        ...{ timeout: patience.try * 1000, retryConfig: retryConfig() },
      });
      return { status, body: data };
    } catch (failure) {
      if (!(failure instanceof gaxios.GaxiosError) || !ours(failure, this.endpoint(api))) {
        throw new ManagementUnreachable(api, messageOf(failure));
      }
      return { status: failure.response?.status ?? 0, body: failure.response?.data as unknown };
    }
  }
}

/** Whether it is the API's answer, and not that of whoever gives tokens. */
const ours = ({ response, config }: gaxios.GaxiosError, endpoint: string): boolean =>
  response !== undefined && String(config.url).startsWith(endpoint);

/** What is refused for a moment is tried again, as long later as the API asks. https://cloud.google.com/apis/design/errors#retrying_errors */
const retryConfig = (): gaxios.RetryConfig => ({
  ...{ retry: patience.retries, noResponseRetries: 1, httpMethodsToRetry: ["GET", "POST"] },
  statusCodesToRetry: [
    [429, 429],
    [500, 599],
  ],
  retryBackoff: async (failure, usual) => {
    const asked = Number(failure.response?.headers.get("retry-after")) * 1000;
    await sleep(Math.min(Math.max(usual, asked || 0), patience.pause * 1000));
  },
});

/** A name that is there more than once stands for a list. */
const parameters = (query: Query): URLSearchParams =>
  new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      (typeof value === "string" ? [value] : value).map((one): [string, string] => [name, one]),
    ),
  );
