import { record } from "../../../stores/vault/client";
import type { Place } from "./place";

/** What differs from one server or run to the next and says nothing of the declared state. */
const volatile = new Set([
  ...["accessor", "uuid", "created_time", "updated_time", "creation_time", "last_updated_time"],
  // Each write counts, the repeated one of a recovery too.
  ...["created", "modified", "version", "current_metadata_version"],
]);

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !volatile.has(name))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, plain(inner)]),
  );
}

const names = (data: unknown): readonly string[] => {
  const { keys } = record(data);
  return Array.isArray(keys) ? keys.map(String) : [];
};

/** The same text for every server. */
const ofAny = (json: string, { server }: Place["harness"]): string =>
  [server.address, server.dir]
    .reduce((text, one) => text.replaceAll(one, "<of this server>"), json)
    .replaceAll(/-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----/g, "<of this server>");

/** Everything on the server that a stack can make, by path. */
export async function serverState({ harness }: Place): Promise<unknown> {
  const { root } = harness;
  const get = async (path: string) => plain(record((await root.call("GET", path)).body)["data"]);
  const list = async (path: string) => names(record((await root.call("LIST", path)).body)["data"]);
  const below = async (path: string) => (await list(path)).map((name) => `${path}/${name}`);
  const paths = [
    ...["sys/mounts", "sys/auth", "auth/jwt/config"],
    ...(await below("sys/policies/acl")),
    ...(await below("auth/approle/role")),
    ...(await below("auth/approle/role")).map((role) => `${role}/role-id`),
    ...(await below("auth/jwt/role")),
    ...(await below("secret/metadata/promptsentinel")),
  ];
  const found = await Promise.all(paths.map(async (path) => [path, await get(path)] as const));
  return JSON.parse(ofAny(JSON.stringify(Object.fromEntries(found)), harness));
}

interface Checkpoint {
  readonly pending_operations?: unknown[];
  readonly resources?: readonly Readonly<Record<string, unknown>>[];
}

/**
 * The checkpoint's resources in the order of their names, what differs by server replaced.
 * @throws when an operation is pending
 */
export async function stackState({ shell, harness }: Place): Promise<unknown> {
  // The provider marks an endpoint's data as secret; encrypted twice it would not be the same text.
  const { stdout } = await shell.pulumi("stack export -s dev --show-secrets");
  const { deployment } = JSON.parse(ofAny(stdout, harness)) as { deployment: Checkpoint };
  if (deployment.pending_operations?.length) throw new Error("an operation is pending");
  return (deployment.resources ?? [])
    .map(({ urn, type, id, inputs, parent, protect, retainOnDelete }) =>
      plain({
        ...{ urn, type, inputs, parent, protect, retainOnDelete },
        // A provider's id is made up anew for each stack.
        ...(String(type).startsWith("pulumi:providers:") ? {} : { id }),
      }),
    )
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
