import { crc32c } from "./checksum";
import { secretName, versionName, type Place } from "./names";
import type { Secret } from "./secrets";
import type { Version } from "./versions";

const timestamp = (date: Date | undefined): object | undefined =>
  date && { seconds: Math.floor(date.getTime() / 1000), nanos: (date.getTime() % 1000) * 1e6 };

/** https://cloud.google.com/secret-manager/docs/reference/rpc/google.cloud.secretmanager.v1#secret */
export const secretMessage = (place: Place, secret: Secret): object => ({
  name: secretName(place, secret.id),
  replication: secret.replication,
  createTime: timestamp(secret.created),
  labels: secret.labels,
  annotations: secret.annotations,
  etag: secret.etag,
  versionDestroyTtl: secret.versionDestroyTtl && { seconds: secret.versionDestroyTtl },
});

/** Without its value. https://cloud.google.com/secret-manager/docs/reference/rpc/google.cloud.secretmanager.v1#secretversion */
export const versionMessage = (place: Place, secret: Secret, version: Version): object => ({
  name: versionName(place, secret.id, version.number),
  createTime: timestamp(version.created),
  destroyTime: timestamp(version.destroyed),
  state: version.state,
  replicationStatus: secret.replication,
  etag: version.etag,
  clientSpecifiedPayloadChecksum: version.checksumGiven,
  scheduledDestroyTime: timestamp(version.scheduled),
});

/** https://cloud.google.com/secret-manager/docs/reference/rpc/google.cloud.secretmanager.v1#accesssecretversionresponse */
export const accessMessage = (
  place: Place,
  { id }: Secret,
  number: number,
  data: Buffer,
): object => ({
  name: versionName(place, id, number),
  payload: { data, dataCrc32c: crc32c(data) },
});

export interface Page {
  readonly taken: readonly object[];
  readonly nextPageToken: string;
  readonly totalSize: number;
}

/** The newest first, from below the mark that the page before gave. */
export function page(
  all: readonly (readonly [order: number, message: object])[],
  { pageSize, pageToken }: { readonly pageSize: number; readonly pageToken: string },
): Page {
  const mark = pageToken === "" ? Infinity : Number(Buffer.from(pageToken, "base64url").toString());
  const rest = [...all].sort(([a], [b]) => b - a).filter(([order]) => order < mark);
  const taken = rest.slice(0, pageSize);
  const last = rest.length > taken.length ? taken.at(-1)?.[0] : undefined;
  return {
    taken: taken.map(([, message]) => message),
    nextPageToken: last === undefined ? "" : Buffer.from(String(last)).toString("base64url"),
    totalSize: all.length,
  };
}
