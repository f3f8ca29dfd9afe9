import { LostRace } from "../contention";
import type { StoreError } from "../errors";
import type { SecretValue } from "../secretValue";
import { settled } from "../patience";
import { refusal, type VaultCalls } from "./calls";
import { errorsOf, record } from "./client";
import { assertMount, entryName, type EntryAddress, type EntryLook } from "./entry";

/** A field of an entry. */
export interface Field extends EntryAddress {
  readonly field: string;
}

/**
 * Writes one field as a new version on top of the one that was seen, and no other: check-and-set.
 * https://openbao.org/api-docs/secret/kv/kv-v2/#patch-secret
 * @returns the version
 * @throws LostRace when there is another version meanwhile, LostAnswer when nobody knows, StoreError when refused
 */
export async function writeField(
  calls: VaultCalls,
  at: Field,
  seen: EntryLook,
  value: SecretValue,
): Promise<number> {
  if (seen.version === 0) await assertVersioned(calls, at);
  const body = { data: { [at.field]: value.reveal() }, options: { cas: seen.version } };
  const path = `${at.mount}/data/${at.path}`;
  // A patch keeps the other fields; where no version is, or is gone, the server has nothing to patch.
  const answer = seen.live
    ? await calls.write("PATCH", path, body, { contentType: "application/merge-patch+json" })
    : await calls.write("POST", path, body);
  const version = record(record(answer.body)["data"])["version"];
  if (answer.status === 200 && version !== undefined) return Number(version);
  if (
    // The version that was there has been deleted since.
    (answer.status === 404 && seen.live) ||
    errorsOf(answer.body).some((text) => /check-and-set parameter did not match/.test(text))
  ) {
    throw new LostRace(conflict(at));
  }
  throw await refused(calls, at, answer.status);
}

async function refused(calls: VaultCalls, at: Field, status: number): Promise<StoreError> {
  const name = entryName(at);
  if (status !== 403) {
    return refusal(
      "damaged",
      `${name}: the server answers ${String(status)} to a write`,
      "see the reason in the server's log; it needs KV version 2 with PATCH (Vault 1.9, any OpenBao)",
    );
  }
  const metadata = await calls.look(`${at.mount}/metadata/${at.path}`);
  if (metadata.status === 404) {
    assertMount(metadata, at);
    return refusal(
      "missing",
      `${name}: the entry is not declared, and this token may not`,
      "bring the stack up first (`pulumi up`)",
    );
  }
  return calls.denied(
    `${name}: this token may not write it`,
    "take the token of the operator, or of the rotator",
  );
}

/**
 * An entry that nobody declared may be of a mount of version 1, where a write to its `data` path would be taken and be
 * read by nobody.
 */
async function assertVersioned(calls: VaultCalls, { mount }: Field): Promise<void> {
  const { status, body } = await calls.look(`sys/internal/ui/mounts/${mount}`);
  if (status !== 200) return;
  const { type, options } = record(record(body)["data"]);
  if (type === "kv" && record(options)["version"] === "2") return;
  throw refusal(
    "damaged",
    `${mount}: is not KV version 2`,
    "upgrade it to KV version 2 (`bao kv enable-versioning`), or name another mount",
  );
}

const conflict = (at: Field): StoreError =>
  refusal(
    "conflict",
    `${entryName(at)}: others wrote it again and again meanwhile`,
    "run it again",
  );

/** The end of a write whose answer was lost, where the caller cannot see whose version there is. */
export const uncertain = (at: Field): StoreError =>
  refusal(
    "uncertain",
    `${entryName(at)}: the answer to the write of ${at.field} was lost`,
    "look at the entry's version and age (`promptsentinel-secrets secrets status`), then write it anew with --rotate; the version before stays readable",
  );

/**
 * Whether the write on top of a version was done: by its value for who reads; else by what there is.
 * @throws StoreError `uncertain` where there is a version that may be ours or another's
 */
export async function wasDone(
  calls: VaultCalls,
  at: Field,
  seen: number,
  value: SecretValue,
): Promise<boolean> {
  const next = `version=${String(seen + 1)}`;
  return settled(async () => {
    const data = await calls.look(`${at.mount}/data/${at.path}?${next}`);
    if (data.status === 200) {
      const found = record(record(record(data.body)["data"])["data"])[at.field];
      return found === value.reveal();
    }
    if (data.status === 404) return gone(data.body, at);
    const subkeys = await calls.look(`${at.mount}/subkeys/${at.path}?${next}`);
    if (subkeys.status === 404) return gone(subkeys.body, at);
    const names = record(record(record(subkeys.body)["data"])["subkeys"]);
    if (subkeys.status === 200 && !(at.field in names)) return false;
    throw uncertain(at);
  }, uncertain(at));
}

/** Of a version that is not there: it never was, unless there is metadata of it. */
function gone(body: unknown, at: Field): false {
  if (record(body)["data"] !== undefined) throw uncertain(at);
  return false;
}
