import { isUtf8 } from "node:buffer";
import { SecretManagerServiceClient } from "@google-cloud/secret-manager";
import type { GoogleAuth } from "google-auth-library";
import { isStoreError, StoreError } from "../errors";
import { inFlight } from "../inFlight";
import { TryAgain } from "../patience";
import { asked, sent, type Manners } from "../refusal";
import { SecretValue } from "../secretValue";
import type { Description, KeyStore, OpenOptions, OpenStore, Place, Written } from "../store";
import { crc32c } from "./checksum";
import { mismatch, understood, type Permission } from "./refusals";
import { signIn } from "./signIn";
import { hasValue, newestOf, versionOf, winnerOf, type Version } from "./versions";

type Client = SecretManagerServiceClient;

/** Makes the SDK's client of an endpoint, by its host: the real one, or one that leads to a stand-in. */
export type ClientFor = (apiEndpoint: string) => Client | Promise<Client>;

/** Milliseconds that an answer may take, and no tries of the client's own, which could last ten minutes. */
const call = { timeout: 30_000, retry: { retryCodes: new Array<number>() } };

/** Opens the secrets with the caller's own Application Default Credentials: https://cloud.google.com/docs/authentication/application-default-credentials */
export const open: OpenStore = (options) => {
  const auth = inFlight<GoogleAuth>();
  return openWith(
    options,
    async (apiEndpoint) =>
      new SecretManagerServiceClient({ apiEndpoint, auth: await auth("auth", signIn) }),
  );
};

/** Opens the secrets by clients that are made otherwise. */
export const openWith = (options: OpenOptions, clientFor: ClientFor): KeyStore =>
  new GoogleKeyStore(options, clientFor);

/**
 * Secrets of Google Cloud Secret Manager. Versions are numbered in the order of writing, and the highest is the current
 * one whatever its state. The service knows no write on a condition and no word by which a write could be known again:
 * of first writers at one moment all write, and the lowest number has won. Of the others, whoever is on top puts the
 * winner's value back there, if he may read it; whoever may not, as the stack's operator, says so with a `conflict`.
 * A write whose answer was lost can be told to be done only by whoever may read what was written. Lists are behind for
 * some minutes at times, numbers never are: https://cloud.google.com/secret-manager/docs/reference/consistency
 */
class GoogleKeyStore implements KeyStore {
  readonly name = "gcp";
  readonly address: string;
  private readonly note: OpenOptions["note"];
  private readonly clients = new Map<string, Promise<Client>>();

  constructor(
    { env, note }: OpenOptions,
    private readonly clientFor: ClientFor,
  ) {
    const projectId = env["GCP_PROJECT_ID"];
    this.address = `secretmanager.googleapis.com${projectId ? `/projects/${projectId}` : ""}`;
    this.note = note;
  }

  /** By the list of versions, because `latest` lags behind a write. */
  async describe(place: Place): Promise<Description> {
    const of = secretOf(place);
    let versions: readonly Version[];
    try {
      versions = await this.versions(of);
    } catch (error) {
      if (isStoreError(error, "denied")) return { present: "unknown" };
      if (isStoreError(error, "missing")) return { present: false };
      throw error;
    }
    const newest = newestOf(versions);
    if (!hasValue(newest)) return { present: false };
    if (newest.state === "DISABLED") {
      this.note(`gcp: ${of.secret}: the current version is disabled`);
    }
    return { present: true, version: String(newest.number), writtenAt: newest.createdAt };
  }

  /** By `latest`, as the application's own loader does: it follows a write at once or some minutes later. https://cloud.google.com/secret-manager/docs/reference/consistency */
  async read(place: Place): Promise<SecretValue | undefined> {
    const of = secretOf(place);
    return this.value(of, place.locator["version"] ?? "latest");
  }

  async putIfAbsent(place: Place, value: SecretValue): Promise<Written> {
    const of = secretOf(place);
    const started = Date.now();
    const before = newestOf(await this.versions(of));
    const last = before?.number ?? 0;
    if (hasValue(before)) return present(before);
    const own = await this.add(of, value, last);
    // Numbers go up by one, so this holds even where the list is behind.
    if (own.number === last + 1) return written(own);
    const meanwhile = (await this.versions(of)).filter(({ number }) => number > last);
    // Whoever is on top of ours looks after the rest.
    if (meanwhile.some(({ number }) => number > own.number)) return present();
    const since = own.createdAt.getTime() - (Date.now() - started);
    const winner = winnerOf(meanwhile, { last, own: own.number, since });
    if (winner !== undefined && (await this.restored(of, value, winner, own))) return present();
    throw new StoreError(
      "conflict",
      this.name,
      `${of.secret}: another value was written at the same time, as version ${String(last + 1)}; version ${String(own.number)} of this call is the current one`,
      "agree on the right value with whoever wrote the other, and write it with --rotate",
    );
  }

  async putNew(place: Place, value: SecretValue): Promise<Written> {
    const of = secretOf(place);
    return written(await this.add(of, value, await this.lastSeen(of)));
  }

  async close(): Promise<void> {
    const clients = await Promise.allSettled(this.clients.values());
    this.clients.clear();
    await Promise.all(
      clients.flatMap((one) => (one.status === "fulfilled" ? [one.value.close()] : [])),
    );
  }

