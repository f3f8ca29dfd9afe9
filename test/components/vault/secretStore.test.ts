import { mountMark, SecretStore } from "../../../infra/vault/secretStore";
import { changed } from "../../fixtures/changed";
import { vaultArgs } from "../../fixtures/deploy";
import { once } from "../../fixtures/once";
import { endpointBody, max, min } from "../../fixtures/vault";
import { named, ofType, record } from "../../support/mocks";

const mountType = "vault:index/mount:Mount";
const entryType = "vault:generic/endpoint:Endpoint";

const store = once(async (raw) => {
  let made: SecretStore | undefined;
  const resources = await record(() => {
    const { environment, settings } = vaultArgs(raw);
    made = new SecretStore("store", { environment, settings });
  });
  return { resources, made: made as unknown as SecretStore };
});

const inMode = (mode: string) => changed(max, "vault.kv.mode", mode);

describe("the mount", () => {
  test("is KV version 2 at the configured path", async () => {
    const { resources } = await store(changed(min, "vault.kv.path", "team/kv"));
    expect(named(resources, "store-mount").inputs).toMatchObject({
      path: "team/kv",
      type: "kv",
      options: { version: "2" },
    });
  });

  test("create: carries the mark by which the pre-flight knows it, and imports nothing", async () => {
    const { resources } = await store(min);
    const mount = named(resources, "store-mount");
    expect(mount.inputs["description"]).toBe("promptsentinel: keys of the dev stage");
    expect(mount.inputs["description"]).toMatch(mountMark);
    expect(mount.importId).toBeUndefined();
    expect(mount.ignoreChanges).toStrictEqual([]);
  });

  test("adopt: is imported by its path, and its owner's settings stay", async () => {
    const { resources } = await store(inMode("adopt"));
    const mount = named(resources, "store-mount");
    expect(mount.importId).toBe("secret");
    expect(mount.inputs).not.toHaveProperty("description");
    expect(mount.ignoreChanges).toStrictEqual(["description", "options", "defaultLeaseTtlSeconds"]);
  });

  test("external: is not registered, the entries are", async () => {
    const { resources } = await store(inMode("external"));
    expect(ofType(resources, mountType)).toStrictEqual([]);
    const entries = ofType(resources, entryType);
    expect(entries).toHaveLength(4);
    for (const { dependsOn } of entries) expect(dependsOn).toStrictEqual([]);
  });

  test.each(["create", "adopt"])("%s: stays when the stack goes", async (mode) => {
    const { resources } = await store(inMode(mode));
    expect(named(resources, "store-mount").retainOnDelete).toBe(true);
  });
});

describe("the entries", () => {
  test("one for each group of keys, below metadata and never below data", async () => {
    const { resources } = await store(max);
    const paths = ofType(resources, entryType).map(({ name, inputs }) => [name, inputs["path"]]);
    expect(paths).toStrictEqual([
      ["store-api_keys", "secret/metadata/promptsentinel/api_keys"],
      ["store-snyk", "secret/metadata/promptsentinel/snyk"],
      ["store-redis", "secret/metadata/promptsentinel/redis"],
      ["store-gdpr", "secret/metadata/promptsentinel/gdpr"],
    ]);
  });

  test("an entry that leaves the stack stays on the server: with it every version would go", async () => {
    const { resources } = await store(max);
    for (const entry of ofType(resources, entryType)) {
      expect(entry.inputs["disableDelete"]).toBe(true);
      expect(entry.retainOnDelete).toBe(true);
    }
  });

  test("what the server adds to the metadata is no change", async () => {
    const { resources } = await store(min);
    expect(named(resources, "store-snyk").inputs["ignoreAbsentFields"]).toBe(true);
  });

  test("writes need the version that they replace", async () => {
    const { resources } = await store(max);
    for (const entry of ofType(resources, entryType)) {
      expect(endpointBody(entry)).toHaveProperty("cas_required", true);
    }
  });

  test("versions are kept by number and never removed by time", async () => {
    const { resources } = await store(max);
    for (const entry of ofType(resources, entryType)) {
      expect(endpointBody(entry)).toMatchObject({ max_versions: 5, delete_version_after: "0s" });
    }
  });

  test("limits of age and the way of rotation, by field", async () => {
    const { resources } = await store(max);
    expect(endpointBody(named(resources, "store-api_keys"))).toStrictEqual({
      max_versions: 5,
      cas_required: true,
      delete_version_after: "0s",
      custom_metadata: {
        anthropic_rotation: "staged",
        anthropic_max_age_days: "60",
        openai_rotation: "automatic",
        openai_max_age_days: "90",
        gemini_rotation: "staged",
        gemini_max_age_days: "90",
      },
    });
    expect(endpointBody(named(resources, "store-gdpr"))).toHaveProperty("custom_metadata", {
      master_key_rotation: "never",
    });
  });

  test("wait for the mount", async () => {
    const { resources } = await store(min);
    for (const { dependsOn } of ofType(resources, entryType)) {
      expect(dependsOn).toStrictEqual([expect.stringMatching(/::store-mount$/)]);
    }
  });
});

describe("the component", () => {
  test("its outputs are locators, known without a server", async () => {
    const { made } = await store(min);
    expect(made.adoption).toBe("create");
    expect(made.references).toStrictEqual({
      anthropic: {
        key: "anthropic",
        env: "ANTHROPIC_API_KEY",
        locator: { mount: "secret", path: "promptsentinel/api_keys", field: "anthropic" },
      },
      openai: {
        key: "openai",
        env: "OPENAI_API_KEY",
        locator: { mount: "secret", path: "promptsentinel/api_keys", field: "openai" },
      },
      gemini: {
        key: "gemini",
        env: "GEMINI_API_KEY",
        locator: { mount: "secret", path: "promptsentinel/api_keys", field: "gemini" },
      },
      snyk: {
        key: "snyk",
        env: "SNYK_TOKEN",
        locator: { mount: "secret", path: "promptsentinel/snyk", field: "token" },
      },
    });
  });

  test("registers no kind of resource that could hold a value", async () => {
    const { resources } = await store(max);
    expect(new Set(resources.map(({ type }) => type))).toStrictEqual(
      new Set(["promptsentinel:vault:SecretStore", mountType, entryType]),
    );
  });
});
