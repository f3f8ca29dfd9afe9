import type { VaultCalls } from "./calls";
import { refusal } from "./calls";
import { errorsOf, record, type VaultResponse } from "./client";

/** Where an entry of KV version 2 is. */
export interface EntryAddress {
  readonly mount: string;
  readonly path: string;
}

/** An entry as its caller may see it, without a value. */
export interface EntryLook {
  /** Of the newest version; 0 where there is none. */
  readonly version: number;
  /** Whether that holds something: a deleted or destroyed one does not. */
  readonly live: boolean;
  /** Names of its fields; undefined where the caller sees only that it has some. */
  readonly fields: ReadonlySet<string> | undefined;
  readonly writtenAt?: Date;
}

/** An entry's place as messages name it. */
export const entryName = ({ mount, path }: EntryAddress): string => `${mount}/${path}`;

const none: EntryLook = { version: 0, live: false, fields: new Set() };

/**
 * Looks at an entry with the least that the caller may do: names of fields, which operators see
 * (https://openbao.org/api-docs/secret/kv/kv-v2/#read-secret-subkeys); else the values, which the application reads;
 * else metadata, which knows no fields.
 * @throws StoreError when all of these are refused, or there is no such mount
 */
export async function lookAt(calls: VaultCalls, address: EntryAddress): Promise<EntryLook> {
  const { mount, path } = address;
  for (const part of ["subkeys", "data", "metadata"] as const) {
    const answer = await calls.look(`${mount}/${part}/${path}`);
    const look = part === "metadata" ? byMetadata(answer, address) : byVersion(answer, address);
    if (look !== undefined) return look;
  }
  throw await calls.denied(
    `${entryName(address)}: this token may see nothing of it`,
    "take the token of an identity that has this key, such as the operator's",
  );
}

/** From an answer about the newest version: its fields, by name alone or with their values, and its metadata. */
function byVersion(answer: VaultResponse, address: EntryAddress): EntryLook | undefined {
  const data = record(record(answer.body)["data"]);
  const { version, created_time } = record(data["metadata"]);
  if (answer.status === 200) {
    return {
      ...{ version: counted(version, address), live: true },
      writtenAt: new Date(String(created_time)),
      fields: new Set(Object.keys(record(data["subkeys"] ?? data["data"]))),
    };
  }
  if (answer.status !== 404) return undefined;
  // Deleted or destroyed: there is metadata of it and nothing else.
  if (version !== undefined) return { ...none, version: counted(version, address) };
  assertMount(answer, address);
  // A server that does not know the path says so in words.
  return errorsOf(answer.body).length === 0 ? none : undefined;
}

function byMetadata(answer: VaultResponse, address: EntryAddress): EntryLook | undefined {
  if (answer.status === 404) return none;
  if (answer.status !== 200) return undefined;
  const { current_version, versions } = record(record(answer.body)["data"]);
  const version = counted(current_version, address);
  const { deletion_time, destroyed, created_time } = record(record(versions)[String(version)]);
  const gone = deletion_time !== "" && !(new Date(String(deletion_time)) > new Date());
  if (version === 0 || destroyed === true || gone) return { ...none, version };
  return {
    ...{ version, live: true, fields: undefined },
    writtenAt: new Date(String(created_time)),
  };
}

/**
 * The number of a version, on top of which a write goes: a mount of version 1 answers without one.
 * @throws StoreError `damaged`
 */
function counted(version: unknown, address: EntryAddress): number {
  if (Number.isSafeInteger(version)) return version as number;
  throw refusal(
    "damaged",
    `${entryName(address)}: the server answers without the number of a version`,
    "check that the mount is KV version 2, and what is between you and the server",
  );
}

/** @throws StoreError when the answer says that nothing is mounted there */
export function assertMount({ body }: VaultResponse, { mount }: EntryAddress): void {
  if (!errorsOf(body).some((text) => /no handler for route/.test(text))) return;
  throw refusal(
    "missing",
    `${mount}: there is no such mount`,
    "check VAULT_NAMESPACE, and bring the stack up first (`pulumi up`)",
  );
}
