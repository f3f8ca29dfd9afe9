import { keysOf, type Consumer, type Environment, type Key } from "../environment";
import { keyNames, physicalName } from "../naming";
import type { StoreSettings } from "./settings";

/** One KV v2 entry and the keys whose values are its fields. */
export interface Entry {
  /** Path below the mount, for example `promptsentinel/api_keys`. */
  readonly path: string;
  readonly keys: readonly Key[];
}

/** Path and field of a key. */
export const keyAt = (key: Key, settings: StoreSettings): { path: string; field: string } =>
  keyNames(key.id, key, settings.kv.prefix).vault;

/** Keys grouped by the entry that holds them, in catalogue order. */
export function entriesOf(keys: readonly Key[], settings: StoreSettings): readonly Entry[] {
  const paths = [...new Set(keys.map((key) => keyAt(key, settings).path))];
  return paths.map((path) => ({
    path,
    keys: keys.filter((key) => keyAt(key, settings).path === path),
  }));
}

/** Entries that a consumer reaches. A field cannot be granted apart, so an entry counts when all its keys do. */
export function entriesFor(
  consumer: Consumer,
  environment: Environment,
  settings: StoreSettings,
): readonly Entry[] {
  const granted = new Set(keysOf(environment, consumer).map((key) => key.id));
  return entriesOf(environment.keys, settings).filter(({ keys }) =>
    keys.every((key) => granted.has(key.id)),
  );
}

/** Name of a consumer's policy and of its roles. */
export const consumerName = (environment: Environment, consumer: Consumer): string =>
  physicalName(environment.stage, consumer);

/** Names of the pipeline's own roles and policies. */
export const ciRoleName = (environment: Environment, role: string): string =>
  physicalName(environment.stage, `ci-${role}`);
