import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { connect as connectTls } from "node:tls";
import { inspect } from "node:util";
import {
  startSecretManager,
  type RunningSecretManager,
} from "../../../sandbox/standin/secretmanager";
import { operations } from "../../../sandbox/standin/secretmanager/operations";
import type { Resource } from "../../../sandbox/standin/secretmanager/service";
import { ask, clientOf, reasonOf, refusalOf } from "../support/secretManager";
import {
  add,
  create,
  numbered,
  parent,
  projectId,
  projectNumber,
  read,
  secretOf,
} from "../support/secretManagers";
import type { Client } from "../support/secretManagers";

const admin = "user:admin@example.com";
const time = new Date("2026-11-01T12:00:00Z");
const clients: Client[] = [];
let server: RunningSecretManager;
let client: Client;
/** What was asked of whoever decides, and what it says. */
const asked: unknown[] = [];
let answer = true;

const as = (
  ...[member, options]: [string | undefined, Parameters<typeof clientOf>[2]?]
): Client => {
  const made = clientOf(server, member, options);
  clients.push(made);
  return made;
};

beforeAll(async () => {
  server = await startSecretManager({
    projectId,
    projectNumber,
    decide: (...question) => {
      asked.push(question);
      return answer;
    },
    now: () => time,
    log: () => undefined,
  });
  client = as(admin);
  await create(client, "one");
  await add(client, "one", "v");
});
beforeEach(() => {
  answer = true;
  asked.length = 0;
});
afterAll(async () => {
  for (const one of clients) await one.close();
  await server.stop();
});

describe("without a token that it takes", () => {
  const cases: Readonly<Record<string, () => [string, string, Parameters<typeof clientOf>[2]]>> = {
    none: () => ["UNAUTHENTICATED", "is missing", {}],
    "not known": () => ["UNAUTHENTICATED", "invalid", { token: "stand-in.x" }],
    "of another stand-in's form": () => ["UNAUTHENTICATED", "invalid", { token: "ya29.x y" }],
    expired: () => [
      "UNAUTHENTICATED",
      "invalid",
      { token: server.tokenFor(admin, { expiresIn: 0 }) },
    ],
    "for other services": () => {
      const scopes = ["https://www.googleapis.com/auth/devstorage.read_only"];
      const token = server.tokenFor(admin, { scopes });
      return ["PERMISSION_DENIED", "insufficient authentication scopes", { token }];
    },
  };

  test.each(Object.entries(cases))("%s: nothing is asked of IAM", async (_name, given) => {
    const [code, said, options] = given();
    const call = () => read(as(undefined, options), "one");
    expect(await refusalOf(call())).toBe(code);
    expect(await reasonOf(call())).toContain(said);
    expect(asked).toEqual([]);
  });
});

const secret = `${parent}/secrets/one`;
const version = `${secret}/versions/1`;
const payload = { data: Buffer.from("w") };
type Kind = "Project" | "Secret" | "SecretVersion";
/** By hand: each request, the permission that it needs, and of what. */
const needs: readonly (readonly [string, object, string, Kind, string])[] = [
  ["ListSecrets", { parent }, "secrets.list", "Project", ""],
  ["CreateSecret", { parent, secretId: "two", secret: {} }, "secrets.create", "Project", ""],
  ["GetSecret", { name: secret }, "secrets.get", "Secret", "/secrets/one"],
  [
    "UpdateSecret",
    { secret: { name: secret, labels: { a: "b" } }, updateMask: { paths: ["labels"] } },
    "secrets.update",
    "Secret",
    "/secrets/one",
  ],
  ["DeleteSecret", { name: secret }, "secrets.delete", "Secret", "/secrets/one"],
  ["AddSecretVersion", { parent: secret, payload }, "versions.add", "Secret", "/secrets/one"],
  ["ListSecretVersions", { parent: secret }, "versions.list", "Secret", "/secrets/one"],
  [
    "GetSecretVersion",
    { name: version },
    "versions.get",
    "SecretVersion",
    "/secrets/one/versions/1",
  ],
  [
    "AccessSecretVersion",
    { name: `${secret}/versions/latest` },
    "versions.access",
    "SecretVersion",
    "/secrets/one/versions/latest",
  ],
  [
    "EnableSecretVersion",
    { name: version },
    "versions.enable",
    "SecretVersion",
    "/secrets/one/versions/1",
  ],
  [
    "DisableSecretVersion",
    { name: version },
    "versions.disable",
    "SecretVersion",
    "/secrets/one/versions/1",
  ],
  [
    "DestroySecretVersion",
    { name: version },
    "versions.destroy",
    "SecretVersion",
    "/secrets/one/versions/1",
  ],
];

