import { inState, invalid } from "./errors";
import { accessMessage, page, secretMessage, versionMessage } from "./messages";
import { versionName, type Kind, type Name } from "./names";
import * as requests from "./requests";
import { parsed } from "./requests";
import type { Secrets } from "./secrets";
import { added, destroyed, found, switched, type Lookup } from "./versions";

/** What a role has. https://cloud.google.com/secret-manager/docs/access-control */
export type Permission = `secretmanager.${
  | `secrets.${"list" | "create" | "get" | "update" | "delete"}`
  | `versions.${"add" | "list" | "get" | "access" | "enable" | "disable" | "destroy"}`}`;

/** A message as it came, in JavaScript's names. */
export type Message = Readonly<Record<string, unknown>>;

/** A request that has been let in. */
export interface Request extends Lookup {
  readonly secrets: Secrets;
  readonly name: Name;
  readonly message: Message;
}

export interface Operation {
  readonly permission: Permission;
  /** What it is about, and where the request names it. */
  readonly about: Kind;
  readonly named: (message: Message) => unknown;
  readonly run: (request: Request) => object;
}

const byParent = ({ parent }: Message): unknown => parent;
const byName = ({ name }: Message): unknown => name;
const version = { about: "version", named: byName } as const;
const secret = { about: "secret", named: byName } as const;

/** The version of a request, with its secret. */
function ofRequest(request: Request) {
  const { secrets, name, now, place } = request;
  const of = secrets.find(name.secret);
  const { etag } = parsed(requests.etagRequest, request.message);
  return { of, one: found(of, name.version, request), wish: { etag, place, now: now() } };
}

/**
 * The methods (https://cloud.google.com/secret-manager/docs/reference/rpc/google.cloud.secretmanager.v1), with the
 * permission that each needs of what it names, as the REST reference says under `IAM Permissions`.
 */
export const operations = {
  ListSecrets: {
    permission: "secretmanager.secrets.list",
    about: "project",
    named: byParent,
    run: ({ secrets, place, message }) => {
      const all = secrets.all.map((one) => [one.order, secretMessage(place, one)] as const);
      const { taken, ...rest } = page(all, requests.listOf(message));
      return { secrets: taken, ...rest };
    },
  },
  CreateSecret: {
    permission: "secretmanager.secrets.create",
    about: "project",
    named: byParent,
    run: ({ secrets, place, message }) => {
      const { secretId, secret: wanted } = parsed(requests.createRequest, message);
      const { labels, annotations, versionDestroyTtl, replication } = wanted;
      // https://github.com/googleapis/google-cloud-node-core/issues/689
      if (!place.location && !replication) throw invalid("Secret.replication must be provided.");
      if (place.location && replication) throw invalid("a regional secret has no replication");
      const change = { labels, annotations, versionDestroyTtl };
      return secretMessage(place, secrets.create(secretId, change, replication));
    },
  },
  GetSecret: {
    ...secret,
    permission: "secretmanager.secrets.get",
    run: ({ secrets, place, name }) => secretMessage(place, secrets.find(name.secret)),
  },
  UpdateSecret: {
    permission: "secretmanager.secrets.update",
    about: "secret",
    named: ({ secret: changed }) => (changed as Message | undefined)?.["name"],
    run: ({ secrets, place, name, message }) => {
      const request = parsed(requests.updateRequest, message);
      const { etag } = request.secret;
      const change = requests.changeOf(request);
      return secretMessage(place, secrets.update(secrets.find(name.secret), change, etag));
    },
  },
  DeleteSecret: {
    ...secret,
    permission: "secretmanager.secrets.delete",
    run: ({ secrets, name, message }) => {
      secrets.delete(secrets.find(name.secret), parsed(requests.etagRequest, message).etag);
      return {};
    },
  },
  AddSecretVersion: {
    permission: "secretmanager.versions.add",
    about: "secret",
    named: byParent,
    run: ({ secrets, place, name, message, now }) => {
      const { data, dataCrc32c: sum } = parsed(requests.addRequest, message).payload;
      const to = secrets.find(name.secret);
      return versionMessage(place, to, added(to, data, sum !== undefined, now()));
    },
  },
  ListSecretVersions: {
    permission: "secretmanager.versions.list",
    about: "secret",
    named: byParent,
    run: ({ secrets, place, name, message }) => {
      const of = secrets.find(name.secret);
      const all = of.versions.map((one) => [one.number, versionMessage(place, of, one)] as const);
      const { taken, ...rest } = page(all, requests.listOf(message));
      return { versions: taken, ...rest };
    },
  },
  GetSecretVersion: {
    ...version,
    permission: "secretmanager.versions.get",
    run: (request) => {
      const { of, one } = ofRequest(request);
      return versionMessage(request.place, of, one);
    },
  },
  AccessSecretVersion: {
    ...version,
    permission: "secretmanager.versions.access",
    run: (request) => {
      const { of, one } = ofRequest(request);
      if (one.state === "ENABLED" && one.data) {
        return accessMessage(request.place, of, one.number, one.data);
      }
      throw inState(versionName(request.place, of.id, one.number), one.state);
    },
  },
  EnableSecretVersion: {
    ...version,
    permission: "secretmanager.versions.enable",
    run: (request) => {
      const { of, one, wish } = ofRequest(request);
      return versionMessage(request.place, of, switched(of, one, "ENABLED", wish));
    },
  },
  DisableSecretVersion: {
    ...version,
    permission: "secretmanager.versions.disable",
    run: (request) => {
      const { of, one, wish } = ofRequest(request);
      return versionMessage(request.place, of, switched(of, one, "DISABLED", wish));
    },
  },
  DestroySecretVersion: {
    ...version,
    permission: "secretmanager.versions.destroy",
    run: (request) => {
      const { of, one, wish } = ofRequest(request);
      return versionMessage(request.place, of, destroyed(of, one, wish));
    },
  },
} as const satisfies Readonly<Record<string, Operation>>;

export type Method = keyof typeof operations;
