import { once } from "node:events";
import { Agent } from "node:https";
import { request } from "node:http";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { startKeyVault, type RunningKeyVault } from "../../../sandbox/standin/keyvault";
import { dataActions } from "../../../sandbox/standin/keyvault/operations";
import { ask, clientOf, refusalOf, type RawAnswer } from "../support/keyVault";

const tenantId = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const admin = "0c867c2a-1d8c-454a-a3db-ab2ea1bdc8bb";
const version = "api-version=7.6";

let vault: RunningKeyVault;
/** What was asked of whoever decides, and what it says. */
const asked: (readonly [string, string | undefined])[] = [];
let answer = true;

beforeAll(async () => {
  vault = await startKeyVault({
    vaultName: "PS-dev",
    tenantId,
    authorize: (_oid, action, secret) => {
      asked.push([action, secret]);
      return answer;
    },
    log: () => undefined,
  });
});
beforeEach(() => {
  answer = true;
  asked.length = 0;
});
afterAll(() => vault.stop());

const asAdmin = (method: string, path: string, body?: unknown): Promise<RawAnswer> =>
  ask(vault, method, `${path}${path.includes("?") ? "&" : "?"}${version}`, {
    token: vault.tokenFor(admin),
    body,
  });

describe("without a token that it takes", () => {
  const part = (text: object): string => Buffer.from(JSON.stringify(text)).toString("base64url");
  const cases: Readonly<Record<string, () => string | undefined>> = {
    none: () => undefined,
    expired: () => vault.tokenFor(admin, { expiresIn: -1 }),
    "for another service": () =>
      vault.tokenFor(admin, { audience: "https://management.azure.com" }),
    "for the address of the vault": () => vault.tokenFor(admin, { audience: vault.url }),
    "of another tenant": () => vault.tokenFor(admin, { tenantId: admin }),
    "of another caller, with this one's signature": () => {
      const [head, claims, signature] = vault.tokenFor(admin).split(".");
      const text = Buffer.from(claims ?? "", "base64url").toString();
      const other = JSON.parse(text.replaceAll(admin, tenantId)) as object;
      return `${head ?? ""}.${part(other)}.${signature ?? ""}`;
    },
    "that nobody signed": () => {
      const [, claims] = vault.tokenFor(admin).split(".");
      return `${part({ alg: "none" })}.${claims ?? ""}.`;
    },
    "that is none": () => "x",
  };

  test.each(Object.entries(cases))("%s: 401, and where one is to be had", async (_name, token) => {
    const given = token();
    const { status, headers, body } = await ask(vault, "GET", `/secrets?${version}`, {
      ...(given === undefined ? {} : { token: given }),
    });
    expect([status, body]).toEqual([
      401,
      { error: { code: "Unauthorized", message: expect.any(String) as string } },
    ]);
    expect(headers["www-authenticate"]).toMatch(
      new RegExp(
        `^Bearer authorization="https://login\\.microsoftonline\\.com/${tenantId}", resource="https://vault\\.azure\\.net"`,
      ),
    );
    expect(headers["x-stand-in"]).toMatch(/stand-in/);
    expect(asked).toEqual([]);
  });

  test("an SDK whose token has expired says so", async () => {
    const client = clientOf(vault, admin, { token: { expiresIn: -1 } });
    expect(await refusalOf(client.getSecret("one"))).toBe("401 Unauthorized");
  });
});

/** By hand: each request, the data action that it needs, and of which secret. */
const needs: readonly (readonly [string, string, string, string | undefined])[] = [
  ["PUT", "/secrets/one", "secrets/setSecret/action", "one"],
  ["GET", "/secrets/one", "secrets/getSecret/action", "one"],
  ["GET", "/secrets/one/", "secrets/getSecret/action", "one"],
  ["GET", `/secrets/one/${"0".repeat(32)}`, "secrets/getSecret/action", "one"],
  ["PATCH", "/secrets/one/", "secrets/update/action", "one"],
  ["DELETE", "/secrets/one", "secrets/delete", "one"],
  ["GET", "/secrets", "secrets/readMetadata/action", undefined],
  ["GET", "/secrets/one/versions", "secrets/readMetadata/action", "one"],
  ["GET", "/deletedsecrets", "secrets/readMetadata/action", undefined],
  ["GET", "/deletedsecrets/gone", "secrets/readMetadata/action", "gone"],
  ["POST", "/deletedsecrets/gone/recover", "secrets/recover/action", "gone"],
  ["DELETE", "/deletedsecrets/gone", "secrets/purge/action", "gone"],
  ["POST", "/secrets/one/backup", "secrets/backup/action", "one"],
  ["POST", "/secrets/restore", "secrets/restore/action", "one"],
];

