import type { Wiring } from "../infra/wiring/document";
import { stores } from "../stores";
import { catalogKeys, guidePlace, wiringPlaces } from "../stores/places";
import { storeNames, type KeyStore, type Place, type StoreName } from "../stores/store";
import { nearest, shown } from "../infra/configError";
import { note as toStderr, UsageError } from "./output";
import { asking } from "./progress";

/** An opened store, and where each of its keys is, by catalogue id. */
export interface Target {
  readonly store: KeyStore;
  readonly places: ReadonlyMap<string, Place>;
}

export interface TargetOptions {
  /** The deployment. @default the guide's names, and addresses from the environment */
  readonly wiring?: Wiring | undefined;
  /** Folder of a store that is a file. @default the current one */
  readonly dir?: string | undefined;
  /** Is told what stores tell. @default it goes to stderr */
  readonly note?: ((text: string) => void) | undefined;
}

/**
 * Opens a store where a deployment has it: at the wiring's addresses and names where its platform is in there, at the
 * guide's names elsewhere, as for the local stores. Credentials are the caller's own, from his environment.
 */
export function openTarget(name: StoreName, options: TargetOptions = {}): Target {
  const { wiring, dir = process.cwd(), note = toStderr } = options;
  const platform = wiring?.platforms[name];
  const env = { ...process.env, ...platform?.env };
  const places =
    platform === undefined
      ? keysOf(wiring).map((key) => guidePlace(name, key, env))
      : wiringPlaces(platform);
  return {
    store: stores[name]()({ env, dir, note, asking }),
    places: new Map(places.map((place) => [place.key.id, place])),
  };
}

/** The keys of a deployment; without one, all of the catalogue. */
const keysOf = (wiring: Wiring | undefined) =>
  catalogKeys.filter(({ id }) => wiring === undefined || wiring.keys[id] !== undefined);

/**
 * A store by its name.
 * @throws UsageError with the names that there are
 */
export function storeNamed(name: string): StoreName {
  const found = storeNames.find((one) => one === name);
  if (found !== undefined) return found;
  const meant = nearest(name, storeNames);
  throw new UsageError(
    `store: ${meant === undefined ? "there is no such store" : `got ${shown(name)}`}; allowed: ${storeNames.join(", ")}; fix: ${meant === undefined ? "name one of these" : `use ${meant}`}`,
  );
}

/**
 * A key's place by its catalogue id or its variable, in any case.
 * @throws UsageError with the keys that there are
 */
export function placeNamed(name: string, places: Target["places"]): Place {
  const known = [...places.values()];
  const found = known.find(
    ({ key }) => key.id === name.toLowerCase() || key.env === name.toUpperCase(),
  );
  if (found !== undefined) return found;
  throw new UsageError(
    `key: there is no such key in this deployment; it has: ${known.map(({ key }) => key.id).join(", ")}; fix: name one of these, or turn the key on in the stack's config`,
  );
}
