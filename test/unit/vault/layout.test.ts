import { catalog, type Catalog } from "../../../infra/catalog";
import { parseConfig } from "../../../infra/config";
import type { Consumer } from "../../../infra/environment";
import { entriesFor } from "../../../infra/vault/layout";
import type { VaultSettings } from "../../../infra/vault/settings";
import { platforms } from "../../../stacks/platforms";
import { max } from "../../fixtures/vault";

const shared = "promptsentinel/api_keys";

/** Paths that a consumer reaches where the shared entry has one key more. */
function reach(consumer: Consumer, key: Partial<Catalog[string]>): readonly string[] {
  const extra = { ...catalog.openai, env: "EXTRA_API_KEY", ...key };
  const config = parseConfig(max, platforms, { ...catalog, extra });
  const settings = config.platforms[0]?.settings as VaultSettings;
  return entriesFor(consumer, config.environment, settings).map(({ path }) => path);
}

describe("an entry is granted as a whole, so", () => {
  test("one that holds a key of others is not granted at all", () => {
    expect(reach("ci", { readers: ["app", "ci"] })).toStrictEqual(["promptsentinel/snyk"]);
    expect(reach("app", { readers: ["app", "ci"] })).toContain(shared);
  });

  test("one that holds a key that must not rotate is not the rotator's", () => {
    expect(reach("rotator", { rotation: "never" })).not.toContain(shared);
    expect(reach("rotator", {})).toContain(shared);
  });

  test("whoever is over all keys has each entry once", () => {
    expect(reach("operator", {})).toStrictEqual([
      shared,
      "promptsentinel/snyk",
      "promptsentinel/redis",
      "promptsentinel/gdpr",
    ]);
  });
});
