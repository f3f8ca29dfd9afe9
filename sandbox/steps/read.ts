import type { Wiring } from "../../infra/wiring/document";
import { fingerprint } from "../fingerprint";
import { wiringPlaces } from "../../stores/places";
import type { VaultClient } from "../../stores/vault/client";
import { openWith } from "../../stores/vault/keyStore";

/**
 * Reads the application's keys as its loader does, by the wiring alone.
 * @returns fingerprints by environment variable
 */
export async function readAsApp(
  app: VaultClient,
  wiring: Wiring,
): Promise<Readonly<Record<string, string>>> {
  const platform = wiring.platforms["vault"];
  const places = platform === undefined ? [] : wiringPlaces(platform);
  const store = openWith(app, () => undefined);
  const found = await Promise.all(
    places
      .filter(({ key }) => wiring.keys[key.id]?.readers.includes("app"))
      .map(async (place): Promise<[string, string]> => {
        const { env } = place.key;
        const value = await store.read(place);
        if (value === undefined) throw new Error(`${env}: was put, and there is no value`);
        return [env, fingerprint(value.reveal())];
      }),
  );
  return Object.fromEntries(found);
}
