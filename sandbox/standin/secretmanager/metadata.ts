import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Place } from "./names";
import { cloudPlatform } from "./tokens";

/** Where a workload of Google Cloud gets its token. */
export interface MetadataServer {
  /** For a process: what makes the clients look for it there. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const seconds = 3600;

/**
 * A stand-in of the metadata server, from which the official clients take the token of the service account that a
 * workload runs as, without a line of code for it: https://cloud.google.com/compute/docs/metadata/overview. On loopback;
 * gives the tokens of one account alone.
 */
export async function openMetadata(
  { projectId, projectNumber }: Place,
  email: string,
  tokenFor: (expiresIn: number) => string,
): Promise<MetadataServer> {
  const account = "/instance/service-accounts/default/";
  const answers: Readonly<Record<string, () => object | string>> = {
    // Where Python and Node look whether there is one.
    "/": () => "computeMetadata/\n",
    "/instance": () => "service-accounts/\n",
    "/project/project-id": () => projectId,
    "/project/numeric-project-id": () => projectNumber,
    "/universe/universe-domain": () => "googleapis.com",
    [account]: () => ({ aliases: ["default"], email, scopes: [cloudPlatform] }),
    [`${account}email`]: () => email,
    [`${account}token`]: () => ({
      access_token: tokenFor(seconds),
      expires_in: seconds,
      token_type: "Bearer",
    }),
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const path = pathname.replace("/computeMetadata/v1", "").replace(`/${email}/`, "/default/");
    const answer = answers[path];
    // Without the header a browser's request, too, would get a token.
    const asked = request.headers["metadata-flavor"] === "Google";
    const status = answer ? (asked ? 200 : 403) : 404;
    const body = status === 200 ? answer?.() : undefined;
    response.writeHead(status, {
      "Metadata-Flavor": "Google",
      "Content-Type": typeof body === "object" ? "application/json" : "application/text",
    });
    response.end(typeof body === "object" ? JSON.stringify(body) : body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    // The second is for the look whether there is one:
    // https://googleapis.dev/python/google-auth/latest/reference/google.auth.environment_vars.html
    env: { GCE_METADATA_HOST: host, GCE_METADATA_IP: host },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
