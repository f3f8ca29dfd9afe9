import { record, type VaultClient } from "../../../stores/vault/client";
import type { EntryAddress } from "../../../stores/vault/entry";

/** The limit of age that an entry's metadata states for a field. */
export async function ageLimitOf(
  client: VaultClient,
  { mount, path }: EntryAddress,
  field: string,
): Promise<unknown> {
  const { data } = await client.ask("GET", `${mount}/metadata/${path}`);
  return record(record(data)["custom_metadata"])[`${field}_max_age_days`];
}
