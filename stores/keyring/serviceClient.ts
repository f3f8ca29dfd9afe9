import { Variant } from "dbus-native";
import { isGone, isNotSupported } from "./busErrors";
import type { KeyringItem } from "./item";
import { nothing, prompted, type PromptOptions } from "./prompt";
import { agreement, plainSession, type BusSecret, type Session } from "./session";
import type { SessionBus } from "./sessionBus";

/** The service's well-known name. */
export const serviceName = "org.freedesktop.secrets";
const root = "/org/freedesktop/secrets";
const prefix = "org.freedesktop.Secret";

/** What Python's keyring writes at each item, and by what it finds it: https://github.com/jaraco/keyring/blob/v25.7.0/keyring/backends/SecretService.py */
const found = ({ service, user }: KeyringItem) => ({ service, username: user });
const written = (item: KeyringItem) => ({ application: "Python keyring library", ...found(item) });
const labelled = ({ service, user }: KeyringItem) => `Password for '${user}' on '${service}'`;

/**
 * The calls of a Secret Service that a keyring needs. What they throw is the library's, or a `StoreError` of a prompt.
 * https://specifications.freedesktop.org/secret-service-spec/latest/
 */
export class ServiceClient {
  #session: Promise<Session> | undefined;

  constructor(
    readonly bus: SessionBus,
    private readonly prompts: PromptOptions,
  ) {}

  /** The collection in which Python's keyring looks; undefined where there is none. */
  async defaultCollection(): Promise<string | undefined> {
    const path = (await this.#service("ReadAlias", "s", ["default"])) as string;
    return path === nothing ? undefined : path;
  }

  /** Makes it by the name that Python's keyring gives it. The service asks the user for its password. */
  async createDefaultCollection(): Promise<string> {
    const properties = { [`${prefix}.Collection.Label`]: "Default" };
    const [path, prompt] = (await this.#service("CreateCollection", "a{sv}s", [
      properties,
      "default",
    ])) as [string, string];
    if (path !== nothing) return path;
    return (await prompted(this.bus, prompt, "make a keyring", this.prompts)) as string;
  }

  async isLocked(collection: string): Promise<boolean> {
    return (await this.bus.property(collection, `${prefix}.Collection`, "Locked")) as boolean;
  }

  /** Unlocks a collection, for which the service asks the user where it must. */
  async unlock(collection: string): Promise<void> {
    const [, prompt] = (await this.#service("Unlock", "ao", [[collection]])) as [unknown, string];
    await prompted(this.bus, prompt, "unlock the keyring", this.prompts);
  }

  /** Items that Python's keyring finds, in the order in which the service has them: it takes the first. */
  async search(collection: string, item: KeyringItem): Promise<readonly string[]> {
    const call = { path: collection, interface: `${prefix}.Collection`, member: "SearchItems" };
    return (await this.bus.call({
      ...{ ...call, signature: "a{ss}", body: [found(item)] },
    })) as string[];
  }

  /** When an item was written last; undefined where the service does not tell, as GNOME Keyring of a locked one. */
  async modified(path: string): Promise<Date | undefined> {
    const seconds = await this.bus.property(path, `${prefix}.Item`, "Modified");
    return Number(seconds) > 0 ? new Date(Number(seconds) * 1000) : undefined;
  }

  /** An item's value; undefined when it went away meanwhile. */
  async secretOf(path: string): Promise<string | undefined> {
    const session = await this.#opened();
    try {
      const call = { path, interface: `${prefix}.Item`, member: "GetSecret" };
      const secret = await this.bus.call({ ...call, signature: "o", body: [session.path] });
      return session.unseal(secret as BusSecret);
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  /**
   * Writes an item as Python's keyring does.
   * @param replace whether one with the same attributes gets the value; else there is a second one then
   * @returns its path
   */
  async create(
    collection: string,
    item: KeyringItem,
    value: string,
    replace: boolean,
  ): Promise<string> {
    const session = await this.#opened();
    const properties = {
      [`${prefix}.Item.Label`]: labelled(item),
      [`${prefix}.Item.Attributes`]: new Variant("a{ss}", written(item)),
    };
    const call = { path: collection, interface: `${prefix}.Collection`, member: "CreateItem" };
    const [path, prompt] = (await this.bus.call({
      ...{ ...call, signature: "a{sv}(oayays)b", body: [properties, session.seal(value), replace] },
    })) as [string, string];
    if (path !== nothing) return path;
    return (await prompted(this.bus, prompt, "write to the keyring", this.prompts)) as string;
  }

  /** Deletes an item; one that has gone is fine. */
  async delete(path: string): Promise<void> {
    try {
      const call = { path, interface: `${prefix}.Item`, member: "Delete" };
      const prompt = (await this.bus.call(call)) as string;
      await prompted(this.bus, prompt, "delete from the keyring", this.prompts);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }

  #service(member: string, signature: string, body: readonly unknown[]): Promise<unknown> {
    return this.bus.call({
      ...{ path: root, interface: `${prefix}.Service`, member, signature, body },
    });
  }

  #opened(): Promise<Session> {
    return (this.#session ??= this.#open());
  }

  async #open(): Promise<Session> {
    const ours = agreement();
    try {
      const [theirs, path] = (await this.#service("OpenSession", "sv", [
        "dh-ietf1024-sha256-aes128-cbc-pkcs7",
        new Variant("ay", ours.publicKey),
      ])) as [Buffer, string];
      return ours.session(path, theirs);
    } catch (error) {
      if (!isNotSupported(error)) throw error;
      const plain = ["plain", new Variant("s", "")];
      const [, path] = (await this.#service("OpenSession", "sv", plain)) as [string, string];
      return plainSession(path);
    }
  }
}
