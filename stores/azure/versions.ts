import type { SecretProperties } from "@azure/keyvault-secrets";

/** Tag that names the write that made a version. A random word, which says nothing of the value. */
export const writeTag = "write";

/** What is looked at of a version. */
type Version = Pick<SecretProperties, "version" | "createdOn" | "expiresOn" | "enabled" | "tags">;

/** Whether a version is of that write. */
export const isOurs = ({ tags }: Version, write: string): boolean => tags?.[writeTag] === write;

const secondOf = ({ createdOn }: Version): number => createdOn?.getTime() ?? 0;

/**
 * The newest version, which is the current one. The service tells the time of one in whole seconds and lists them by
 * their random names, so of two in one second it cannot be told: the version is then left out.
 * https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret-versions/get-secret-versions
 */
export function newestOf<One extends Version>(versions: readonly One[]): One | undefined {
  const newest = Math.max(...versions.map(secondOf));
  const [one, ...more] = versions.filter((version) => secondOf(version) === newest);
  return one && more.length > 0 ? { ...one, version: undefined } : one;
}

/**
 * Who was first of those who wrote a first value: this write, the version of another, or `unclear` where two were
 * written in one second and either may have been.
 * @param write the write that asks
 */
export function firstOf<One extends Version>(
  versions: readonly One[],
  write: string,
): One | "ours" | "unclear" {
  const others = versions.filter((one) => !isOurs(one, write));
  if (others.length === 0) return "ours";
  const [first, second] = [...others].sort((a, b) => secondOf(a) - secondOf(b));
  const own = Math.min(...versions.filter((one) => isOurs(one, write)).map(secondOf));
  if (first === undefined || own < secondOf(first)) return "ours";
  return second !== undefined && secondOf(second) === secondOf(first) ? "unclear" : first;
}
