import { createServer, type Server } from "node:https";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { certificateFor } from "../../../sandbox/standin/loopback/certificate";
import type { CloudName } from "../../../infra/azure/cloud";
import type { SignIn } from "../../../stores/azure/credential";
import type { ManagementConnection } from "../../../stores/azure/management";

type Body = Readonly<Record<string, unknown>>;
type Answer = readonly [status: number, body: Body];

/** What is refused: https://learn.microsoft.com/azure/role-based-access-control/troubleshooting */
export type Refuse = (path: string) => boolean;

/**
 * A stand-in for Azure's management API and for its sign-in, on loopback: it has what it is told, answers reads in the
 * documented forms, and enforces no role but what a test refuses. Links are at each behaviour.
 */
export interface Arm {
  readonly connection: (cloud: CloudName) => ManagementConnection;
  /** How to sign in here with the client secret that it is started with. */
  readonly signIn: SignIn;
  /** Puts something at an id; ids are the same in any case. https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
  readonly put: (id: string, body?: Body) => void;
  /** A vault's name that another subscription has. */
  readonly taken: Set<string>;
  refuse: Refuse;
  /** Method and path of each call, with what it asked for. */
  readonly calls: string[];
  readonly stop: () => Promise<void>;
}

export interface ArmOptions {
  readonly clientSecret?: string;
  readonly token?: string;
}

/** Starts it without a resource. */
export async function startArm({
  clientSecret = "stand-in",
  token = "stand-in-token",
}: ArmOptions = {}): Promise<Arm> {
  const resources = new Map<string, Body>();
  const { ca, certificate: cert, key } = await certificateFor("127.0.0.1");
  const answer = (request: IncomingMessage, sent: string): Answer => {
    const url = new URL(request.url ?? "/", origin());
    const path = decodeURIComponent(url.pathname);
    arm.calls.push(`${request.method ?? ""} ${path}${url.search}`);
    if (/\/oauth2\/|\.well-known/.test(path))
      return signIn(path, sent, origin(), clientSecret, token);
    if (request.headers.authorization !== `Bearer ${token}`) {
      return failure(401, "InvalidAuthenticationToken", "The access token is invalid.");
    }
    if (!url.searchParams.has("api-version")) {
      return failure(
        400,
        "MissingApiVersionParameter",
        "The api-version query parameter is required.",
      );
    }
    if (arm.refuse(path)) {
      return failure(
        403,
        "AuthorizationFailed",
        `The client does not have authorization over ${path}.`,
      );
    }
    if (path.endsWith("/checkNameAvailability")) return [200, availability(sent, arm, resources)];
    return read(url, path, resources);
  };
  const server: Server = createServer({ key, cert }, (request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const [status, body] = answer(request, Buffer.concat(parts).toString());
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = (): string =>
    `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const arm: Arm = {
    connection: (cloud) => ({
      cloud,
      endpoint: origin(),
      ca,
      credential: {
        getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }),
      },
    }),
    signIn: {
      authorityHost: origin(),
      disableInstanceDiscovery: true,
      tlsOptions: { ca },
      retryOptions: { maxRetries: 0 },
    },
    put: (id, body = {}) => {
      resources.set(id.toLowerCase(), { id, name: id.split("/").at(-1), ...body });
    },
    taken: new Set(),
    refuse: () => false,
    calls: [],
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
  return arm;
}

/** https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors */
const failure = (status: number, code: string, message: string): Answer => [
  status,
  { error: { code, message } },
];

/** Something by its id, or a list of what is right below one, two on a page. */
function read(url: URL, path: string, resources: ReadonlyMap<string, Body>): Answer {
  const found = resources.get(path.toLowerCase());
  if (found) return [200, found];
  const kind = path.split("/").at(-1) ?? "";
  const lists = ["secrets", "deletedVaults", "roleEligibilitySchedules", "resources"];
  const parent = path.slice(0, -kind.length - 1);
  if (
    lists.includes(kind) &&
    (/^\/subscriptions\/[^/]+(\/providers\/[^/]+)?$/i.test(parent) ||
      resources.has(parent.toLowerCase()) ||
      kind === "roleEligibilitySchedules")
  ) {
    return [200, page(url, path, kind, resources)];
  }
  if (/^\/subscriptions\/[^/]+$/i.test(path)) {
    return failure(404, "SubscriptionNotFound", `The subscription ${kind} could not be found.`);
  }
  // https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found
  const group = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/i.exec(path)?.[0];
  return group !== undefined && !resources.has(group.toLowerCase())
    ? failure(404, "ResourceGroupNotFound", `Resource group ${group} could not be found.`)
    : failure(404, "ResourceNotFound", `The Resource ${path} was not found.`);
}

/** Pages go on at a link. https://learn.microsoft.com/rest/api/keyvault/keyvault/secrets/list */
function page(url: URL, path: string, kind: string, resources: ReadonlyMap<string, Body>): Body {
  const wanted = /(?:name|principalId) eq '([^']+)'$/.exec(
    url.searchParams.get("$filter") ?? "",
  )?.[1];
  const all = [...resources]
    .filter(([id]) => isIn(id, path.toLowerCase(), kind))
    .map(([, body]) => body)
    .filter((body) => wanted === undefined || JSON.stringify(body).includes(`"${wanted}"`));
  const from = Number(url.searchParams.get("$skiptoken") ?? "0");
  const next = new URL(url);
  next.searchParams.set("$skiptoken", String(from + 2));
  return {
    value: all.slice(from, from + 2),
    ...(all.length > from + 2 ? { nextLink: next.href } : {}),
  };
}

function isIn(id: string, list: string, kind: string): boolean {
  if (kind === "resources") return /\/providers\/microsoft\.keyvault\/vaults\/[^/]+$/.test(id);
  if (kind === "deletedVaults") return id.includes("/deletedvaults/");
  return id.startsWith(`${list}/`);
}

/** https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/check-name-availability */
function availability(sent: string, arm: Arm, resources: ReadonlyMap<string, Body>): Body {
  const { name = "", type } = JSON.parse(sent) as { name?: string; type?: string };
  if (type !== "Microsoft.KeyVault/vaults") throw new Error(`type: ${type ?? "missing"}`);
  if (name.length > 24) {
    return {
      nameAvailable: false,
      reason: "AccountNameInvalid",
      message: "The vault name has to have at most 24 characters.",
    };
  }
  const own = [...resources.keys()].some((id) => id.endsWith(`vaults/${name.toLowerCase()}`));
  return own || arm.taken.has(name)
    ? { nameAvailable: false, reason: "AlreadyExists", message: "The name is already in use." }
    : { nameAvailable: true };
}

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
function signIn(path: string, sent: string, origin: string, secret: string, token: string): Answer {
  const tenant = path.split("/")[1] ?? "";
  if (path.endsWith("/openid-configuration")) {
    return [
      200,
      {
        issuer: `${origin}/${tenant}/v2.0`,
        authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/authorize`,
        token_endpoint: `${origin}/${tenant}/oauth2/v2.0/token`,
        jwks_uri: `${origin}/${tenant}/discovery/v2.0/keys`,
      },
    ];
  }
  return new URLSearchParams(sent).get("client_secret") === secret
    ? [200, { token_type: "Bearer", expires_in: 3599, access_token: token }]
    : [
        401,
        {
          error: "invalid_client",
          error_description: "AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 0",
        },
      ];
}