describe("without a grant", () => {
  test.each(needs)(
    "%s %j is refused, and nothing is done",
    async (method, body, permission, kind, path) => {
      answer = false;
      const service = kind === "Project" ? "cloudresourcemanager" : "secretmanager";
      const resource: Resource = {
        service: `${service}.googleapis.com`,
        type: `${service}.googleapis.com/${kind}`,
        name: `${numbered}${path}`,
      } as Resource;
      const call = () => ask(client, method, body);
      expect(await refusalOf(call())).toBe("PERMISSION_DENIED");
      expect(asked).toEqual([[admin, `secretmanager.${permission}`, resource, time]]);
      expect(await reasonOf(call())).toBe(
        `Permission 'secretmanager.${permission}' denied for resource '${parent}${path}' (or it may not exist).`,
      );
      answer = true;
      const [secrets] = await client.listSecrets({ parent });
      expect(secrets.map(({ name, labels }) => [name, labels])).toEqual([
        [`${numbered}/secrets/one`, {}],
      ]);
      const [versions] = await client.listSecretVersions({ parent: secret });
      expect(versions.map(({ state }) => state)).toEqual(["ENABLED"]);
      expect(await read(client, "one")).toBe("v");
    },
  );

  test("the table has every method", () => {
    expect(needs.map(([method]) => method).sort()).toEqual(Object.keys(operations).sort());
  });

  test("of another project nothing is told, and nobody is asked", async () => {
    const name = "projects/of-others/secrets/one/versions/1";
    expect(await reasonOf(client.accessSecretVersion({ name }))).toBe(
      `Permission 'secretmanager.versions.access' denied for resource '${name}' (or it may not exist).`,
    );
    expect(asked).toEqual([]);
  });
});

