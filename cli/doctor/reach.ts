import { request as plain, type IncomingMessage } from "node:http";
import { request as secure } from "node:https";
import { TLSSocket } from "node:tls";

/** How a server is asked. */
export interface ReachOptions {
  /** Path that needs no credential. */
  readonly path?: string;
  /** What its certificate is trusted by. @default the system's store, and NODE_EXTRA_CA_CERTS */
  readonly ca?: string | undefined;
  /** Whether the store's own client goes through HTTPS_PROXY, so that this has to, too. @default false */
  readonly byProxy?: boolean;
  /** Milliseconds. @default 5000 */
  readonly timeout?: number;
}

/** What a server's first answer tells. No credential goes there. */
export interface Reached {
  readonly status: number;
  /** Seconds that its clock is ahead of this machine's; undefined where it tells no time. */
  readonly ahead?: number;
  /** Its certificate, with https. */
  readonly certificate?: {
    /** Why it is not trusted; undefined where it is. */
    readonly refusal: string | undefined;
    /** Undefined behind a proxy, which shows it to nobody but the program that asks. */
    readonly validTo?: Date;
    readonly names?: string;
  };
}

/** It gave no answer: the code of the system's error. */
export interface Unreached {
  readonly code: string;
}

/** Asks a server once. Its certificate is looked at and not held against it: that is said by a check of its own. */
export function reach(address: string, options: ReachOptions = {}): Promise<Reached | Unreached> {
  const url = new URL(options.path ?? "/", address);
  const proxied = options.byProxy === true && proxies.some((name) => process.env[name]);
  return (proxied ? throughProxy : directly)(url, options);
}

/** https://about.gitlab.com/blog/we-need-to-talk-no-proxy/ */
const proxies = ["https_proxy", "HTTPS_PROXY"];

/** By the same variables as the vendors' clients. */
async function throughProxy(
  url: URL,
  { ca, timeout = 5000 }: ReachOptions,
): Promise<Reached | Unreached> {
  const { EnvHttpProxyAgent, request } = await import("undici");
  const timeouts = { headersTimeout: timeout, bodyTimeout: timeout };
  const dispatcher = new EnvHttpProxyAgent({ ...timeouts, requestTls: { ca, timeout } });
  const began = Date.now();
  try {
    const { statusCode, headers, body } = await request(url, { dispatcher });
    await body.dump();
    const { date } = headers;
    const at = (began + Date.now()) / 2;
    const ahead = aheadOf(typeof date === "string" ? date : undefined, at);
    return { status: statusCode, ...ahead, certificate: { refusal: undefined } };
  } catch (error) {
    const code = codeOf(error as Error);
    return isCertificate(code) ? { status: 0, certificate: { refusal: code } } : { code };
  } finally {
    await dispatcher.close();
  }
}

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const isCertificate = (code: string): boolean =>
  /CERT|CRL|SIGNATURE|SELF_SIGNED|ISSUER|HOSTNAME_MISMATCH/.test(code);

function directly(url: URL, { ca, timeout = 5000 }: ReachOptions): Promise<Reached | Unreached> {
  const began = Date.now();
  return new Promise((resolve) => {
    const done = (response: IncomingMessage): void => {
      const { socket } = response;
      resolve({
        status: response.statusCode ?? 0,
        ...aheadOf(response.headers.date, (began + Date.now()) / 2),
        ...(socket instanceof TLSSocket && { certificate: certificateOf(socket) }),
      });
      // Which forgets the certificate.
      response.destroy();
    };
    const options = { agent: false as const, timeout };
    const asking =
      url.protocol === "https:"
        ? secure(
            url,
            { ...options, rejectUnauthorized: false, ...(ca !== undefined && { ca }) },
            done,
          )
        : plain(url, options, done);
    asking.once("timeout", () => asking.destroy(Object.assign(new Error(), { code: "ETIMEDOUT" })));
    asking.once("error", (error) => {
      resolve({ code: codeOf(error) });
    });
    asking.end();
  });
}

/** The header has whole seconds: https://www.rfc-editor.org/rfc/rfc9110#name-date */
function aheadOf(header: string | undefined, now: number): { ahead?: number } {
  const date = Date.parse(header ?? "");
  return Number.isNaN(date) ? {} : { ahead: Math.round((date + 500 - now) / 1000) };
}

function certificateOf(socket: TLSSocket): Reached["certificate"] {
  const { valid_to, subjectaltname = "" } = socket.getPeerCertificate();
  // Its type says Error; what is there is OpenSSL's or Node's code.
  const error = socket.authorizationError as unknown;
  return {
    refusal: socket.authorized ? undefined : error instanceof Error ? codeOf(error) : String(error),
    validTo: new Date(valid_to),
    names: subjectaltname.replaceAll(/(DNS|IP Address):/g, ""),
  };
}

function codeOf(error: Error & { readonly code?: unknown }): string {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  if (inner instanceof Error) return codeOf(inner);
  return typeof error.code === "string" ? error.code : "no answer";
}
