import { whyAsking } from "../guard/quietKeyring";
import { isStoreError } from "../../stores/errors";
import { keyringKind } from "../../stores/keyring/choice";
import { stores } from "../../stores";
import type { KeyStore, Place } from "../../stores/store";
import { Checks, type Check } from "./check";
import { presences } from "./keys";
import { putCommand } from "./put";
import { placesOf, type Subject } from "./subject";

const say = new Checks("keyring");

/** The keyring of this user, without a window that would ask him. */
export async function keyring(subject: Subject): Promise<readonly Check[]> {
  const { env, note } = subject;
  let why: string | undefined;
  try {
    why = await whyAsking(env);
  } catch (error) {
    return [
      say.refused("backend", error),
      ...say.skipped("the keyring is not available", "key present", "name"),
    ];
  }
  const backend =
    why === undefined
      ? say.ok("backend", kinds[keyringKind(env)])
      : say.warning(
          "backend",
          `${kinds[keyringKind(env)]}: ${why}`,
          "unlock it, and run this again",
        );
  const places = placesOf("keyring", subject);
  const store = stores.keyring()({ env, dir: "", note });
  const describeOnly = why !== undefined;
  // To describe an item of these two is to read it, for which they ask.
  if (describeOnly && keyringKind(env) !== "secretService") {
    await store.close();
    return [backend, ...say.skipped(why ?? "", "key present", "name")];
  }
  try {
    const keys = await presences(say, store, places, subject, { describeOnly });
    const names = await Promise.all(
      keys.filter(({ missing }) => missing).map(({ place }) => otherName(store, place, subject.at)),
    );
    return [backend, ...keys.map(({ check }) => check), ...names];
  } finally {
    await store.close();
  }
}

const kinds = {
  secretService: "the Secret Service of this session",
  native: "the system's own keyring",
  file: "the encrypted file of Python's keyrings.alt, which is weaker than a keyring",
} as const;

/** Names under which people have put keys. A keyring gives no list that asks nobody, so these are tried. */
async function otherName(store: KeyStore, place: Place, at: string): Promise<Check> {
  const { env: key, id } = place.key;
  const { service = "", user = "" } = place.locator;
  const dashed = key.toLowerCase().replaceAll("_", "-");
  const users = [user, key.toLowerCase(), dashed, id, `${id}_key`, `${id}-key`];
  const services = [service, "prompt-sentinel", "prompt_sentinel", "PromptSentinel"];
  for (const other of services) {
    for (const name of users) {
      if (other === service && name === user) continue;
      if (await isThere(store, { ...place, locator: { service: other, user: name } })) {
        return say.failed(
          "name",
          `the application looks for user ${user} of service ${service}; there is ${name} of ${other}`,
          `${putCommand(id, "keyring", at)}, and \`keyring del ${other} ${name}\``,
          key,
        );
      }
    }
  }
  return say.ok("name", "nothing like it is there", { key });
}

async function isThere(store: KeyStore, place: Place): Promise<boolean> {
  try {
    return (await store.describe(place)).present === true;
  } catch (error) {
    if (!isStoreError(error)) throw error;
    return false;
  }
}
