import { checkEtag, newEtag } from "./etags";
import { inState, nothingLatest, notFound } from "./errors";
import { secretName, versionName, type Place } from "./names";
import type { Secret } from "./secrets";

export type State = "ENABLED" | "DISABLED" | "DESTROYED";

export interface Version {
  /** From 1 on; no number is used twice. */
  readonly number: number;
  readonly created: Date;
  readonly state: State;
  readonly etag: string;
  /** Nothing once it is destroyed. */
  readonly data: Buffer | undefined;
  readonly checksumGiven: boolean;
  /** When it is to be destroyed, unless somebody enables or disables it before. */
  readonly scheduled?: Date | undefined;
  readonly destroyed?: Date | undefined;
}

/** How versions are looked for. */
export interface Lookup {
  readonly place: Place;
  readonly now: () => Date;
  /** How long `latest` is still the one before. Milliseconds. */
  readonly latestSettlesMs: number;
}

export function added(
  { versions }: Secret,
  data: Buffer,
  checksumGiven: boolean,
  now: Date,
): Version {
  const number = (versions.at(-1)?.number ?? 0) + 1;
  const state: State = "ENABLED";
  const version = { number, created: now, state, etag: newEtag(), data, checksumGiven };
  versions.push(version);
  return version;
}

/**
 * The version that was asked for. `latest` is the newest, in whatever state it is, and lags behind what is added
 * (https://cloud.google.com/secret-manager/docs/reference/consistency).
 */
export function found(
  secret: Secret,
  asked: string,
  { place, now, latestSettlesMs }: Lookup,
): Version {
  const { id, versions } = secret;
  if (asked === "latest") {
    const until = now().getTime() - latestSettlesMs;
    const newest = versions.findLast(({ created }) => created.getTime() <= until);
    if (newest) return newest;
    throw nothingLatest(secretName(place, id));
  }
  const version = versions.find(({ number }) => String(number) === asked);
  if (version) return version;
  throw notFound("Secret Version", versionName(place, id, asked));
}

/** A wish about a version, with the etag that it had. */
export interface Wish {
  readonly etag: string;
  readonly place: Place;
  readonly now: Date;
}

/** Also where it is so already, which makes a new etag; ends a destruction that is scheduled.
 * https://cloud.google.com/secret-manager/docs/delay-destruction-of-secret-versions */
export const switched = (
  secret: Secret,
  version: Version,
  state: "ENABLED" | "DISABLED",
  wish: Wish,
): Version => replaced(secret, version, wish, { state, scheduled: undefined });

/** Where the secret has a delay it is disabled until then. The page does not say what another wish for it does while it
 * waits: here its day stays as it was. */
export function destroyed(secret: Secret, version: Version, wish: Wish): Version {
  const { versionDestroyTtl: seconds } = secret;
  if (seconds === undefined) {
    return replaced(secret, version, wish, over(wish.now));
  }
  const scheduled = version.scheduled ?? new Date(wish.now.getTime() + seconds * 1000);
  return replaced(secret, version, wish, { state: "DISABLED", scheduled });
}

/** What it is once its day has come. */
export const settled = (version: Version, now: Date): Version =>
  version.scheduled && version.scheduled <= now
    ? { ...version, ...over(version.scheduled), etag: newEtag() }
    : version;

const over = (destroyed: Date): Partial<Version> => ({
  state: "DESTROYED",
  data: undefined,
  scheduled: undefined,
  destroyed,
});

/** Nothing leaves DESTROYED. https://cloud.google.com/secret-manager/docs/reference/rpc/google.cloud.secretmanager.v1#state */
function replaced(secret: Secret, version: Version, wish: Wish, change: Partial<Version>): Version {
  const name = versionName(wish.place, secret.id, version.number);
  checkEtag(version.etag, wish.etag, name);
  if (version.state === "DESTROYED") throw inState(name, version.state);
  const now = { ...version, ...change, etag: newEtag() };
  secret.versions = secret.versions.map((one) => (one.number === version.number ? now : one));
  return now;
}
