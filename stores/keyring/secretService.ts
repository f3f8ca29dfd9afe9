import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { StoreError } from "../errors";
import { settled } from "../patience";
import { SecretValue } from "../secretValue";
import type { KeyStore, OpenOptions, Place, Written } from "../store";
import { busRefusal, isLost } from "./busErrors";
import { keyringItem, type KeyringItem } from "./item";
import { ServiceClient, serviceName } from "./serviceClient";
import { connectSessionBus } from "./sessionBus";

/**
 * How long a Secret Service may take, in seconds: to answer, which is D-Bus's own default, and to ask its user. And how
 * often a first write is tried again that met another at the same time.
 */
export const serviceLimits = { answer: 25, prompt: 60, races: 8 } as const;

/** Limits of one store. */
export type ServiceLimits = { readonly [Name in keyof typeof serviceLimits]: number };

/**
 * The keyring of a Linux desktop: GNOME Keyring, KWallet, KeePassXC, by D-Bus. Items are those of Python's keyring:
 * it finds, replaces and deletes what is written here.
 */
export function openSecretService(
  options: OpenOptions,
  limits: ServiceLimits = serviceLimits,
): KeyStore {
  let client: ServiceClient | undefined;
  let unlocked: Promise<string> | undefined;
  const connected = () =>
    (client ??= new ServiceClient(connectSessionBus(options.env, serviceName, limits.answer), {
      note: options.note,
      seconds: limits.prompt,
    }));

  /** Runs calls; what they throw is told in our own words. */
  const asking = async <Result>(
    place: Place,
    doing: string,
    run: (client: ServiceClient, item: KeyringItem) => Promise<Result>,
  ): Promise<Result> => {
    const item = keyringItem(place);
    const current = connected();
    try {
      return await run(current, item);
    } catch (error) {
      throw busRefusal(error, `${doing} ${item.user}`, current.bus.connected());
    }
  };

  /** The default collection, unlocked. Whoever dismissed a window is not asked once more for the next key. */
  const open = (current: ServiceClient) => (unlocked ??= openCollection(current));

  /** Writes one item, and settles a write of which the answer was lost by a look on a new connection. */
  const create = async (
    current: ServiceClient,
    place: Place,
    value: SecretValue,
    replace: boolean,
  ): Promise<string | undefined> => {
    const collection = await open(current);
    try {
      return await current.create(collection, keyringItem(place), value.reveal(), replace);
    } catch (error) {
      if (!isLost(error)) throw error;
      const done = await settled(() => holds(options, limits, place, value), uncertain(place));
      if (done) return undefined;
      throw error;
    }
  };

  return {
    name: "keyring",
    address: "the Secret Service on the D-Bus session",
    describe: (place) =>
      asking(place, "looking for", async (current, item) => {
        const collection = await current.defaultCollection();
        if (collection === undefined) return { present: false };
        const [first] = await current.search(collection, item);
        if (first !== undefined) {
          const writtenAt = await current.modified(first);
          return { present: true, ...(writtenAt && { writtenAt }) };
        }
        // Some services know nothing of what is in a locked collection.
        return { present: (await current.isLocked(collection)) ? "unknown" : false };
      }),
    read: (place) =>
      asking(place, "reading", async (current, item) => {
        if ((await current.defaultCollection()) === undefined) return undefined;
        const [first] = await current.search(await open(current), item);
        const value = first === undefined ? undefined : await current.secretOf(first);
        return value === undefined ? undefined : new SecretValue(value);
      }),
    putIfAbsent: (place, value) =>
      asking(place, "writing", async (current, item) => {
        for (let turn = 0; turn < limits.races; turn += 1) {
          if ((await current.search(await open(current), item)).length > 0) {
            return { outcome: "present" };
          }
          const path = await create(current, place, value, false);
          // It was seen on another connection, and this one may have ended.
          if (path === undefined) return { outcome: "written" };
          const others = (await current.search(await open(current), item)).filter(
            (one) => one !== path,
          );
          if (others.length === 0) return { outcome: "written" };
          // Another wrote between the look and the write. Both take theirs back, unless one has not seen the other.
          await current.delete(path);
          await sleep(randomInt(20, 200));
        }
        throw new StoreError(
          "conflict",
          "keyring",
          `writing ${item.user}: others write it at the same time`,
          "run it again",
        );
      }),
    putNew: (place, value): Promise<Written> =>
      asking(place, "writing", async (current, item) => {
        const before = await current.search(await open(current), item);
        const path = await create(current, place, value, true);
        // What other programs wrote under these names has other attributes, and would be a second value.
        for (const other of before)
          if (path !== undefined && other !== path) await current.delete(other);
        return { outcome: "written" };
      }),
    close: async () => {
      await client?.bus.close();
      client = undefined;
      unlocked = undefined;
    },
  };
}

async function openCollection(client: ServiceClient): Promise<string> {
  const collection = (await client.defaultCollection()) ?? (await client.createDefaultCollection());
  if (await client.isLocked(collection)) await client.unlock(collection);
  return collection;
}

/** Whether a value is there now, seen on a connection of its own. */
async function holds(
  options: OpenOptions,
  limits: ServiceLimits,
  place: Place,
  value: SecretValue,
) {
  const other = openSecretService(options, limits);
  try {
    return (await other.read(place))?.equals(value) ?? false;
  } finally {
    await other.close();
  }
}

const uncertain = (place: Place): StoreError =>
  new StoreError(
    "uncertain",
    "keyring",
    `writing ${place.key.env}: it was sent, and the Secret Service did not say whether it was done`,
    "look with `promptsentinel-secrets secrets status`, and write it again",
  );
