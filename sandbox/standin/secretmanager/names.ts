import { invalid } from "./errors";

/** What a name names. */
export type Kind = "project" | "secret" | "version";

/** A resource name of a request. https://cloud.google.com/secret-manager/docs/reference/rpc/google.cloud.secretmanager.v1 */
export interface Name {
  /** As it came. */
  readonly asked: string;
  /** Id or number. */
  readonly project: string;
  readonly location: string | undefined;
  /** Empty where a project is named. */
  readonly secret: string;
  /** A number, or `latest`; empty where none is named. */
  readonly version: string;
}

/** Where the stand-in is. */
export interface Place {
  readonly projectId: string;
  readonly projectNumber: string;
  readonly location: string | undefined;
}

const project = "projects/(?<project>[^/]+)(?:/locations/(?<location>[^/]+))?";
const secret = `${project}/secrets/(?<secret>[A-Za-z0-9_-]{1,255})`;
const patterns: Readonly<Record<Kind, RegExp>> = {
  project: new RegExp(`^${project}$`),
  secret: new RegExp(`^${secret}$`),
  version: new RegExp(`^${secret}/versions/(?<version>[^/]+)$`),
};

/** @throws INVALID_ARGUMENT */
export function parsedName(kind: Kind, text: unknown): Name {
  const asked = typeof text === "string" ? text : "";
  const groups = patterns[kind].exec(asked)?.groups;
  if (groups === undefined) throw invalid(`${asked}: is not the name of a ${kind}`);
  const { project: of = "", location, secret: id = "", version = "" } = groups;
  return { asked, project: of, location, secret: id, version };
}

/** A secret's full name, with the project's number, as the service answers. */
export const secretName = ({ projectNumber, location }: Place, id: string): string =>
  `projects/${projectNumber}${location === undefined ? "" : `/locations/${location}`}/secrets/${id}`;

export const versionName = (place: Place, id: string, version: number | string): string =>
  `${secretName(place, id)}/versions/${String(version)}`;

/** A regional secret is at its region's endpoint alone. https://cloud.google.com/secret-manager/regional-secrets/create-regional-secret */
export const hostOf = ({ location }: Pick<Place, "location">): string =>
  location === undefined
    ? "secretmanager.googleapis.com"
    : `secretmanager.${location}.rep.googleapis.com`;
