import type { PlatformWiring } from "../../infra/wiring/document";
import { VaultError, type VaultClient } from "../../stores/vault/client";
import { putFirst, type EntryAddress } from "../../stores/vault/kv";
import type { KeyValues } from "../keys";

/**
 * Puts the keys into their entries, as the operator: one who writes and cannot read. An entry that has a version
 * already is left as it is.
 * @returns paths of the entries that were written
 */
export async function seed(
  operator: VaultClient,
  wiring: PlatformWiring,
  values: KeyValues,
): Promise<readonly string[]> {
  const written: string[] = [];
  for (const { address, fields } of entries(wiring, values)) {
    try {
      await putFirst(operator, address, fields);
      written.push(address.path);
    } catch (error) {
      // Check-and-set: there is a version.
      if (!(error instanceof VaultError && error.status === 400)) throw error;
    }
  }
  return written;
}

interface Entry {
  readonly address: EntryAddress;
  readonly fields: Record<string, string>;
}

/** Keys that share an entry are its fields. */
function entries({ references }: PlatformWiring, values: KeyValues): readonly Entry[] {
  const found = new Map<string, Entry>();
  for (const { key, locator } of Object.values(references)) {
    const { mount = "", path = "", field = "" } = locator;
    const entry = found.get(path) ?? { address: { mount, path }, fields: {} };
    entry.fields[field] = values.get(key) ?? "";
    found.set(path, entry);
  }
  return [...found.values()];
}
