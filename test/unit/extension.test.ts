import { catalog, type Catalog } from "../../infra/catalog";
import { parseConfig, type Platforms } from "../../infra/config";
import { keyNames } from "../../infra/naming";
import { platforms } from "../../stacks/platforms";
import { changed } from "../fixtures/changed";
import { deploy, wiringOf } from "../fixtures/deploy";
import { fakePlatform } from "../fixtures/fakePlatform";
import { grantsIn } from "../fixtures/policies";
import { min } from "../fixtures/vault";
import { named, type Recorded } from "../support/mocks";

const grants = (resources: readonly Recorded[], consumer: string) =>
  grantsIn(String(named(resources, `vault-access-${consumer}-policy`).inputs["policy"]));

describe("adding a key is one line in the catalogue", () => {
  const more = {
    ...catalog,
    mistral: {
      env: "MISTRAL_API_KEY",
      readers: ["app"],
      vendor: "self",
      rotation: "staged",
      pattern: /^[\w-]{32,}$/,
      maxAgeDays: 45,
    },
    registry: {
      env: "REGISTRY_TOKEN",
      readers: ["ci"],
      vendor: "self",
      rotation: "staged",
      pattern: /^[\w-]{32,}$/,
      maxAgeDays: 20,
    },
  } as const satisfies Catalog;

  const raw = changed(
    changed(min, "vault.access.ci", { approle: { cidrs: ["10.0.0.0/16"] } }),
    "keys.registry",
    { maxAgeDays: 10 },
  );
  const config = parseConfig(raw, platforms, more);

  test("it has a name in every store", () => {
    expect(keyNames("mistral", more.mistral)).toStrictEqual({
      env: "MISTRAL_API_KEY",
      vault: { path: "promptsentinel/api_keys", field: "mistral" },
      aws: { secret: "promptsentinel/api-keys", jsonKey: "MISTRAL_API_KEY" },
      azure: "mistral-api-key",
      gcp: "mistral-api-key",
      keyring: { service: "promptsentinel", user: "MISTRAL_API_KEY" },
    });
  });

  test("its readers reach it, and nobody else", async () => {
    const { resources } = await deploy(config);
    const path = "secret/data/promptsentinel/registry";
    expect(grants(resources, "ci")).toContainEqual([path, "read"]);
    expect(grants(resources, "operator")).toContainEqual([path, "update", "patch"]);
    expect(grants(resources, "app").map(([at]) => at)).not.toContain(path);
  });

  test("its entry is declared, with its limit of age", async () => {
    const { resources } = await deploy(config);
    const dataJson = (name: string) =>
      JSON.stringify(named(resources, `vault-store-${name}`).inputs["dataJson"]);
    expect(dataJson("registry")).toContain('\\"token_max_age_days\\":\\"10\\"');
    expect(dataJson("api_keys")).toContain('\\"mistral_max_age_days\\":\\"45\\"');
  });

  test("it is in the wiring", async () => {
    const { results } = await deploy(config);
    const wiring = await wiringOf(config, results);
    expect(wiring.keys["registry"]).toStrictEqual({
      env: "REGISTRY_TOKEN",
      readers: ["ci"],
      rotation: "staged",
    });
    expect(wiring.platforms["vault"]?.references["mistral"]).toStrictEqual({
      key: "mistral",
      env: "MISTRAL_API_KEY",
      locator: { mount: "secret", path: "promptsentinel/api_keys", field: "mistral" },
    });
    expect(wiring.platforms["vault"]?.rotation.maxAgeDays["registry"]).toBe(10);
  });
});

describe("adding a platform is one line in the registry", () => {
  const registry: Platforms = { ...platforms, other: fakePlatform("other") };
  const raw = { ...min, other: { region: "here" } };

  test("it has its section in the config", () => {
    const config = parseConfig(raw, registry);
    expect(
      config.platforms.map(({ platform, settings }) => [platform.name, settings])[1],
    ).toStrictEqual(["other", { region: "here" }]);
    expect(() => parseConfig(raw, platforms)).toThrow("other: unknown setting");
    expect(() => parseConfig({ ...min, other: {} }, registry)).toThrow(
      "other.region: is missing; expected: a string; fix: add it",
    );
  });

  test("it has its entry in the wiring, beside the others", async () => {
    const config = parseConfig(raw, registry);
    const { platforms: made } = await wiringOf(config, (await deploy(config)).results);
    expect(Object.keys(made)).toStrictEqual(["vault", "other"]);
    expect(made["other"]).toMatchObject({ secretMethod: "other", env: { REGION: "here" } });
  });

  test("a stack with it alone is a stack", async () => {
    const config = parseConfig({ stage: "prod", other: { region: "here" } }, registry);
    const { resources, results } = await deploy(config);
    expect(resources).toStrictEqual([]);
    expect(Object.keys(results)).toStrictEqual(["other"]);
  });
});
