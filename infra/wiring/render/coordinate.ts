import type { ReaderKey } from "./renderer";

/**
 * One of a key's coordinates.
 * @throws when the document does not have it: an address with a hole in it would be one of something else
 */
export function coordinate({ id, locator }: ReaderKey, name: string): string {
  const value = locator[name];
  if (value === undefined || value === "") {
    throw new Error(
      `references.${id}.locator.${name}: got none; allowed: a text; fix: run the stack again and take its new wiring`,
    );
  }
  return value;
}
