import { catalog, type Catalog } from "../infra/catalog";
import { limits } from "../infra/limits";
import { appName, keyNames } from "../infra/naming";
import type { PlatformWiring } from "../infra/wiring/document";
import type { Place, StoreKey, StoreName } from "./store";

/** A key of the catalogue, with a limit of age where it has one. */
const storeKey = (
  id: string,
  { env, pattern, vendor, readers }: Catalog[string],
  maxAgeDays: number | undefined,
): StoreKey => ({
  ...{ id, env, pattern, vendor, readers },
  ...(maxAgeDays !== undefined && { maxAgeDays }),
});

/** The catalogue's keys, those that are off by default too. */
export const catalogKeys: readonly StoreKey[] = Object.entries<Catalog[string]>(catalog).map(
  ([id, definition]) => storeKey(id, definition, definition.maxAgeDays),
);

/** Where a platform of a wiring document has its keys. A key that the catalogue does not know is left out. */
export const wiringPlaces = (platform: PlatformWiring): readonly Place[] =>
  Object.values(platform.references).flatMap(({ key: id, locator, container }): Place[] => {
    const definition = (catalog as Catalog)[id];
    if (definition === undefined) return [];
    return [
      {
        key: storeKey(id, definition, platform.rotation.maxAgeDays[id]),
        locator: inItsAccount(locator, platform),
        ...(container && { container }),
      },
    ];
  });

/**
 * A secret of AWS by its full address, where the document has it: by its name alone it would be the one of whichever
 * account the caller is in.
 */
function inItsAccount(locator: Place["locator"], { addresses }: PlatformWiring): Place["locator"] {
  const { secret } = locator;
  const full = secret === undefined ? undefined : addresses?.containers[secret];
  return full === undefined ? locator : { ...locator, secret: full };
}

/**
 * Where the guide has a key, without any wiring.
 * @param env GCP_PROJECT_ID, AZURE_VAULT_URL and AWS_REGION: a part of the coordinates
 */
export function guidePlace(store: StoreName, key: StoreKey, env: NodeJS.ProcessEnv): Place {
  const names = keyNames(key.id, catalogEntry(key.id));
  switch (store) {
    case "vault":
      return { key, locator: { mount: "secret", ...names.vault } };
    case "aws":
      return { key, locator: { region: env["AWS_REGION"] || "us-east-1", ...names.aws } };
    case "azure":
      return {
        key,
        locator: { vaultUrl: env["AZURE_VAULT_URL"] ?? "", name: names.azure },
        container: {
          contentType: "text/plain",
          expiresAfterDays: key.maxAgeDays ?? limits.keyMaxAgeDays,
          tags: { app: appName, key: key.id },
        },
      };
    case "gcp": {
      const projectId = env["GCP_PROJECT_ID"] ?? "";
      return {
        key,
        locator: {
          ...{ projectId, name: names.gcp, version: "latest" },
          resource: `projects/${projectId}/secrets/${names.gcp}/versions/latest`,
        },
      };
    }
    case "keyring":
      return { key, locator: { ...names.keyring } };
    case "dotenv":
    case "dotenv-vault":
    case "dotenvx":
      return { key, locator: { name: key.env } };
  }
}

const catalogEntry = (id: string): Catalog[string] => {
  const found = (catalog as Catalog)[id];
  if (found === undefined) throw new Error(`${id}: is no key of the catalogue`);
  return found;
};
