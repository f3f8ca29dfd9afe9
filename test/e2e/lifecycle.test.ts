import { ageLimitOf } from "./support/server";
import { startHarness, type Harness } from "./support/harness";
import { readEntry, putFirst } from "./support/entries";
import { record } from "../../stores/vault/client";

/** The dev stack with the real engine on a real OpenBao; the provider is the stand-in where the plugin is not to be had. */
describe("the life of the dev stack", () => {
  let harness: Harness;
  const apiKeys = { mount: "secret", path: "promptsentinel/api_keys" };
  const redis = { mount: "secret", path: "promptsentinel/redis" };

  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(() => harness.stop());

  test("up creates everything; a second up and a refresh change nothing", async () => {
    const { stack } = await harness.session();
    const up = await stack.up();
    expect(up.summary.resourceChanges).toEqual({ create: 26 });
    expect((await stack.up({ expectNoChanges: true })).summary.resourceChanges).toEqual({
      same: 26,
    });
    expect((await stack.refresh({ expectNoChanges: true })).summary.resourceChanges).toEqual({
      same: 26,
    });
  });

  test("entries are declared without a version, so that the first put can be told from the second", async () => {
    const { status } = await harness.root.call("GET", "secret/data/promptsentinel/api_keys");
    expect(status).toBe(404);
    await putFirst(harness.root, apiKeys, { anthropic: "a", openai: "b", gemini: "c" });
    await putFirst(harness.root, redis, { password: "d" });
    await expect(putFirst(harness.root, apiKeys, { anthropic: "z" })).rejects.toThrow(
      "check-and-set",
    );
  });

  test("a changed setting changes its one resource in place, and the server", async () => {
    const { stack } = await harness.session({
      settings: [[["vault", "access", "app", "tokenTtl"], "5m"]],
    });
    const up = await stack.up();
    // The role, and the two components that show the setting.
    expect(up.summary.resourceChanges).toEqual({ same: 23, update: 3 });
    const { data } = await harness.root.ask("GET", "auth/approle/role/promptsentinel-dev-app");
    expect(record(data)["token_ttl"]).toBe(300);
    const back = await (await harness.session()).stack.up();
    expect(back.summary.resourceChanges).toEqual({ same: 23, update: 3 });
  });

  test("a changed limit of age changes the entry's metadata and none of its versions", async () => {
    const { stack } = await harness.session({
      settings: [[["keys"], { redis: { enabled: true }, anthropic: { maxAgeDays: 30 } }]],
    });
    expect((await stack.up()).summary.resourceChanges).toEqual({ same: 25, update: 1 });
    expect(await ageLimitOf(harness.root, apiKeys, "anthropic")).toBe("30");
    expect((await readEntry(harness.root, apiKeys)).fields["anthropic"]).toBe("a");
    await (await harness.session()).stack.up();
  });

  test.each([
    [
      "a policy that was widened",
      "POST",
      "sys/policies/acl/promptsentinel-dev-app",
      { policy: 'path "secret/*" { capabilities = ["read"] }' },
    ],
    [
      "a role that lives longer",
      "POST",
      "auth/approle/role/promptsentinel-dev-app",
      { token_ttl: 3000 },
    ],
    [
      "a role without its address bounds",
      "POST",
      "auth/approle/role/promptsentinel-dev-operator",
      { token_bound_cidrs: [] },
    ],
    [
      "check-and-set switched off",
      "POST",
      "secret/metadata/promptsentinel/api_keys",
      { cas_required: false },
    ],
    ["a policy that was deleted", "DELETE", "sys/policies/acl/promptsentinel-dev-ci", undefined],
  ] as const)("drift by hand is found and undone: %s", async (_, method, path, body) => {
    await harness.root.ask(method, path, body);
    const { stack } = await harness.session();
    await expect(stack.preview({ refresh: true, expectNoChanges: true })).rejects.toThrow(
      "no changes were expected",
    );
    await stack.up({ refresh: true });
    await stack.preview({ refresh: true, expectNoChanges: true });
  });

  test("a key that is taken out leaves its entry and its value on the server", async () => {
    const { stack } = await harness.session({ settings: [[["keys"], {}]] });
    const up = await stack.up();
    expect(up.summary.resourceChanges).toMatchObject({ delete: 1 });
    expect((await readEntry(harness.root, redis)).fields).toEqual({ password: "d" });
  });

  test("destroy removes identities and grants, and keeps whatever holds a value", async () => {
    const { stack } = await harness.session();
    await stack.destroy();
    expect((await readEntry(harness.root, apiKeys)).fields["anthropic"]).toBe("a");
    expect((await readEntry(harness.root, redis)).fields).toEqual({ password: "d" });
    const policies = await harness.root.ask("LIST", "sys/policies/acl");
    expect(JSON.stringify(policies)).not.toContain("promptsentinel");
    expect(
      (await harness.root.call("GET", "auth/approle/role/promptsentinel-dev-app")).status,
    ).toBe(404);
  });

  test("what a destroy has kept is adopted by the next up", async () => {
    const adopting = await harness.session({ settings: [[["vault", "kv", "mode"], "adopt"]] });
    await adopting.stack.up();
    await adopting.stack.up({ expectNoChanges: true });
    expect((await readEntry(harness.root, apiKeys)).fields["anthropic"]).toBe("a");
  });
});
