import { record, type VaultClient } from "./client";

/** Where an entry of KV version 2 is. */
export interface EntryAddress {
  readonly mount: string;
  readonly path: string;
}

/** The fields of an entry and the version that they are of. */
export interface EntryContent {
  readonly fields: Readonly<Record<string, string>>;
  readonly version: number;
}

/**
 * Writes the first version of an entry; check-and-set with 0 makes the server refuse when there is one already.
 * https://openbao.org/api-docs/secret/kv/kv-v2/#createupdate-secret
 * @throws VaultError 400 when the entry has a version, 403 when the identity may not write
 */
export async function putFirst(
  client: VaultClient,
  { mount, path }: EntryAddress,
  fields: Readonly<Record<string, string>>,
): Promise<void> {
  await client.ask("POST", `${mount}/data/${path}`, { data: fields, options: { cas: 0 } });
}

/**
 * Reads an entry as the guide's loader does (hvac `read_secret_version`).
 * @throws VaultError 404 when it has no version, 403 when the identity may not read
 */
export async function readEntry(
  client: VaultClient,
  { mount, path }: EntryAddress,
): Promise<EntryContent> {
  const data = record((await client.ask("GET", `${mount}/data/${path}`))["data"]);
  const fields = Object.entries(record(data["data"]));
  return {
    fields: Object.fromEntries(fields.map(([name, value]) => [name, String(value)])),
    version: Number(record(data["metadata"])["version"]),
  };
}
