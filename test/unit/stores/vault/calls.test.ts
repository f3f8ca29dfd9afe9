import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { isStoreError, type StoreError } from "../../../../stores/errors";
import { catalogKeys, guidePlace } from "../../../../stores/places";
import { SecretValue } from "../../../../stores/secretValue";
import { VaultClient, VaultUnreachable } from "../../../../stores/vault/client";
import { openWith } from "../../../../stores/vault/keyStore";

const page = "<!doctype html><title>Log in</title>";
const value = new SecretValue("sk-of-the-vault-calls-suite");

/** What the server answers to each call, by its method and path; everything else is the page of a proxy. */
let answers: Readonly<Record<string, readonly [status: number, body: unknown]>> = {};
let status = 200;
/** The end of an answer does not come. */
let stalls = false;
const calls: string[] = [];
let server: Server;
let address: string;

beforeAll(async () => {
  server = createServer((from, to) => {
    const call = `${from.method ?? ""} ${from.url ?? ""}`;
    calls.push(call);
    const [code, body] = answers[call] ?? [status, page];
    to.writeHead(code);
    if (stalls) to.write("{");
    else if (code === 204) to.end();
    else to.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
});
beforeEach(() => {
  [answers, status, stalls, calls.length] = [{}, 200, false, 0];
});

const [key] = catalogKeys;
if (key === undefined) throw new Error("the catalogue is empty");
const place = guidePlace("vault", key, {});
const { path, field } = place.locator;
const [subkeys, data] = ["subkeys", "data"].map((part) => `/v1/secret/${part}/${String(path)}`);

const store = () => openWith(new VaultClient({ address, token: "t" }), () => undefined);

async function refusalOf(action: Promise<unknown>): Promise<StoreError> {
  const error: unknown = await action.then(
    () => new Error("was not refused"),
    (reason: unknown) => reason,
  );
  if (!isStoreError(error)) throw error;
  return error;
}

/** As Vault tells of a version, without its fields. */
const told = (version: unknown, more: object) => ({
  request_id: "1",
  data: { ...more, metadata: { version, created_time: "2026-01-02T03:04:05Z" } },
});

describe("a server that is not Vault", () => {
  test.each([
    [200, page],
    [404, page],
    [403, page],
    [404, ""],
    [200, "[]"],
    [200, "null"],
    [404, { message: "no Route matched with those values" }],
  ])("answers %d %j: it is said, and nothing is put there", async (code, body) => {
    for (const part of [subkeys, data]) {
      answers = { ...answers, [`GET ${String(part)}`]: [code, body] };
    }
    for (const action of [
      () => store().describe(place),
      () => store().read(place),
      () => store().putIfAbsent(place, value),
      () => store().putNew(place, value),
    ]) {
      const { kind, message } = await refusalOf(action());
      expect(kind).toBe("unreachable");
      expect(message).toContain(`${address} answers ${String(code)}, and not as Vault does; fix: `);
      expect(message).toContain("proxy or login page");
    }
    expect(calls.filter((call) => !call.startsWith("GET"))).toEqual([]);
  });

  test("takes the place of the answer to a write: nobody can tell", async () => {
    answers = { [`GET ${String(subkeys)}`]: [200, told(3, { subkeys: {} })] };
    const { kind } = await refusalOf(store().putIfAbsent(place, value));
    expect(kind).toBe("uncertain");
    expect(calls).toContain(`PATCH ${String(data)}`);
  });
});

describe("Vault's own answers", () => {
  test.each([
    ["that there is none", 404, { errors: [] }],
    ["of a deleted version", 404, told(3, { subkeys: null })],
  ])("%s are taken", async (_what, code, body) => {
    answers = { [`GET ${String(subkeys)}`]: [code, body] };
    expect(await store().describe(place)).toEqual({ present: false });
  });

  test("of a version are taken", async () => {
    answers = {
      [`GET ${String(subkeys)}`]: [200, told(3, { subkeys: { [String(field)]: null } })],
    };
    expect(await store().describe(place)).toMatchObject({ present: true, version: "3" });
  });

  test.each([undefined, null, "3", 1.5, {}])(
    "with %p in the place of the version are nothing to write on",
    async (version) => {
      answers = { [`GET ${String(subkeys)}`]: [200, told(version, { subkeys: {} })] };
      const { kind, message } = await refusalOf(store().putIfAbsent(place, value));
      expect([kind, message]).toEqual(["damaged", expect.stringContaining("KV version 2")]);
      expect(calls).toHaveLength(1);
    },
  );
});

test("an answer that begins and does not go on ends", async () => {
  stalls = true;
  const client = new VaultClient({ address, timeout: 200 });
  const begun = Date.now();
  await expect(client.call("GET", "secret/data/x")).rejects.toBeInstanceOf(VaultUnreachable);
  expect(Date.now() - begun).toBeLessThan(5000);
});