describe("without a grant", () => {
  let backup: unknown;
  beforeAll(async () => {
    answer = true;
    for (const name of ["one", "gone"]) await asAdmin("PUT", `/secrets/${name}`, { value: "v" });
    backup = (await asAdmin("POST", "/secrets/one/backup")).body;
    await asAdmin("DELETE", "/secrets/gone");
  });

  test.each(needs)(
    "%s %s is refused, and nothing is done",
    async (method, path, action, secret) => {
      answer = false;
      const { status, body } = await asAdmin(
        method,
        path,
        path === "/secrets/restore" ? backup : { value: "w" },
      );
      expect(status).toBe(403);
      expect(body).toEqual({
        error: {
          code: "Forbidden",
          message: expect.stringContaining(
            `Action: 'Microsoft.KeyVault/vaults/${action}'`,
          ) as string,
          innererror: { code: "ForbiddenByRbac" },
        },
      });
      expect(asked).toEqual([[`Microsoft.KeyVault/vaults/${action}`, secret]]);
      answer = true;
      expect(((await asAdmin("GET", "/secrets/one")).body as { value: string }).value).toBe("v");
      expect((await asAdmin("GET", "/secrets/one/versions")).body).toMatchObject({
        value: [{}],
        nextLink: null,
      });
      expect((await asAdmin("GET", "/deletedsecrets/gone")).status).toBe(200);
    },
  );

  test("the table has every data action, and each is asked for as Azure spells it", () => {
    const used = new Set(needs.map(([, , action]) => `Microsoft.KeyVault/vaults/${action}`));
    expect([...used].sort()).toEqual([...dataActions].sort());
    expect(dataActions).toHaveLength(9);
  });
});

