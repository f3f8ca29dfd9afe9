import { contended, Unanswered } from "../contention";
import { inFlight } from "../inFlight";
import { SecretValue } from "../secretValue";
import type { Description, KeyStore, OpenOptions, OpenStore, Place, Written } from "../store";
import { LostAnswer, refusal, VaultCalls } from "./calls";
import { record, type VaultClient } from "./client";
import { connect } from "./connect";
import { assertMount, entryName, lookAt, type EntryLook } from "./entry";
import { uncertain, wasDone, writeField, type Field } from "./writing";

/** Keys in KV version 2 of Vault or OpenBao: fields of entries, which `infra/vault/secretStore.ts` declares. */
export const open: OpenStore = (options) => {
  const { client, address } = connect(options);
  return new VaultKeyStore(client, address, options.note);
};

/** The same over a client that stands already. */
export const openWith = (client: VaultClient, note: OpenOptions["note"]): KeyStore =>
  new VaultKeyStore(client, client.connection.address, note);

class VaultKeyStore implements KeyStore {
  readonly name = "vault";
  private readonly calls: VaultCalls;
  private readonly looks = inFlight<EntryLook>();
  private readonly reads = inFlight<Readonly<Record<string, unknown>> | undefined>();

  constructor(
    private readonly client: VaultClient,
    readonly address: string,
    note: OpenOptions["note"],
  ) {
    this.calls = new VaultCalls(client, note);
  }

  /** An empty value cannot be told from another by who does not read: its field is there. */
  async describe(place: Place): Promise<Description> {
    const at = fieldAt(place);
    const look = await this.looks(entryName(at), () => lookAt(this.calls, at));
    const present = look.fields?.has(at.field) ?? "unknown";
    if (present === false) return { present };
    const { writtenAt } = look;
    return { present, version: String(look.version), ...(writtenAt && { writtenAt }) };
  }

  async read(place: Place): Promise<SecretValue | undefined> {
    const at = fieldAt(place);
    const value = (await this.reads(entryName(at), () => this.fields(at)))?.[at.field];
    // The guide's loader makes the same of both.
    if (value === undefined || value === "") return undefined;
    if (typeof value === "string") return new SecretValue(value);
    throw refusal(
      "damaged",
      `${entryName(at)}: ${at.field} is no text`,
      "write it anew with --rotate",
    );
  }

  putIfAbsent(place: Place, value: SecretValue): Promise<Written> {
    const at = fieldAt(place);
    return this.put(at, value, async ({ fields, version }) => {
      if (fields === undefined) {
        throw await this.calls.denied(
          `${entryName(at)}: this token may not see whether there is ${at.field} already`,
          "take the token of the operator, or write it in any case with --rotate; the version before stays readable",
        );
      }
      return fields.has(at.field) ? { outcome: "present", version: String(version) } : undefined;
    });
  }

  putNew(place: Place, value: SecretValue): Promise<Written> {
    return this.put(fieldAt(place), value, () => Promise.resolve(undefined));
  }

  close(): Promise<void> {
    return this.client.close();
  }

  /**
   * Looks, asks whether that is reason to leave it, and writes on top of what it saw. A write whose answer was lost is
   * sent again on top of the same version, which only one of the two can have.
   */
  private put(
    at: Field,
    value: SecretValue,
    left: (look: EntryLook) => Promise<Written | undefined>,
  ): Promise<Written> {
    let lostOn: number | undefined;
    return contended(async () => {
      if (lostOn !== undefined && (await wasDone(this.calls, at, lostOn, value))) {
        return { outcome: "written", version: String(lostOn + 1) };
      }
      const look = await lookAt(this.calls, at);
      const as = await left(look);
      if (as !== undefined) return as;
      try {
        const version = await writeField(this.calls, at, look, value);
        return { outcome: "written", version: String(version) };
      } catch (error) {
        if (!(error instanceof LostAnswer)) throw error;
        lostOn = look.version;
        throw new Unanswered(uncertain(at));
      }
    });
  }

  /** All fields of an entry; undefined where there is no version of it. */
  private async fields(at: Field): Promise<Readonly<Record<string, unknown>> | undefined> {
    const answer = await this.calls.look(`${at.mount}/data/${at.path}`);
    if (answer.status === 200) return record(record(record(answer.body)["data"])["data"]);
    if (answer.status === 404) {
      assertMount(answer, at);
      return undefined;
    }
    throw await this.calls.denied(
      `${entryName(at)}: this token may not read it`,
      "take the token of an identity that reads this key",
    );
  }
}

const fieldAt = ({ locator: { mount = "", path = "", field = "" } }: Place): Field => ({
  mount,
  path,
  field,
});
