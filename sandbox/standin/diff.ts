import { isDeepStrictEqual } from "node:util";
import type { Difference, Values } from "./model";

/** What a comparison needs to know of a type. */
export interface Shape {
  /** Properties that cannot be changed in place. */
  readonly replaceOn: readonly string[];
  /** Properties that the server fills in when they are not given. */
  readonly computed: readonly string[];
}

/**
 * Compares as a bridged provider does: the wanted inputs with the recorded state, so that what a refresh has found
 * shows up. What is recorded but not wanted counts when it is not empty and not the server's own.
 */
export function difference(
  { replaceOn, computed }: Shape,
  recorded: Values,
  wanted: Values,
  wantedBefore: Values,
): Difference {
  const names = new Set([
    ...Object.keys(wanted),
    ...Object.keys(wantedBefore),
    ...Object.keys(recorded).filter((name) => !computed.includes(name)),
  ]);
  const changes = [...names].filter((name) => {
    const want = wanted[name];
    if (want === undefined) {
      return wantedBefore[name] === undefined
        ? !isEmpty(recorded[name])
        : !computed.includes(name) && !isEmpty(recorded[name]);
    }
    return !isDeepStrictEqual(canonical(want), canonical(recorded[name]));
  });
  return { changes, replaces: changes.filter((name) => replaceOn.includes(name)) };
}

/** The value that an unset property of that kind has on the server. */
export const emptyLike = (value: unknown): unknown => {
  if (Array.isArray(value)) return [];
  if (typeof value === "number") return 0;
  if (typeof value === "boolean") return false;
  return typeof value === "string" ? "" : {};
};

export const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || isDeepStrictEqual(value, emptyLike(value));

/** Lists of these types are sets in the provider's schema: order does not count. */
const canonical = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(String).sort() : value;
