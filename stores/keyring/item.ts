import { StoreError } from "../errors";
import type { Place } from "../store";

/** How Python's keyring names a value: `keyring.get_password(service, user)`. */
export interface KeyringItem {
  readonly service: string;
  readonly user: string;
}

/**
 * The service and user of a place.
 * @throws StoreError `damaged` when the place is none of a keyring's
 */
export function keyringItem({ key, locator: { service, user } }: Place): KeyringItem {
  if (service && user) return { service, user };
  throw new StoreError(
    "damaged",
    "keyring",
    `the place of ${key.env} names no service and user`,
    "take the places from guidePlace",
  );
}
