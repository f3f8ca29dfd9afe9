import { openTarget, placeNamed, storeNamed } from "../../../cli/target";
import { storeNames } from "../../../stores/store";
import { documentOf } from "../../fixtures/documentOf";
import { inTempDir } from "../../fixtures/tempDir";
import { min } from "../../fixtures/vault";

describe("a store by its name", () => {
  test.each(storeNames)("%s", (name) => {
    expect(storeNamed(name)).toBe(name);
  });

  test("fails with the names that there are, and the one that was meant", () => {
    expect(() => storeNamed("dotnev")).toThrow(
      'store: got "dotnev"; allowed: vault, aws, azure, gcp, keyring, dotenv, dotenv-vault, dotenvx; fix: use dotenv',
    );
  });
});

describe("a target", () => {
  test("of a deployment has its keys at its places", async () => {
    const wiring = await documentOf(min);
    const { places } = openTarget("vault", { wiring });
    expect([...places.keys()]).toStrictEqual(
      Object.keys(wiring.platforms["vault"]?.references ?? {}),
    );
    expect(places.get("openai")?.locator).toStrictEqual(
      wiring.platforms["vault"]?.references["openai"]?.locator,
    );
  });

  test("that is no platform of the deployment has its keys at the guide's names", async () => {
    const wiring = await documentOf(min);
    await inTempDir((dir) => {
      const { places, store } = openTarget("dotenv", { wiring, dir });
      expect([...places.keys()]).toStrictEqual(Object.keys(wiring.keys));
      expect(store.address).toContain(dir);
      return Promise.resolve();
    });
  });

  test("names a key by its id or its variable, and fails on another without echoing it", () => {
    const { places } = openTarget("dotenv");
    expect(placeNamed("openai", places).key.env).toBe("OPENAI_API_KEY");
    expect(placeNamed("openai_api_key", places).key.id).toBe("openai");
    expect(() => placeNamed("sk-ant-pasted-by-mistake", places)).toThrow(
      "key: there is no such key in this deployment; it has: anthropic, openai, gemini, snyk, redis, gdpr",
    );
    expect(() => placeNamed("sk-ant-pasted-by-mistake", places)).not.toThrow("pasted");
  });
});
