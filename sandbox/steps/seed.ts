import type { PlatformWiring } from "../../infra/wiring/document";
import { wiringPlaces } from "../../stores/places";
import { SecretValue } from "../../stores/secretValue";
import type { VaultClient } from "../../stores/vault/client";
import { openWith } from "../../stores/vault/keyStore";
import type { KeyValues } from "../keys";

/**
 * Puts the keys where the wiring says, as the operator: one who writes and cannot read. A key that is there already
 * is left as it is.
 * @returns ids of the keys that were written
 */
export async function seed(
  operator: VaultClient,
  wiring: PlatformWiring,
  values: KeyValues,
): Promise<readonly string[]> {
  const store = openWith(operator, () => undefined);
  const written: string[] = [];
  for (const place of wiringPlaces(wiring)) {
    const { id } = place.key;
    const { outcome } = await store.putIfAbsent(place, new SecretValue(values.get(id) ?? ""));
    if (outcome === "written") written.push(id);
  }
  return written;
}
