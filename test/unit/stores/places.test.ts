import { catalogKeys, guidePlace, wiringPlaces } from "../../../stores/places";
import { storeNames } from "../../../stores/store";
import { documentOf } from "../../fixtures/documentOf";
import { min } from "../../fixtures/vault";

const env = {
  AWS_REGION: "eu-central-1",
  AZURE_VAULT_URL: "https://v.vault.azure.net/",
  GCP_PROJECT_ID: "p1",
};

/** Written by hand from the guide's loaders: contract.md. */
const guide: Readonly<Record<string, object>> = {
  vault: { mount: "secret", path: "promptsentinel/api_keys", field: "openai" },
  aws: { region: "eu-central-1", secret: "promptsentinel/api-keys", jsonKey: "OPENAI_API_KEY" },
  azure: { vaultUrl: "https://v.vault.azure.net/", name: "openai-api-key" },
  gcp: {
    ...{ projectId: "p1", name: "openai-api-key", version: "latest" },
    resource: "projects/p1/secrets/openai-api-key/versions/latest",
  },
  keyring: { service: "promptsentinel", user: "OPENAI_API_KEY" },
  dotenv: { name: "OPENAI_API_KEY" },
  "dotenv-vault": { name: "OPENAI_API_KEY" },
  dotenvx: { name: "OPENAI_API_KEY" },
};

test.each(storeNames)("%s: a key is where the guide's loader looks", (store) => {
  const openai = catalogKeys.find(({ id }) => id === "openai");
  if (openai === undefined) throw new Error("openai");
  expect(guidePlace(store, openai, env).locator).toStrictEqual(guide[store]);
});

test("AWS without a region is the guide's", () => {
  for (const env of [{}, { AWS_REGION: "" }]) {
    for (const key of catalogKeys) {
      expect(guidePlace("aws", key, env).locator).toMatchObject({ region: "us-east-1" });
    }
  }
});

test("of a document: its own places and limits of age, none of another key", async () => {
  const vault = (await documentOf(min)).platforms["vault"];
  if (vault === undefined) throw new Error("no vault");
  const places = wiringPlaces({
    ...vault,
    references: {
      ...vault.references,
      unknown: { key: "unknown", env: "UNKNOWN", locator: { path: "x" } },
    },
    rotation: { ...vault.rotation, maxAgeDays: { openai: 7 } },
  });
  expect(places.map(({ key }) => key.id)).toStrictEqual(Object.keys(vault.references));
  expect(places.find(({ key }) => key.id === "openai")?.key.maxAgeDays).toBe(7);
  expect(places.find(({ key }) => key.id === "anthropic")?.key.maxAgeDays).toBeUndefined();
});

test("a secret of AWS is that of the document's account, by its full address", async () => {
  const vault = (await documentOf(min)).platforms["vault"];
  if (vault === undefined) throw new Error("no vault");
  const locator = { region: "r", secret: "promptsentinel/snyk", jsonKey: "SNYK_TOKEN" };
  const arn = "arn:aws:secretsmanager:r:1:secret:promptsentinel/snyk-abc123";
  const aws = {
    ...vault,
    references: { snyk: { key: "snyk", env: "SNYK_TOKEN", locator } },
  };
  const secretOf = (addresses: (typeof aws)["addresses"]) =>
    wiringPlaces({ ...aws, ...(addresses && { addresses }) })[0]?.locator;
  expect(secretOf({ containers: { "promptsentinel/snyk": arn } })).toStrictEqual({
    ...locator,
    secret: arn,
  });
  expect(secretOf(undefined)).toStrictEqual(locator);
});