  /**
   * Puts the winner's value on top of ours.
   * @returns whether it could: who may not read cannot
   */
  private async restored(
    of: SecretPlace,
    ours: SecretValue,
    winner: Version,
    own: Version,
  ): Promise<boolean> {
    try {
      const value = await this.value(of, String(winner.number));
      if (value === undefined) return false;
      if (!value.equals(ours)) await this.add(of, value, own.number);
      return true;
    } catch (error) {
      if (isStoreError(error, "denied", "damaged")) return false;
      throw error;
    }
  }

  /** @param last the highest number before it, if it could be seen: what is above it may be of this write */
  private async add(
    of: SecretPlace,
    value: SecretValue,
    last: number | undefined,
  ): Promise<Version> {
    const data = Buffer.from(value.reveal());
    const payload = { data, dataCrc32c: String(crc32c(data)) };
    const look = async (): Promise<Version | undefined> => {
      if (last === undefined) throw uncertain(of);
      const added = (await this.versions(of)).filter(({ number }) => number > last);
      for (const one of added) {
        if ((await this.value(of, String(one.number)))?.equals(value)) return one;
      }
      return undefined;
    };
    return sent(
      async () => {
        const request = { parent: of.secret, payload };
        const [version] = await (await this.client(of)).addSecretVersion(request, call);
        if (version.clientSpecifiedPayloadChecksum !== true) throw mismatch(of.secret, "in");
        return versionOf(version);
      },
      { ...this.manners(of, "versions.add"), look, uncertain: uncertain(of) },
    );
  }

  private value(of: SecretPlace, version: string): Promise<SecretValue | undefined> {
    return asked(
      async () => {
        const name = `${of.secret}/versions/${version}`;
        const [{ payload }] = await (await this.client(of)).accessSecretVersion({ name }, call);
        const data = Buffer.from(payload?.data ?? "");
        const sum = payload?.dataCrc32c;
        if (sum === undefined || sum === null || Number(String(sum)) !== crc32c(data)) {
          throw new TryAgain(mismatch(of.secret, "out"));
        }
        if (!isUtf8(data)) throw notText(of);
        return new SecretValue(data.toString());
      },
      this.manners(of, "versions.access"),
    ).catch(absent);
  }

  /** @throws StoreError `missing` where there is no such secret */
  private async versions(of: SecretPlace): Promise<readonly Version[]> {
    const [versions] = await asked(
      async () => (await this.client(of)).listSecretVersions({ parent: of.secret }, call),
      this.manners(of, "versions.list"),
    );
    return versions.map(versionOf);
  }

  /** The highest number, if it can be seen. */
  private async lastSeen(of: SecretPlace): Promise<number | undefined> {
    try {
      return newestOf(await this.versions(of))?.number ?? 0;
    } catch (error) {
      if (isStoreError(error, "denied")) return undefined;
      throw error;
    }
  }

  private manners({ secret }: SecretPlace, permission: Permission): Manners {
    return { understand: (error) => understood(error, secret, permission), note: this.note };
  }

  /**
   * Ready, because the SDK's calls make it ready by themselves and leave it to nobody when that fails, which ends the
   * process. One that is not to be had is made anew for the next try.
   */
  private client({ host }: SecretPlace): Promise<Client> {
    const known = this.clients.get(host);
    if (known !== undefined) return known;
    const made = ready(this.clientFor(host));
    this.clients.set(host, made);
    made.catch(() => this.clients.delete(host));
    return made;
  }
}

async function ready(made: Client | Promise<Client>): Promise<Client> {
  const client = await made;
  await client.initialize();
  return client;
}

/** Where a secret is: its full name, and the host of its endpoint. */
interface SecretPlace {
  readonly secret: string;
  readonly host: string;
}

/** @throws StoreError where the place names no project */
function secretOf({ locator }: Place): SecretPlace {
  const { projectId = "", name = "", location } = locator;
  if (projectId === "") {
    throw new StoreError(
      "unavailable",
      "gcp",
      `${name}: GCP_PROJECT_ID: got nothing; expected: the project's id`,
      "set GCP_PROJECT_ID, or name the stack",
    );
  }
  const region = location === undefined ? "" : `/locations/${location}`;
  return {
    secret: `projects/${projectId}${region}/secrets/${name}`,
    // https://cloud.google.com/secret-manager/regional-secrets/access-regional-secret-version
    host:
      location === undefined
        ? "secretmanager.googleapis.com"
        : `secretmanager.${location}.rep.googleapis.com`,
  };
}

const uncertain = ({ secret }: SecretPlace): StoreError =>
  new StoreError(
    "uncertain",
    "gcp",
    `${secret}: the answer to the write was lost, and whether a version that is there now is of it cannot be seen without reading`,
    "compare its fingerprint with `promptsentinel-secrets secrets status --in gcp` as somebody who may read; a second write does no harm",
  );

const notText = ({ secret }: SecretPlace): StoreError =>
  new StoreError("damaged", "gcp", `${secret}: is no text`, "write a new value with --rotate");

const written = ({ number }: Version): Written => ({
  outcome: "written",
  version: String(number),
});

const present = (version?: Version): Written => ({
  outcome: "present",
  ...(version !== undefined && { version: String(version.number) }),
});

/** Nothing, where there is no such secret or no version of it: the service says the same of both. */
function absent(error: unknown): undefined {
  if (isStoreError(error, "missing")) return undefined;
  throw error;
}
