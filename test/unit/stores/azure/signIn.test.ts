import { AzureCliCredential, DefaultAzureCredential } from "@azure/identity";
import { credentialOf } from "../../../../stores/azure/credential";
import { open, openWith } from "../../../../stores/azure/keyStore";
import { catalogKeys, guidePlace } from "../../../../stores/places";

jest.mock("@azure/identity", () => ({
  ...jest.requireActual<object>("@azure/identity"),
  DefaultAzureCredential: jest.fn(),
  AzureCliCredential: jest.fn(),
}));
/** A vault without a secret. */
jest.mock("@azure/keyvault-secrets", () => ({
  SecretClient: jest.fn(() => ({ listPropertiesOfSecretVersions: () => [] })),
}));
const note = () => undefined;

const [key] = catalogKeys;
if (key === undefined) throw new Error("the catalogue is empty");

test.each([
  [{}, "https://login.microsoftonline.com"],
  [{ AZURE_AUTHORITY_HOST: "" }, "https://login.microsoftonline.com"],
  [{ AZURE_AUTHORITY_HOST: "https://login.example.com" }, "https://login.example.com"],
])("with %j signs in at %s, and waits for the program of a login no longer", async (env, host) => {
  const place = guidePlace("azure", key, { AZURE_VAULT_URL: "https://ps-dev.vault.azure.net/" });
  const store = open({ env, dir: "", note });
  expect(await store.describe(place)).toEqual({ present: false });
  await store.close();
  const [options] = jest.mocked(DefaultAzureCredential).mock.lastCall ?? [];
  expect(String((options as { authorityHost?: string }).authorityHost).replace(/\/$/, "")).toBe(
    host,
  );
  expect(options).toMatchObject({ processTimeoutInMs: 30_000 });
});

test("the provider's own credentials wait no longer for the program of a login", () => {
  const place = { tenantId: "t", subscriptionId: "s", cloud: "public" } as const;
  credentialOf(place, {});
  credentialOf(place, { ARM_USE_DEFAULT_AZURE_CREDENTIAL: "true" });
  for (const made of [AzureCliCredential, DefaultAzureCredential]) {
    expect(jest.mocked(made).mock.lastCall?.[0]).toMatchObject({ processTimeoutInMs: 30_000 });
  }
});

test("an empty address of the vault is none", () => {
  const clientFor = () => {
    throw new Error("nothing is asked");
  };
  const { address } = openWith({ env: { AZURE_VAULT_URL: "" }, dir: "", note }, clientFor);
  expect(address).toBe("Azure Key Vault");
});
