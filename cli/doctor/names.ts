import { nearest, shown } from "../../infra/configError";
import { catalogKeys } from "../../stores/places";
import type { Place, StoreKey, StoreName } from "../../stores/store";
import type { Check, Checks } from "./check";
import { putCommand } from "./put";

const letters = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** What people call a key elsewhere: by its vendor, its variable, with and without `api`, `key` and `value`. */
const otherNames = ({ id, env }: StoreKey): readonly string[] =>
  [id, env, `${id}_key`, `${id}_api`, `${id}_secret`, `${id}_token`, `${id}_value`].map(letters);

/**
 * The name in a store that is most likely meant for a key.
 * @param wanted where the application looks
 * @param names what there is; a name that is right for another key is not meant
 * @param right names of the other keys
 */
export function nearName(
  wanted: string,
  key: StoreKey,
  names: readonly string[],
  right: readonly string[],
): string | undefined {
  const free = names.filter((name) => !right.includes(name) && name !== wanted);
  return (
    free.find((name) => letters(name) === letters(wanted)) ??
    free.find((name) => otherNames(key).includes(letters(name))) ??
    nearest(
      wanted,
      free.filter((name) => !isOfAnother(name, key)),
    )
  );
}

/** `openai` and `gemini` are no misspellings of one another. */
const isOfAnother = (name: string, key: StoreKey): boolean =>
  catalogKeys.some((other) => other.id !== key.id && otherNames(other).includes(letters(name)));

/** Names for a message: one that looks like a key, pasted into the wrong place, is not shown. */
export const named = (...names: readonly string[]): string => names.map(shown).join(", ");

/**
 * Of keys that are not where the application looks, in a store with a name for each: whether another name is meant.
 * @param found the store's names
 * @param places of all keys
 * @param at the end of a command that finds the deployment again
 */
export function nameChecks(
  say: Checks,
  missing: readonly Place[],
  found: readonly string[],
  {
    store,
    places,
    at,
  }: { readonly store: StoreName; readonly places: readonly Place[]; readonly at: string },
): readonly Check[] {
  const right = places.map(({ locator }) => locator["name"] ?? "");
  return missing.map(({ key, locator: { name = "" } }) => {
    const near = nearName(name, key, found, right);
    return near === undefined
      ? say.ok("name", "nothing like it is nearby", { key: key.env })
      : say.failed(
          "name",
          `the application looks at ${name}; there is ${named(near)}`,
          `${putCommand(key.id, store, at)}, and delete that one`,
          key.env,
        );
  });
}