describe("what is not of the API's form: 400", () => {
  const tags = (count: number): object =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${String(index)}`, "x"]));
  const set = (body: unknown) => ["PUT", "/secrets/form", body] as const;
  const wrong: Readonly<Record<string, readonly [string, string, unknown?]>> = {
    "a value of more than 25 KB": set({ value: "é".repeat(12_800) + "x" }),
    "no value": set({}),
    "a value that is no text": set({ value: 1 }),
    "nothing at all": set(undefined),
    "no JSON": set("value"),
    "a content type of 256 characters": set({ value: "v", contentType: "x".repeat(256) }),
    "sixteen tags": set({ value: "v", tags: tags(16) }),
    "a tag that is no text": set({ value: "v", tags: { a: 1 } }),
    "a tag of 513 characters": set({ value: "v", tags: { a: "x".repeat(513) } }),
    "an expiry that is no number": set({ value: "v", attributes: { exp: "tomorrow" } }),
    "an underscore in the name": ["PUT", "/secrets/a_b", { value: "v" }],
    "a name of 128 characters": ["PUT", `/secrets/${"x".repeat(128)}`, { value: "v" }],
    "26 results in a page": ["GET", "/secrets?maxresults=26"],
    "no result in a page": ["GET", "/secrets?maxresults=0"],
    "a key": ["GET", "/keys/one"],
    "a blob of somebody else": ["POST", "/secrets/restore", { value: "AAAA" }],
  };

  test.each(Object.entries(wrong))("%s", async (_name, [method, path, body]) => {
    const { status, body: said } = await asAdmin(method, path, body);
    expect([status, said]).toMatchObject([400, { error: { code: "BadParameter" } }]);
    expect((await asAdmin("GET", "/secrets/form")).status).toBe(404);
  });

  test("what is just inside the limits is taken", async () => {
    const name = "y".repeat(127);
    const body = { value: "é".repeat(12_800), contentType: "x".repeat(255), tags: tags(15) };
    const { status, body: bundle } = await asAdmin("PUT", `/secrets/${name}`, body);
    expect([status, bundle]).toMatchObject([200, body]);
  });

  test.each(["", "?api-version=2016-01-01"])("a request with the version %p", async (query) => {
    const token = vault.tokenFor(admin);
    const { status, body } = await ask(vault, "GET", `/secrets${query}`, { token });
    expect([status, body]).toMatchObject([400, { error: { code: "BadParameter" } }]);
  });

  test("versions of the API that are named by a date tell of the version before", async () => {
    const token = vault.tokenFor(admin);
    const first = (await asAdmin("PUT", "/secrets/two", { value: "v" })).body as { id: string };
    const before = { previousVersion: first.id.split("/").at(-1) };
    await asAdmin("PUT", "/secrets/two", { value: "w" });
    expect((await asAdmin("GET", "/secrets/two")).body).not.toHaveProperty("previousVersion");
    const { body } = await ask(vault, "GET", "/secrets/two?api-version=2026-04-01", { token });
    expect(body).toMatchObject(before);
  });
});

test("no answer but that of get and set has the value", async () => {
  const value = "the-value-of-a-secret";
  const has = ({ body }: RawAnswer): boolean => JSON.stringify(body ?? {}).includes(value);
  expect(has(await asAdmin("PUT", "/secrets/hidden", { value }))).toBe(true);
  expect(has(await asAdmin("GET", "/secrets/hidden"))).toBe(true);
  const others: readonly (readonly [string, string, unknown?])[] = [
    ["PUT", "/secrets/hidden", { value, contentType: "x".repeat(256) }],
    ["PATCH", "/secrets/hidden", { tags: { a: "b" } }],
    ["GET", "/secrets"],
    ["GET", "/secrets/hidden/versions"],
    ["POST", "/secrets/hidden/backup"],
    ["DELETE", "/secrets/hidden"],
    ["GET", "/deletedsecrets"],
    ["GET", "/deletedsecrets/hidden"],
    ["PUT", "/secrets/hidden", { value }],
    ["POST", "/deletedsecrets/hidden/recover"],
  ];
  for (const [method, path, body] of others) {
    const answered = await asAdmin(method, path, body);
    expect([method, path, has(answered)]).toEqual([method, path, false]);
  }
  expect(JSON.stringify(vault.calls)).not.toContain(value);
});

describe("how it is reached", () => {
  const portOf = ({ agent }: RunningKeyVault): number => Number(agent.options.port);

  test("its certificate is of its own authority, and for this vault's name alone", async () => {
    const { url, ca } = vault;
    const to = { host: "127.0.0.1", port: portOf(vault) };
    const known = new Agent({ ...to, servername: new URL(url).hostname });
    await expect(ask({ url, agent: known }, "GET", "/")).rejects.toThrow(/certificate/);
    const other = new Agent({ ...to, ca, servername: "other.vault.azure.net" });
    await expect(ask({ url, agent: other }, "GET", "/")).rejects.toThrow(/altnames/);
  });

  test("the proxy leads to this vault and nowhere else", async () => {
    const { HTTPS_PROXY: proxy = "" } = vault.env;
    const through = async (path: string): Promise<number | undefined> => {
      const asking = request(proxy, { method: "CONNECT", path }).end();
      const [{ statusCode }, socket] = (await once(asking, "connect")) as [
        { statusCode?: number },
        { destroy: () => void },
      ];
      socket.destroy();
      return statusCode;
    };
    expect(await through("ps-dev.vault.azure.net:443")).toBe(200);
    expect(await through("login.microsoftonline.com:443")).toBe(403);
    expect(await through("other.vault.azure.net:443")).toBe(403);
    expect(await through("ps-dev.vault.azure.net:80")).toBe(403);
  });

  test("on loopback alone, as the proxy is", async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4")
      .map(({ address }) => address);
    // Another address of loopback tells as much where there is no network: Linux has them all.
    const hosts = process.platform === "linux" ? [...outside, "127.0.0.2"] : outside;
    const { HTTPS_PROXY: proxy = "" } = vault.env;
    for (const port of [portOf(vault), Number(new URL(proxy).port)]) {
      for (const host of hosts) {
        const socket = connect({ host, port });
        const reason = await once(socket, "connect").catch((error: unknown) => error);
        socket.destroy();
        expect(reason).toMatchObject({ code: "ECONNREFUSED" });
      }
    }
  });
});

test("deleted secrets are kept for 7 to 90 days", async () => {
  const start = (recoverableDays: number) =>
    startKeyVault({ vaultName: "x", tenantId, authorize: () => false, recoverableDays });
  await expect(start(6)).rejects.toThrow("recoverableDays: 6; allowed: 7 to 90");
  await expect(start(91)).rejects.toThrow("91");
});
