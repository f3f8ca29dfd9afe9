import { matrix, others } from "./support/accessMatrix";
import { startHarness, wiringOf, type Harness } from "./support/harness";
import { loginAsPipeline } from "../../sandbox/pipeline";
import { loginAs, type Doormen } from "../../sandbox/steps/identity";
import { record, type VaultClient } from "../../stores/vault/client";
import type { Consumer } from "../../infra/environment";
import { putFirst } from "./support/entries";

const identities = ["app", "ci", "rotator", "operator", "breakGlass"] as const;
const roles = ["preview", "apply"] as const;

/** Settings under which every identity there can be exists. */
const everybody = [
  [["vault", "access", "breakGlass"], { approle: { cidrs: ["127.0.0.1/32"] } }],
  [["keys"], { redis: { enabled: true }, gdpr: { enabled: true } }],
] as const;

describe("who may do what, asked of the real server", () => {
  let harness: Harness;
  const clients = new Map<string, VaultClient>();
  const clientOf = (name: string): VaultClient => {
    const client = clients.get(name);
    if (client) return client;
    throw new Error(`no login of ${name}`);
  };

  const asPipeline = (role: string, claims: Readonly<Record<string, unknown>>) =>
    loginAsPipeline(
      harness.root,
      { role: `promptsentinel-dev-ci-${role}` },
      harness.pipeline.token({ repository_id: "123456", ...claims }),
    );

  beforeAll(async () => {
    harness = await startHarness();
    const { stack } = await harness.session({ settings: everybody });
    const { outputs } = await stack.up();
    const wiring = wiringOf(outputs).platforms["vault"];
    if (!wiring) throw new Error("no vault wiring");
    const doormen: Doormen = {
      administrator: harness.root,
      pipeline: harness.pipeline,
      claims: () => ({ repository_id: ["123456"], environment: ["security-scan"] }),
    };
    for (const consumer of identities) {
      clients.set(consumer, await loginAs(consumer satisfies Consumer, wiring, doormen));
    }
    clients.set("preview", await asPipeline("preview", { event_name: "pull_request" }));
    clients.set("apply", await asPipeline("apply", { environment: "dev" }));
    for (const path of ["api_keys", "snyk", "redis", "gdpr"]) {
      await putFirst(harness.root, { mount: "secret", path: `promptsentinel/${path}` }, { a: "1" });
    }
  });
  afterAll(() => harness.stop());

  test.each([...identities, ...roles])(
    "%s has exactly what its row says, on every path",
    async (name) => {
      const expected = matrix[name] ?? {};
      const paths = [...new Set([...Object.values(matrix).flatMap(Object.keys), ...others])];
      const token = clientOf(name).connection.token;
      const answer = await harness.root.ask("POST", "sys/capabilities", { token, paths });
      const found = Object.fromEntries(
        paths.map((path) => [path, (answer[path] as string[]).toSorted().join(" ")]),
      );
      expect(found).toEqual(
        Object.fromEntries(paths.map((path) => [path, expected[path] ?? "deny"])),
      );
    },
  );

  describe("and by doing it", () => {
    const data = "secret/data/promptsentinel/api_keys";
    const merge = { contentType: "application/merge-patch+json" };
    const status = async (
      name: string,
      ...call: Parameters<VaultClient["call"]>
    ): Promise<number> => (await clientOf(name).call(...call)).status;

    test.each([
      ["app", 200],
      ["ci", 403],
      ["rotator", 200],
      ["operator", 403],
      ["breakGlass", 200],
      ["preview", 403],
      ["apply", 403],
    ] as const)("%s reads the application's keys: %d", async (name, expected) => {
      expect(await status(name, "GET", data)).toBe(expected);
    });

    test.each([
      ["app", 403],
      ["ci", 200],
      ["rotator", 200],
      ["operator", 403],
      ["preview", 403],
      ["apply", 403],
    ] as const)("%s reads the scanner's key: %d", async (name, expected) => {
      expect(await status(name, "GET", "secret/data/promptsentinel/snyk")).toBe(expected);
    });

    test("the rotator never sees the key that must not rotate", async () => {
      expect(await status("rotator", "GET", "secret/data/promptsentinel/gdpr")).toBe(403);
      expect(await status("app", "GET", "secret/data/promptsentinel/gdpr")).toBe(200);
    });

    test.each(["app", "ci", "breakGlass", "preview", "apply"])("%s cannot write", async (name) => {
      expect(await status(name, "POST", data, { data: {}, options: { cas: 1 } })).toBe(403);
      expect(await status(name, "PATCH", data, { data: {}, options: { cas: 1 } }, merge)).toBe(403);
    });

    test.each(["operator", "rotator"])(
      "%s writes one field with cas, and not without",
      async (name) => {
        const { data: metadata } = await harness.root.ask(
          "GET",
          "secret/metadata/promptsentinel/api_keys",
        );
        const cas = record(metadata)["current_version"];
        const patch = { data: { [name]: "2" } };
        expect(await status(name, "PATCH", data, patch, merge)).toBe(400);
        expect(await status(name, "PATCH", data, { ...patch, options: { cas: 99 } }, merge)).toBe(
          400,
        );
        expect(await status(name, "PATCH", data, { ...patch, options: { cas } }, merge)).toBe(200);
      },
    );

    test.each([...identities, ...roles])("%s deletes nothing", async (name) => {
      for (const path of ["delete", "undelete", "destroy"]) {
        const call = await status(name, "POST", `secret/${path}/promptsentinel/api_keys`, {
          versions: [1],
        });
        expect([path, call]).toEqual([path, 403]);
      }
      expect(await status(name, "DELETE", data)).toBe(403);
      expect(await status(name, "DELETE", "secret/metadata/promptsentinel/api_keys")).toBe(403);
      expect(await status(name, "DELETE", "sys/mounts/secret")).toBe(403);
    });

    test.each([...identities, ...roles])(
      "%s looks up, renews and gives back its own token only",
      async (name) => {
        expect(await status(name, "GET", "auth/token/lookup-self")).toBe(200);
        expect(
          await status(name, "POST", "auth/token/lookup", { token: harness.server.rootToken }),
        ).toBe(403);
        expect(await status(name, "POST", "auth/token/create", {})).toBe(403);
        expect(await status(name, "GET", "cubbyhole/anything")).toBe(403);
      },
    );
  });

  describe("the pipeline", () => {
    test.each([
      ["another repository", "preview", { repository_id: "654321", event_name: "pull_request" }],
      ["a pull request that asks for apply", "apply", { event_name: "pull_request" }],
      ["another environment", "apply", { environment: "prod" }],
      ["another audience", "apply", { environment: "dev", aud: "vault" }],
      ["another issuer", "apply", { environment: "dev", iss: "https://example.com" }],
      ["a token that has expired", "apply", { environment: "dev", exp: 1_700_000_000 }],
    ] as const)("%s is not let in", async (_, role, claims) => {
      await expect(asPipeline(role, claims)).rejects.toThrow("400");
    });

    test("preview's token is enough for a preview, and apply's for an up that changes every kind of thing", async () => {
      const as = (name: string) => ({
        server: { ...harness.server, rootToken: clientOf(name).connection.token ?? "" },
      });
      const previewing = await harness.session({ ...as("preview"), settings: everybody });
      expect((await previewing.stack.preview()).changeSummary).toMatchObject({
        same: expect.any(Number) as number,
      });

      const changed = [
        ...everybody,
        [["vault", "access", "app", "tokenTtl"], "5m"],
        [["vault", "kv", "maxVersions"], 7],
        [["keys"], { redis: { enabled: true } }],
        [["ci", "apply"], { environment: ["dev", "dev-2"] }],
      ] as const;
      const applying = await harness.session({ ...as("apply"), settings: changed });
      const { summary } = await applying.stack.up();
      expect(summary.resourceChanges?.update).toBeGreaterThan(5);
      expect(
        (await applying.stack.up({ expectNoChanges: true })).summary.resourceChanges?.update,
      ).toBeUndefined();
    });
  });

  describe("logins", () => {
    const role = "promptsentinel-dev-app";
    const issue = (headers: { wrapTtl?: number }, name = "apply") =>
      clientOf(name).call("POST", `auth/approle/role/${role}/secret-id`, {}, headers);

    test("a SecretID is issued wrapped, and no other way", async () => {
      expect((await issue({ wrapTtl: 60 })).status).toBe(200);
      expect((await issue({})).status).toBe(403);
      expect((await issue({ wrapTtl: 3600 })).status).toBe(403);
    });

    test.each(["app", "ci", "operator", "rotator", "breakGlass", "preview"])(
      "%s issues none",
      async (name) => {
        expect((await issue({ wrapTtl: 60 }, name)).status).toBe(403);
      },
    );

    test("a SecretID is good for one login, from its addresses", async () => {
      const { data } = await harness.root.ask("POST", `auth/approle/role/${role}/secret-id`, {});
      const { secret_id } = record(data);
      const login = (client: VaultClient) =>
        client.as(undefined).call("POST", "auth/approle/login", { role_id: role, secret_id });
      expect((await login(harness.root)).status).toBe(200);
      expect((await login(harness.root)).status).toBe(400);
    });

    test("from another address neither the login nor the token is good", async () => {
      await harness.root.ask("POST", `auth/approle/role/${role}`, {
        secret_id_bound_cidrs: ["10.9.9.0/24"],
        token_bound_cidrs: ["10.9.9.0/24"],
      });
      const { data } = await harness.root.ask("POST", `auth/approle/role/${role}/secret-id`, {});
      const { secret_id } = record(data);
      const { status } = await harness.root
        .as(undefined)
        .call("POST", "auth/approle/login", { role_id: role, secret_id });
      expect([400, 403]).toContain(status);
    });

    test("tokens are short and carry their own policy alone", async () => {
      const { data } = await clientOf("app").ask("GET", "auth/token/lookup-self");
      expect(record(data)).toMatchObject({ policies: [role], creation_ttl: 900, orphan: true });
    });

    test("a break-glass token cannot be renewed beyond its end", async () => {
      const { data } = await harness.root.ask(
        "GET",
        "auth/approle/role/promptsentinel-dev-break-glass",
      );
      expect(record(data)).toMatchObject({ token_ttl: 900, token_max_ttl: 900 });
    });
  });
});
