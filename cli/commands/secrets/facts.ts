import { isStoreError } from "../../../stores/errors";
import type { SecretValue } from "../../../stores/secretValue";
import type { Description, KeyStore, Place } from "../../../stores/store";

/** What the caller may know of one key in one store. */
export interface Facts extends Description {
  /** Whether the caller may read it; the value, where there is one too. */
  readonly readable: boolean;
  readonly value?: SecretValue;
}

/**
 * Looks at a key in a store. Whoever may read knows by that whether there is a value: what describes a container that
 * keys share cannot tell of one of them.
 * @throws StoreError when the store says nothing that can be used
 */
export async function factsOf(store: KeyStore, place: Place): Promise<Facts> {
  const [read, described] = await Promise.all([
    readIfAllowed(store, place),
    describe(store, place),
  ]);
  if (!read.readable) return { ...described, readable: false };
  const { value } = read;
  return value === undefined
    ? { present: false, readable: true }
    : { ...described, present: true, readable: true, value };
}

/** The current value as far as the caller may have it: undefined where there is none. */
export async function readIfAllowed(
  store: KeyStore,
  place: Place,
): Promise<
  | { readonly readable: true; readonly value: SecretValue | undefined }
  | { readonly readable: false }
> {
  try {
    return { readable: true, value: await store.read(place) };
  } catch (error) {
    if (isStoreError(error, "denied")) return { readable: false };
    if (isStoreError(error, "missing")) return { readable: true, value: undefined };
    throw error;
  }
}

async function describe(store: KeyStore, place: Place): Promise<Description> {
  try {
    return await store.describe(place);
  } catch (error) {
    if (isStoreError(error, "denied")) return { present: "unknown" };
    if (isStoreError(error, "missing")) return { present: false };
    throw error;
  }
}
