import { catalog, type Catalog, type Reader } from "../../infra/catalog";
import { isStoreError } from "../../stores/errors";
import type { SecretValue } from "../../stores/secretValue";
import type { KeyStore, Place, StoreName } from "../../stores/store";

/**
 * Methods by which a variable of the caller's stays as it is: python-dotenv's `load_dotenv()` and dotenvx do not
 * override; the guide's other loaders, and python-dotenv-vault, do.
 */
const leavesCallers: readonly StoreName[] = ["dotenv", "dotenvx"];

/** A key that the command is to have. */
export interface Wanted {
  readonly place: Place;
  /** Without it the command is not started. */
  readonly required: boolean;
}

/**
 * The keys of a reader. Of a deployment all of them are required; by the guide's names alone those that a deployment
 * may leave out are taken where they are.
 */
export const wantedOf = (
  places: Iterable<Place>,
  reader: Reader,
  isDeployment: boolean,
): readonly Wanted[] =>
  [...places]
    .filter(({ key }) => key.readers.includes(reader))
    .map((place) => ({
      place,
      required: isDeployment || (catalog as Catalog)[place.key.id]?.optional !== true,
    }));

/** What reading gave. */
export interface Found {
  readonly values: ReadonlyMap<string, SecretValue>;
  /** Variables of required keys that have no value. */
  readonly missing: readonly string[];
  /** Variables of keys that a deployment may leave out, which the caller may not read. */
  readonly unread: readonly string[];
}

/**
 * Reads the keys that the caller's environment does not settle.
 * @throws the store's refusal, the first of several
 */
export async function readWanted(
  { store, wanted }: { readonly store: KeyStore; readonly wanted: readonly Wanted[] },
  env: NodeJS.ProcessEnv,
): Promise<Found> {
  const values = new Map<string, SecretValue>();
  const missing: string[] = [];
  const unread: string[] = [];
  const read = async ({ place, required }: Wanted): Promise<void> => {
    const name = place.key.env;
    if (leavesCallers.includes(store.name) && env[name] !== undefined) {
      if (required && env[name] === "") missing.push(name);
      return;
    }
    const value = await store.read(place).catch((error: unknown) => {
      if (isStoreError(error, "missing")) return undefined;
      if (required || !isStoreError(error, "denied")) throw error;
      unread.push(name);
      return undefined;
    });
    // An empty value is none: the application takes it for a key that was turned off.
    if (value !== undefined && value.reveal() !== "") values.set(name, value);
    else if (required && !env[name]) missing.push(name);
  };
  const ends = await Promise.allSettled(wanted.map(read));
  const refused = ends.find((end) => end.status === "rejected");
  if (refused) throw refused.reason;
  return { values, missing, unread };
}

/** The command's environment: the caller's without what is withheld, API_ENV where it is not set, and the keys. */
export function environmentOf(
  env: NodeJS.ProcessEnv,
  { values, without, apiEnv }: EnvironmentParts,
): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !without.includes(name));
  return {
    ...(apiEnv !== undefined && { API_ENV: apiEnv }),
    ...Object.fromEntries(kept),
    ...Object.fromEntries([...values].map(([name, value]) => [name, value.reveal()])),
  };
}

interface EnvironmentParts {
  readonly values: ReadonlyMap<string, SecretValue>;
  readonly without: readonly string[];
  /** The deployment's. */
  readonly apiEnv?: string | undefined;
}