describe("what is not of the API's form: INVALID_ARGUMENT", () => {
  const replication = { automatic: {} };
  const made = (more: object, secretId = "form") =>
    ["CreateSecret", { parent, secretId, secret: { replication, ...more } }] as const;
  const many = (count: number): object =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`l-${String(index)}`, "x"]));
  const changed = (paths: string[]) =>
    ["UpdateSecret", { secret: { name: secret }, updateMask: { paths } }] as const;
  const day = 24 * 3600;
  const added = (data: Buffer | undefined) =>
    ["AddSecretVersion", { parent: secret, payload: { data } }] as const;
  const wrong: Readonly<Record<string, readonly [string, object]>> = {
    "a payload of more than 64 KiB": added(Buffer.alloc(64 * 1024 + 1)),
    "an empty payload": added(Buffer.alloc(0)),
    "no payload": ["AddSecretVersion", { parent: secret }],
    "no replication": made({ replication: undefined }),
    "replicas nowhere": made({ replication: { userManaged: { replicas: [] } } }),
    "a dot in the name": made({}, "a.b"),
    "a name of 256 characters": made({}, "x".repeat(256)),
    "a label in capitals": made({ labels: { A: "b" } }),
    "a label's value with a dot": made({ labels: { a: "b.c" } }),
    "65 labels": made({ labels: many(65) }),
    "an annotation that ends with a dot": made({ annotations: { "a.": "b" } }),
    "annotations of 16 KiB": made({ annotations: { a: "b".repeat(16 * 1024 - 1) } }),
    "a delay of less than a day": made({ versionDestroyTtl: { seconds: day - 1 } }),
    "a delay of more than 1000 days": made({ versionDestroyTtl: { seconds: 1000 * day + 1 } }),
    "a change of nothing that is named": changed([]),
    "a name of something else": ["GetSecret", { name: `${parent}/keys/one` }],
    "a secret where a version is meant": ["AccessSecretVersion", { name: secret }],
    "a page of less than nothing": ["ListSecrets", { parent, pageSize: -1 }],
  };

  test.each(Object.entries(wrong))("%s", async (_name, [method, body]) => {
    expect(await refusalOf(ask(client, method, body))).toBe("INVALID_ARGUMENT");
    expect(await refusalOf(client.getSecret({ name: secretOf("form") }))).toBe("NOT_FOUND");
    expect(await read(client, "one")).toBe("v");
  });

  const leftOut: Readonly<Record<string, readonly [string, object]>> = {
    "a key of one's own": made({
      replication: { automatic: { customerManagedEncryption: { kmsKeyName: "k" } } },
    }),
    rotation: made({ rotation: { rotationPeriod: { seconds: 3600 } } }),
    topics: made({ topics: [{ name: "projects/p/topics/t" }] }),
    expiry: made({ ttl: { seconds: 3600 } }),
    aliases: made({ versionAliases: { a: 1 } }),
    "a change of rotation": changed(["rotation"]),
    "a policy": ["GetIamPolicy", { resource: secret }],
    "a filter": ["ListSecrets", { parent, filter: "labels.a=b" }],
  };

  test.each(Object.entries(leftOut))(
    "%s is left out, and it says so",
    async (_name, [method, body]) => {
      expect(await refusalOf(ask(client, method, body))).toBe("UNIMPLEMENTED");
      expect(await refusalOf(client.getSecret({ name: secretOf("form") }))).toBe("NOT_FOUND");
    },
  );

  test("what is just inside the limits is taken", async () => {
    const id = "y".repeat(255);
    const more = {
      labels: many(64),
      annotations: { a: "b".repeat(16 * 1024 - 2) },
      versionDestroyTtl: { seconds: 1000 * day },
      replication: { userManaged: { replicas: [{ location: "europe-west1" }] } },
    };
    const [{ replication: kept, labels }] = await create(client, id, more);
    expect([kept, labels]).toMatchObject([more.replication, more.labels]);
    const data = Buffer.alloc(64 * 1024, 1);
    await client.addSecretVersion({ parent: secretOf(id), payload: { data } });
    const [{ payload: came }] = await client.accessSecretVersion({
      name: `${secretOf(id)}/versions/1`,
    });
    expect(data.equals(came?.data as Uint8Array)).toBe(true);
    await client.deleteSecret({ name: secretOf(id) });
  });
});

test("no error, no answer but that of access, and no account of it has the value or a token", async () => {
  const value = "the-value-of-a-secret";
  const data = Buffer.from(value);
  const has = (thing: unknown): boolean => {
    const text = inspect(thing, { depth: 20, showHidden: true, maxArrayLength: null });
    const bytes = [data.toString("hex"), data.toString("base64"), data.join(",")];
    return [value, ...bytes].some((form) => text.replace(/\s+/g, "").includes(form));
  };
  const to = { parent: secret };
  const results: unknown[] = [];
  const keep = (call: Promise<unknown>) =>
    call.catch((error: unknown) => error).then((one) => results.push(one));
  await keep(client.addSecretVersion({ ...to, payload: { data, dataCrc32c: 1 } }));
  answer = false;
  await keep(client.addSecretVersion({ ...to, payload: { data } }));
  answer = true;
  for (const when of ["before", "after"] as const) {
    server.fail({ kind: "cut", when });
    await keep(client.addSecretVersion({ ...to, payload: { data } }));
  }
  await keep(client.listSecretVersions(to));
  await keep(client.getSecretVersion({ name: `${secret}/versions/latest` }));
  await keep(client.destroySecretVersion({ name: `${secret}/versions/2` }));
  await keep(client.accessSecretVersion({ name: `${secret}/versions/2` }));
  expect(
    results.map((one) => [has(one), inspect(one, { depth: 20 }).includes("stand-in.")]),
  ).toEqual(results.map(() => [false, false]));
  expect(has(server.calls)).toBe(false);
  await client.addSecretVersion({ ...to, payload: { data } });
  expect(has(await client.accessSecretVersion({ name: `${secret}/versions/latest` }))).toBe(true);
});

