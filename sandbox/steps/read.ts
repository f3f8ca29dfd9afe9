import type { Wiring } from "../../infra/wiring/document";
import { fingerprint } from "../../stores/fingerprint";
import type { VaultClient } from "../../stores/vault/client";
import { readEntry } from "../../stores/vault/kv";

/**
 * Reads the application's keys as its loader does, by the wiring alone.
 * @returns fingerprints by environment variable
 */
export async function readAsApp(
  app: VaultClient,
  wiring: Wiring,
): Promise<Readonly<Record<string, string>>> {
  const platform = wiring.platforms["vault"];
  const references = Object.values(platform?.references ?? {}).filter(({ key }) =>
    wiring.keys[key]?.readers.includes("app"),
  );
  const read = new Map<string, Promise<Readonly<Record<string, string>>>>();
  const fieldsAt = (mount: string, path: string) => {
    const known = read.get(path) ?? readEntry(app, { mount, path }).then(({ fields }) => fields);
    read.set(path, known);
    return known;
  };
  const found = await Promise.all(
    references.map(async ({ env, locator }): Promise<[string, string]> => {
      const { mount = "", path = "", field = "" } = locator;
      const value = (await fieldsAt(mount, path))[field];
      if (!value) throw new Error(`${env}: ${mount}/${path} has no field ${field}`);
      return [env, fingerprint(value)];
    }),
  );
  return Object.fromEntries(found);
}
