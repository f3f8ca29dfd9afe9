import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { OAuth2Client } from "google-auth-library";
import type { ManagementConnection } from "../../../stores/gcp/management";

type Body = Readonly<Record<string, unknown>>;
interface Answer {
  readonly status: number;
  readonly body: Body;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A stand-in for Google's management APIs and for whoever gives tokens, on loopback: it has what it is told, answers reads
 * in the documented forms, and enforces no role but what a test refuses. Links are at each behaviour.
 */
export interface GoogleApis {
  readonly origin: string;
  readonly connection: () => ManagementConnection;
  /** Puts something at a name of an API: `put("secretmanager", "projects/p/secrets/s", {})`. */
  readonly put: (api: string, name: string, body?: Body) => void;
  /** Services that are off in the project that calls count against. */
  readonly off: Set<string>;
  /** That project. */
  consumer: string;
  /** What is refused. */
  refuse: (api: string, path: string) => boolean;
  /** Answers that come before any other, such as that the API is busy. */
  readonly first: Answer[];
  /** Method, API and path of each call, with what it asked for. */
  readonly calls: string[];
  readonly stop: () => Promise<void>;
}

export interface GoogleApisOptions {
  readonly project: string;
  readonly number: string;
  readonly token?: string;
}

/** Starts it with a project that has every service on, and nothing in it. */
export async function startGoogleApis({
  project,
  number,
  token = "stand-in-token",
}: GoogleApisOptions): Promise<GoogleApis> {
  const resources = new Map<string, Body>();
  const answer = (request: IncomingMessage, sent: string): Answer => {
    const url = new URL(request.url ?? "/", apis.origin);
    const [, api = "", ...rest] = url.pathname.split("/");
    const path = rest.join("/");
    apis.calls.push(`${request.method ?? ""} ${api} ${path}${decodeURIComponent(url.search)}`);
    const tokens = tokenAnswer(api, path, sent, request, token);
    if (tokens) return tokens;
    const busy = apis.first.shift();
    if (busy) return busy;
    if (request.headers.authorization !== `Bearer ${token}`) {
      return failure(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
    }
    const service = `${api.replace(/\..*/, "")}.googleapis.com`;
    if (apis.off.has(service)) return disabled(service, apis.consumer);
    if (apis.refuse(api, path)) return denied(path);
    // Nobody is told whether there is a project in which he has no role. https://cloud.google.com/resource-manager/docs/troubleshooting
    const inProject = /(?:^|\/)projects\/([^/:]+)/.exec(path)?.[1];
    if (inProject !== undefined && inProject !== project && !isRead(api, path, resources)) {
      return denied(path);
    }
    const found = read(request.method ?? "", api, path, url, resources, apis, project);
    return policyVersion(url, sent) === 3 ? found : withoutConditions(found);
  };
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { status, body, headers = {} } = answer(request, Buffer.concat(parts).toString());
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const apis: GoogleApis = {
    origin,
    connection: () => ({
      credential: new OAuth2Client({
        credentials: { access_token: token },
        // Jest has no import of the module that the library takes its own from.
        transporterOptions: { fetchImplementation: fetch },
      }),
      endpoint: (api) => `${origin}/${api}`,
    }),
    put: (api, name, body = {}) => {
      resources.set(`${api} ${name}`, { name, ...body });
    },
    off: new Set(),
    consumer: project,
    refuse: () => false,
    first: [],
    calls: [],
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
  apis.put("cloudresourcemanager", `projects/${project}`, {
    ...{ name: `projects/${number}`, projectId: project, state: "ACTIVE" },
  });
  for (const location of ["europe-west1", "europe-west3", "europe-west4"]) {
    for (const api of ["secretmanager", "cloudkms", "logging"]) {
      apis.put(api, `projects/${project}/locations/${location}`, {
        metadata: { hsmAvailable: location !== "europe-west1" },
      });
    }
  }
  apis.put("cloudkms", `projects/${project}/locations/global`, {
    metadata: { hsmAvailable: true },
  });
  apis.put("logging", `projects/${project}/locations/global`);
  apis.put("cloudbilling", `projects/${project}/billingInfo`, { billingEnabled: true });
  return apis;
}

/** https://google.aip.dev/193 */
const failure = (status: number, code: string, message: string, details: Body[] = []): Answer => ({
  status,
  body: { error: { code: status, status: code, message, details } },
});

const denied = (path: string): Answer =>
  failure(403, "PERMISSION_DENIED", `Permission denied on resource ${path} (or it may not exist).`);

const notFound = (path: string): Answer =>
  failure(404, "NOT_FOUND", `Resource ${path} was not found.`);

/** https://cloud.google.com/apis/design/errors#error_info */
const disabled = (service: string, consumer: string): Answer =>
  failure(403, "PERMISSION_DENIED", `${service} has not been used in project ${consumer}.`, [
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "SERVICE_DISABLED",
      domain: "googleapis.com",
      metadata: { service, consumer: `projects/${consumer}` },
    },
  ]);

const nameOf = (path: string): string => path.replace(/^((storage|bigquery)\/)?v\d\//, "");

const isRead = (api: string, path: string, resources: ReadonlyMap<string, Body>): boolean =>
  resources.has(`${api} ${nameOf(path)}`);

/** APIs that are asked for a policy by POST; the rest by GET. */
const asked = ["iam", "cloudresourcemanager"];

const lists = [
  /^(secretmanager|cloudkms|logging) projects\/[^/]+\/locations$/,
  /^secretmanager(\.[\w-]+\.rep)? projects\/[^/]+(\/locations\/[^/]+)?\/secrets$/,
  /^monitoring projects\/[^/]+\/(alertPolicies|notificationChannels)$/,
];

function read(
  method: string,
  api: string,
  path: string,
  url: URL,
  resources: ReadonlyMap<string, Body>,
  { off }: GoogleApis,
  project: string,
): Answer {
  const name = nameOf(path);
  if (path.endsWith("/services:batchGet")) {
    // https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchGet
    const names = url.searchParams.getAll("names");
    if (names.length > 30) return failure(400, "INVALID_ARGUMENT", "At most 30 names.");
    const services = names.map((one) => ({
      name: one,
      state: off.has(one.split("/").at(-1) ?? "") ? "DISABLED" : "ENABLED",
    }));
    return { status: 200, body: { services } };
  }
  const policy = path.endsWith(":getIamPolicy");
  if (method !== (policy && asked.includes(api) ? "POST" : "GET")) return notFound(path);
  const found = resources.get(`${api} ${name}`);
  if (found) return { status: 200, body: found };
  const list = name.split("/").at(-1) ?? "";
  return lists.some((one) => one.test(`${api} ${name}`)) && name.startsWith(`projects/${project}/`)
    ? { status: 200, body: page(api, name, list, url, resources) }
    : notFound(path);
}

const policyVersion = (url: URL, sent: string): number => {
  const { options = {} } = (sent.startsWith("{") ? JSON.parse(sent) : {}) as {
    options?: { requestedPolicyVersion?: number };
  };
  const names = ["options.requestedPolicyVersion", "optionsRequestedPolicyVersion"];
  const [asked] = names.flatMap((name) => url.searchParams.get(name) ?? []);
  return Number(asked ?? options.requestedPolicyVersion ?? 1);
};

/** Who asks for an old version sees other names and no condition. https://cloud.google.com/iam/docs/troubleshooting-withcond */
function withoutConditions(answer: Answer): Answer {
  const { bindings } = answer.body as { bindings?: readonly Body[] };
  if (bindings === undefined) return answer;
  const plain = bindings.map(({ condition, role, ...rest }) => ({
    ...rest,
    role: condition === undefined ? role : `${String(role)}_withcond_0123456789`,
  }));
  return { ...answer, body: { ...answer.body, bindings: plain } };
}

/** What is right below, two on a page. https://google.aip.dev/158 */
function page(
  api: string,
  name: string,
  list: string,
  url: URL,
  resources: ReadonlyMap<string, Body>,
): Body {
  const below = new RegExp(`^${api.replaceAll(".", "\\.")} ${name}/[^/]+$`);
  const all = [...resources]
    .filter(([id]) => below.test(id))
    .map(([id, body]): Body => (list === "locations" ? { ...body, locationId: last(id) } : body))
    .filter((body) => matches(body, url.searchParams.get("filter") ?? ""));
  const from = Number(url.searchParams.get("pageToken") ?? "0");
  return {
    [list]: all.slice(from, from + 2),
    ...(all.length > from + 2 ? { nextPageToken: String(from + 2) } : {}),
  };
}

const last = (id: string): string => id.split("/").at(-1) ?? "";

/** Labels alone, joined by AND. https://cloud.google.com/secret-manager/docs/filtering */
const matches = ({ labels = {} }: Body, filter: string): boolean =>
  filter === "" ||
  filter.split(" AND ").every((part) => {
    const [, label = "", value = ""] = /^labels\.([\w-]+)=([\w-]+)$/.exec(part) ?? [];
    if (label === "") throw new Error(`filter: ${part}`);
    return (labels as Readonly<Record<string, string>>)[label] === value;
  });

/** Whoever gives tokens: for another's token, for an account's, and for a machine of Google's own. */
function tokenAnswer(
  api: string,
  path: string,
  sent: string,
  { headers }: IncomingMessage,
  token: string,
): Answer | undefined {
  // https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys
  if (api === "computeMetadata") {
    const account = path.endsWith("/token");
    return {
      status: 200,
      headers: { "metadata-flavor": "Google" },
      body: account ? { access_token: token, expires_in: 3600, token_type: "Bearer" } : {},
    };
  }
  // https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token
  if (api === "sts") {
    const subject = new URLSearchParams(sent).get("subject_token");
    return subject === "of-the-pipeline"
      ? {
          status: 200,
          body: {
            ...{ access_token: "federated", token_type: "Bearer", expires_in: 3600 },
            issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
          },
        }
      : {
          status: 400,
          body: { error: "invalid_grant", error_description: "The token is not accepted." },
        };
  }
  // https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken
  if (path.endsWith(":generateAccessToken")) {
    return headers.authorization === "Bearer federated"
      ? {
          status: 200,
          body: {
            accessToken: token,
            expireTime: new Date(Date.now() + 3_600_000).toISOString(),
          },
        }
      : denied(path);
  }
  return undefined;
}