describe("how it is reached", () => {
  const secured = async (servername: string, ca?: string): Promise<unknown> => {
    const to = { host: "127.0.0.1", port: server.port, servername, ALPNProtocols: ["h2"] };
    const socket = connectTls({ ...to, ...(ca === undefined ? {} : { ca }) });
    const reason: unknown = await once(socket, "secureConnect").then(
      () => "secure",
      (error: unknown) => (error as { code?: string }).code,
    );
    socket.destroy();
    return reason;
  };

  test("its certificate is of its own authority, and for this endpoint's name alone", async () => {
    expect(await secured(server.host, server.ca)).toBe("secure");
    expect(await secured(server.host)).toMatch(/UNABLE_TO/);
    expect(await secured("kms.googleapis.com", server.ca)).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
  });

  test("each answer says that it is a stand-in", async () => {
    const error: unknown = await read(client, "unheard-of").catch((one: unknown) => one);
    const { metadata } = error as { metadata: { get: (key: string) => unknown } };
    expect(metadata.get("x-stand-in")).toEqual([
      expect.stringMatching(/stand-in.*without replication/),
    ]);
  });

  test("the proxy leads to this endpoint and nowhere else", async () => {
    const through = async (path: string): Promise<number | undefined> => {
      const asking = request(server.env["grpc_proxy"] ?? "", { method: "CONNECT", path }).end();
      const [{ statusCode }, socket] = (await once(asking, "connect")) as [
        { statusCode?: number },
        { destroy: () => void },
      ];
      socket.destroy();
      return statusCode;
    };
    expect(await through("secretmanager.googleapis.com:443")).toBe(200);
    expect(await through("secretmanager.europe-west1.rep.googleapis.com:443")).toBe(403);
    expect(await through("oauth2.googleapis.com:443")).toBe(403);
  });

  test("the metadata server gives tokens of its account alone, to those who ask as Google's clients do", async () => {
    const { GCE_METADATA_HOST: host = "" } = await server.envAs("app@example.com");
    const path = "instance/service-accounts/default/token";
    const get = (what: string, headers: Record<string, string>) =>
      fetch(`http://${host}/computeMetadata/v1/${what}`, { headers });
    const flavor = { "Metadata-Flavor": "Google" };
    expect((await get(path, {})).status).toBe(403);
    expect((await get(path.replace("default", "other@example.com"), flavor)).status).toBe(404);
    const { access_token: token } = (await (await get(path, flavor)).json()) as {
      access_token: string;
    };
    await read(as(undefined, { token }), "one", 1);
    expect(server.calls.at(-1)?.member).toBe("serviceAccount:app@example.com");
  });

  test("on loopback alone, as the proxy and the metadata server are", async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4")
      .map(({ address }) => address);
    // Another address of loopback tells as much where there is no network: Linux has them all.
    const hosts = process.platform === "linux" ? [...outside, "127.0.0.2"] : outside;
    const { grpc_proxy: proxy = "", GCE_METADATA_HOST: metadata = "" } = await server.envAs("a@b");
    const ports = [
      server.port,
      ...[proxy, `http://${metadata}`].map((url) => Number(new URL(url).port)),
    ];
    for (const port of ports) {
      for (const host of hosts) {
        const socket = connect({ host, port });
        const reason = await once(socket, "connect").catch((error: unknown) => error);
        socket.destroy();
        expect(reason).toMatchObject({ code: "ECONNREFUSED" });
      }
    }
  });
});
