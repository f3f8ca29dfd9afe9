import { record, type VaultClient } from "../../../stores/vault/client";
import type { EntryAddress } from "../../../stores/vault/entry";

/** The fields of an entry and the version that they are of. */
export interface EntryContent {
  readonly fields: Readonly<Record<string, string>>;
  readonly version: number;
}

/** Writes the first version of an entry, whole. */
export async function putFirst(
  client: VaultClient,
  { mount, path }: EntryAddress,
  fields: Readonly<Record<string, string>>,
): Promise<void> {
  await client.ask("POST", `${mount}/data/${path}`, { data: fields, options: { cas: 0 } });
}

/**
 * Reads an entry, or an older version of it, as the guide's loader does (hvac `read_secret_version`).
 * @param version @default the newest
 */
export async function readEntry(
  client: VaultClient,
  { mount, path }: EntryAddress,
  version = 0,
): Promise<EntryContent> {
  const answer = await client.ask("GET", `${mount}/data/${path}?version=${String(version)}`);
  const data = record(answer["data"]);
  const fields = Object.entries(record(data["data"]));
  return {
    fields: Object.fromEntries(fields.map(([name, value]) => [name, String(value)])),
    version: Number(record(data["metadata"])["version"]),
  };
}
