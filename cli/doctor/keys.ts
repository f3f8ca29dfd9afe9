import { isStoreError } from "../../stores/errors";
import type { KeyStore, Place, StoreName } from "../../stores/store";
import type { Check, Checks } from "./check";
import { putCommand } from "./put";
import type { Subject } from "./subject";

/** What is known of one key. */
export interface Presence {
  readonly place: Place;
  readonly check: Check;
  /** Whether it is known to be missing, so that a look for other names makes sense. */
  readonly missing: boolean;
}

export interface PresenceOptions {
  /** Whether a refusal is as it should be: then why. */
  readonly refusedRightly?: (place: Place) => string | undefined;
  /** Values are never asked for, as where that would ask somebody. */
  readonly describeOnly?: boolean;
}

/** Whether each key is there: by its description, and by reading it where that cannot tell. No value goes further. */
export const presences = (
  say: Checks,
  store: KeyStore,
  places: readonly Place[],
  subject: Subject,
  options: PresenceOptions = {},
): Promise<readonly Presence[]> =>
  Promise.all(places.map((place) => presence(say, store, place, subject, options)));

async function presence(
  say: Checks,
  store: KeyStore,
  place: Place,
  subject: Subject,
  { refusedRightly, describeOnly }: PresenceOptions,
): Promise<Presence> {
  const { env: key } = place.key;
  const found = (check: Check, missing = false): Presence => ({ place, check, missing });
  try {
    const present = await isPresent(store, place, describeOnly ?? false);
    if (present === "unknown") {
      return found(
        say.unseen("key present", "whether it is there cannot be told", `look as its reader`, key),
      );
    }
    return present
      ? found(say.ok("key present", "is there", { key }))
      : found(absent(say, store.name, place, subject), true);
  } catch (error) {
    const rightly = isStoreError(error, "denied") ? refusedRightly?.(place) : undefined;
    return found(
      rightly === undefined
        ? say.refused("key present", error, key)
        : say.ok("key present", rightly, { key }),
      isStoreError(error, "missing"),
    );
  }
}

/** Without a deployment nobody says that the pipeline's keys are to be here: the application alone is at work. */
function absent(say: Checks, store: StoreName, { key }: Place, { wiring, at }: Subject): Check {
  const isNeeded = wiring !== undefined || key.readers.includes("app");
  const told = ["key present", "is not there", putCommand(key.id, store, at), key.env] as const;
  return isNeeded ? say.failed(...told) : say.warning(...told);
}

/** A description costs no right to read; a value is asked for only to know that there is one. */
async function isPresent(
  store: KeyStore,
  place: Place,
  describeOnly: boolean,
): Promise<boolean | "unknown"> {
  const { present } = await store.describe(place);
  if (present !== "unknown" || describeOnly) return present;
  return (await store.read(place)) !== undefined;
}
