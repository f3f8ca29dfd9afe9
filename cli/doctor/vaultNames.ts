import { record, type VaultClient } from "../../stores/vault/client";
import type { Place } from "../../stores/store";
import type { Check, Checks } from "./check";
import { named, nearName } from "./names";
import { putCommand } from "./put";

/**
 * Of a key that is not where the application looks: what is like it nearby. Another field of its entry, another entry
 * of its mount, the same entry of another mount. Names are taken from answers; values in them are looked at by nobody.
 */
export async function vaultName(
  say: Checks,
  client: VaultClient,
  place: Place,
  { places, at }: { readonly places: readonly Place[]; readonly at: string },
): Promise<Check> {
  const { env: key } = place.key;
  const { mount = "", path = "", field = "" } = place.locator;
  const wanted = `${mount}/${path}, field ${field}`;
  const wrong = (found: string, fix: string): Check =>
    say.failed("name", `the application looks at ${wanted}; there is ${found}`, fix, key);
  const put = (where: string): string =>
    `${putCommand(place.key.id, "vault", at)}, and remove ${where} then`;

  const fields = await fieldsOf(client, mount, path);
  const right = places.flatMap(({ locator }) =>
    locator["path"] === path ? [locator["field"] ?? ""] : [],
  );
  const field2 = nearName(field, place.key, fields, right);
  if (field2 !== undefined) return wrong(`the field ${named(field2)}`, put("that field"));

  const entries = await entriesOf(client, mount, path);
  const own = path.split("/").at(-1) ?? "";
  const rightEntries = places.map(({ locator }) => locator["path"]?.split("/").at(-1) ?? "");
  const entry = nearName(own, place.key, entries, rightEntries);
  if (entry !== undefined && fields.length === 0) {
    return wrong(`the entry ${named(entry)}`, put("that entry"));
  }

  const { mounts, exists } = await kvMounts(client, mount);
  for (const other of mounts) {
    const there = await fieldsOf(client, other, path);
    if (there.includes(field) || nearName(field, place.key, there, right) !== undefined) {
      return wrong(
        `the same entry in the mount ${named(other)}`,
        `set vault.kv.path to the mount that is meant, or ${put("the other")}`,
      );
    }
  }
  if (!exists) {
    return say.failed(
      "name",
      `there is no mount ${mount}/ that this token sees`,
      `\`bao secrets list\` tells what there is; bring the stack up, which makes ${mount}/, or correct VAULT_NAMESPACE`,
      key,
    );
  }
  return say.ok("name", "nothing like it is nearby", { key });
}

/** Names of an entry's fields: by `subkeys`, which gives no values, else by the data. */
async function fieldsOf(
  client: VaultClient,
  mount: string,
  path: string,
): Promise<readonly string[]> {
  for (const part of ["subkeys", "data"] as const) {
    const { status, body } = await client.call("GET", `${mount}/${part}/${path}`);
    const data = record(record(body)["data"]);
    if (status === 200) return Object.keys(record(data["subkeys"] ?? data["data"]));
  }
  return [];
}

/** Names of the entries beside one; none where the caller may not list. */
async function entriesOf(
  client: VaultClient,
  mount: string,
  path: string,
): Promise<readonly string[]> {
  const folder = path.split("/").slice(0, -1).join("/");
  const { body } = await client.call("LIST", `${mount}/metadata/${folder}`);
  const { keys } = record(record(body)["data"]);
  return Array.isArray(keys) ? keys.map((one) => String(one).replace(/\/$/, "")) : [];
}

/** Other mounts of KV that the caller sees. https://openbao.org/api-docs/system/internal-ui-mounts/ */
async function kvMounts(
  client: VaultClient,
  mount: string,
): Promise<{ readonly mounts: readonly string[]; readonly exists: boolean }> {
  const { status, body } = await client.call("GET", "sys/internal/ui/mounts");
  const all = record(record(record(body)["data"])["secret"]);
  const names = Object.entries(all)
    .filter(([, one]) => record(one)["type"] === "kv")
    .map(([name]) => name.replace(/\/$/, ""));
  return {
    mounts: names.filter((name) => name !== mount),
    exists: status !== 200 || names.includes(mount),
  };
}
