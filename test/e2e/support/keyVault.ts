import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { SecretClient, type SecretClientOptions } from "@azure/keyvault-secrets";
import type { RunningKeyVault } from "../../../sandbox/standin/keyvault";
import type { TokenOptions } from "../../../sandbox/standin/keyvault/tokens";

/**
 * The SDK's client as one identity, under the vault's own name, with the challenge and its check on. In place of a
 * credential that logs in, one that gives a token of the stand-in's.
 */
export function clientOf(
  vault: RunningKeyVault,
  oid: string,
  { token, ...options }: SecretClientOptions & { readonly token?: TokenOptions } = {},
): SecretClient {
  const credential = {
    getToken: () =>
      Promise.resolve({
        token: vault.tokenFor(oid, token),
        expiresOnTimestamp: Date.now() + 3600 * 1000,
      }),
  };
  return new SecretClient(vault.url, credential, {
    ...options,
    additionalPolicies: [
      {
        position: "perCall",
        policy: {
          name: "to the stand-in",
          sendRequest: (request, next) => {
            request.agent = vault.agent;
            return next(request);
          },
        },
      },
    ],
  });
}

/** How a call was refused: status, code and, where there is one, the inner code. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { statusCode, code, details } = error as {
      statusCode?: number;
      code?: string;
      details?: { error?: { innerError?: { code?: string } } };
    };
    return [statusCode, code, details?.error?.innerError?.code].filter(Boolean).join(" ");
  }
  return "allowed";
}

/** All of a list. */
export async function all<Element>(list: AsyncIterable<Element>): Promise<Element[]> {
  const elements: Element[] = [];
  for await (const element of list) elements.push(element);
  return elements;
}

/** An answer as it came. */
export interface RawAnswer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** A request that no SDK would make. */
export function ask(
  vault: Pick<RunningKeyVault, "url" | "agent">,
  method: string,
  path: string,
  { token, body }: { readonly token?: string; readonly body?: unknown } = {},
): Promise<RawAnswer> {
  const sent = typeof body === "string" ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const asking = request(`${vault.url}${path}`, {
      method,
      agent: vault.agent,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-length": Buffer.byteLength(sent) }),
      },
    });
    asking.once("error", reject);
    asking.once("response", (response) => {
      const { statusCode: status, headers } = response;
      text(response).then((came) => {
        resolve({ status, headers, body: came === "" ? undefined : JSON.parse(came) });
      }, reject);
    });
    asking.end(sent);
  });
}
