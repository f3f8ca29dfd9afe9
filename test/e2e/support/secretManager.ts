import { SecretManagerServiceClient } from "@google-cloud/secret-manager";
import { credentials, Metadata, status } from "@grpc/grpc-js";
import type { RunningSecretManager } from "../../../sandbox/standin/secretmanager";
import type { TokenOptions } from "../../../sandbox/standin/secretmanager/tokens";

type Options = NonNullable<ConstructorParameters<typeof SecretManagerServiceClient>[0]>;

/**
 * The official client as one member, with its own transport, under the endpoint's own name. In place of a credential
 * that logs in, one that gives a token of the stand-in's; without a member the one in the options, or none.
 */
export function clientOf(
  server: RunningSecretManager,
  member: string | undefined,
  { token, ...options }: Options & { readonly token?: TokenOptions | string } = {},
): SecretManagerServiceClient {
  const tls = credentials.createSsl(Buffer.from(server.ca));
  const call = credentials.createFromMetadataGenerator((_about, give) => {
    const metadata = new Metadata();
    const given = typeof token === "string" ? token : member && server.tokenFor(member, token);
    if (given !== undefined) metadata.set("authorization", `Bearer ${given}`);
    give(null, metadata);
  });
  return new SecretManagerServiceClient({
    apiEndpoint: "127.0.0.1",
    port: server.port,
    sslCreds: credentials.combineChannelCredentials(tls, call),
    // Asks no credential which cloud it is of.
    clientOptions: { universeDomain: "googleapis.com" },
    "grpc.ssl_target_name_override": server.host,
    "grpc.default_authority": server.host,
    "grpc.enable_http_proxy": 0,
    ...options,
  });
}

/** How a call was refused: gRPC's name of the code. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { code } = error as { code?: status };
    return code === undefined ? String(error) : status[code];
  }
  return "allowed";
}

/** What the service says of a refusal, without the code before it. */
export async function reasonOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "allowed",
    (error: unknown) => (error as { details?: string }).details ?? String(error),
  );
}

type Ask = Readonly<Record<string, (request: object) => Promise<readonly unknown[]>>>;

/** A request of a method by its name in gRPC, for tables of them. */
export function ask(client: SecretManagerServiceClient, method: string, request: object) {
  const name = method.charAt(0).toLowerCase() + method.slice(1);
  return (client as unknown as Ask)[name]?.(request) ?? Promise.reject(new Error(method));
}
