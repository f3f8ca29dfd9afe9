import type { protos } from "@google-cloud/secret-manager";

/** A version without its value. */
export interface Version {
  /** From 1 on, in the order of writing. */
  readonly number: number;
  readonly state: "ENABLED" | "DISABLED" | "DESTROYED";
  readonly createdAt: Date;
}

/** Of the service's own form. */
export function versionOf(version: protos.google.cloud.secretmanager.v1.ISecretVersion): Version {
  const { name, state, createTime } = version;
  const seconds = Number(String(createTime?.seconds ?? 0));
  return {
    number: Number(name?.split("/").at(-1)),
    state: state === "DISABLED" || state === "DESTROYED" ? state : "ENABLED",
    createdAt: new Date(seconds * 1000 + Math.floor((createTime?.nanos ?? 0) / 1e6)),
  };
}

/**
 * The version with the highest number: the service takes it for the current one whatever its state, once `latest` has
 * followed. https://cloud.google.com/secret-manager/docs/reference/consistency
 */
export const newestOf = (versions: readonly Version[]): Version | undefined =>
  [...versions].sort((a, b) => a.number - b.number).at(-1);

/** Whether a version has a value, if only one that somebody has to enable. */
export const hasValue = (version: Version | undefined): version is Version =>
  version !== undefined && version.state !== "DESTROYED";

/**
 * Whose value stays, when versions were written while this call looked and wrote: the one that was there when it
 * began and that the list, which may be behind, did not show; else the first of those written meanwhile.
 * @param versions above `last`
 * @param since when the call began, by the service's clock. Milliseconds
 * @returns undefined where the list does not show all of them
 */
export function winnerOf(
  versions: readonly Version[],
  { last, own, since }: { readonly last: number; readonly own: number; readonly since: number },
): Version | undefined {
  const others = versions.filter(({ number }) => number < own).sort((a, b) => a.number - b.number);
  if (others.length !== own - last - 1) return undefined;
  return others.findLast(({ createdAt }) => createdAt.getTime() < since) ?? others[0];
}
