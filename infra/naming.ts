import type { KeyDefinition } from "./catalog";

/** The application's name as each store spells it. */
export const appName = "promptsentinel";

/** One key's name in each store: the contract with the application (golden: test/unit/naming.test.ts). */
export interface KeyNames {
  /** Environment variable. */
  readonly env: string;
  /** KV v2 path below the mount, and the field in it. */
  readonly vault: { readonly path: string; readonly field: string };
  /** Secret name, and the key in its JSON value. */
  readonly aws: { readonly secret: string; readonly jsonKey: string };
  readonly azure: string;
  readonly gcp: string;
  readonly keyring: { readonly service: string; readonly user: string };
}

/** The entry that keys of the application's vendors share in stores that hold several fields at one name. */
const sharedEntry = "api_keys";

const dashed = (name: string): string => name.toLowerCase().replaceAll("_", "-");

/**
 * The entry of a key and its field there. `<ID>_API_KEY` of the app goes into the shared entry under its id, as the
 * guide's loaders read it; any other key has an entry of its own, so that its readers can be told apart.
 */
function entry(id: string, key: KeyDefinition): { entry: string; field: string } {
  const prefix = `${id.toUpperCase()}_`;
  if (!key.env.startsWith(prefix)) {
    throw new Error(
      `catalogue key ${id}: env ${key.env} must start with ${prefix}; rename the id or the variable`,
    );
  }
  if (id === sharedEntry) {
    throw new Error(
      `catalogue key ${id}: the id is the name of the entry that other keys share; choose another id`,
    );
  }
  const rest = key.env.slice(prefix.length);
  return rest === "API_KEY" && key.readers.includes("app")
    ? { entry: sharedEntry, field: id }
    : { entry: id, field: rest.toLowerCase() };
}

/**
 * Every store's name for a key.
 * @param prefix first path segment in stores with paths. @default "promptsentinel"
 * @throws when the key's env name does not start with its id, or the id is the shared entry's name
 */
export function keyNames(id: string, key: KeyDefinition, prefix: string = appName): KeyNames {
  const at = entry(id, key);
  return {
    env: key.env,
    vault: { path: `${prefix}/${at.entry}`, field: at.field },
    aws: { secret: `${prefix}/${dashed(at.entry)}`, jsonKey: key.env },
    azure: dashed(key.env),
    gcp: dashed(key.env),
    keyring: { service: appName, user: key.env },
  };
}

/** The physical name of anything that is not a key: app, stage, thing. */
export const physicalName = (stage: string, thing: string): string =>
  `${appName}-${stage}-${dashed(thing.replaceAll(/([a-z])([A-Z])/g, "$1_$2"))}`;
