import { randomBytes } from "node:crypto";
import { conflict, exists, notFound, purgeProtected, type Occupied } from "./errors";
import type { Change } from "./requests";

export interface Version {
  readonly id: string;
  readonly value: string;
  /** Seconds, as the other dates are. */
  readonly created: number;
  readonly updated: number;
  readonly enabled: boolean;
  readonly notBefore?: number | undefined;
  readonly expires?: number | undefined;
  readonly contentType?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export interface Secret {
  readonly name: string;
  /** The newest is the last, and the current one, whether enabled or not. */
  versions: readonly Version[];
  deleted?: number | undefined;
  /** Until when its deletion or recovery is under way. Milliseconds. */
  busyUntil: number;
}

export interface VaultRules {
  readonly purgeProtection: boolean;
  readonly recoverableDays: number;
  /** How long a deletion or a recovery takes. Milliseconds. */
  readonly settlingMs: number;
}

const now = (): number => Math.floor(Date.now() / 1000);

/** The secrets of one vault, in memory alone. */
export class Vault {
  /** By the name in lower case: identifiers are case-insensitive.
   * https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates */
  private readonly secrets = new Map<string, Secret>();

  constructor(private readonly rules: VaultRules) {}

  get live(): readonly Secret[] {
    return [...this.secrets.values()].filter((secret) => stateOf(secret) === "live");
  }

  get deleted(): readonly Secret[] {
    return [...this.secrets.values()].filter((secret) => stateOf(secret) === occupied.deleted);
  }

  /** @throws 404 also while it is deleted, or on its way there or back */
  find(name: string): Secret {
    const secret = this.secrets.get(name.toLowerCase());
    if (secret && stateOf(secret) === "live") return secret;
    throw notFound(name);
  }

  findDeleted(name: string): Secret {
    const secret = this.secrets.get(name.toLowerCase());
    if (secret && stateOf(secret) === occupied.deleted) return secret;
    throw notFound(`deleted ${name}`);
  }

  /** A new version. https://learn.microsoft.com/rest/api/keyvault/secrets/set-secret/set-secret */
  set(name: string, value: string, change: Change): Secret {
    const secret = this.usable(name) ?? { name, versions: [], busyUntil: 0 };
    const id = randomBytes(16).toString("hex");
    const bare = { id, value, created: now(), updated: now(), enabled: true };
    secret.versions = [...secret.versions, changed(bare, change)];
    this.secrets.set(name.toLowerCase(), secret);
    return secret;
  }

  /** What is not named stays. https://learn.microsoft.com/rest/api/keyvault/secrets/update-secret/update-secret */
  update(secret: Secret, { id }: Version, change: Change): Version {
    secret.versions = secret.versions.map((one) =>
      one.id === id ? changed({ ...one, updated: now() }, change) : one,
    );
    return versionOf(secret, id);
  }

  /** All versions, and so that it can come back.
   * https://learn.microsoft.com/rest/api/keyvault/secrets/delete-secret/delete-secret */
  delete(name: string): Secret {
    const secret = this.find(name);
    secret.deleted = now();
    secret.busyUntil = Date.now() + this.rules.settlingMs;
    return secret;
  }

  /** https://learn.microsoft.com/rest/api/keyvault/secrets/recover-deleted-secret/recover-deleted-secret */
  recover(name: string): Secret {
    const secret = this.settled(name);
    secret.deleted = undefined;
    secret.busyUntil = Date.now() + this.rules.settlingMs;
    return secret;
  }

  /** https://learn.microsoft.com/rest/api/keyvault/secrets/purge-deleted-secret/purge-deleted-secret */
  purge(name: string): void {
    this.settled(name);
    if (this.rules.purgeProtection) throw purgeProtected();
    this.secrets.delete(name.toLowerCase());
  }

  /** All versions of a backup, with their ids.
   * https://learn.microsoft.com/rest/api/keyvault/secrets/restore-secret/restore-secret */
  restore(secret: Secret): Secret {
    if (this.usable(secret.name)) throw exists(secret.name);
    this.secrets.set(secret.name.toLowerCase(), secret);
    return secret;
  }

  /** A deleted secret whose deletion is over. */
  private settled(name: string): Secret {
    const secret = this.secrets.get(name.toLowerCase());
    if (secret && stateOf(secret) === occupied.deleting) throw conflict(name, occupied.deleting);
    return this.findDeleted(name);
  }

  /** The secret of a name that can be written now, if there is one. */
  private usable(name: string): Secret | undefined {
    const secret = this.secrets.get(name.toLowerCase());
    const state = secret ? stateOf(secret) : "live";
    if (state !== "live") throw conflict(name, state);
    return secret;
  }
}

/** The version with that id, or the current one. */
export function versionOf(secret: Secret, id: string | undefined): Version {
  const found = id ? secret.versions.find((one) => one.id === id) : secret.versions.at(-1);
  if (found) return found;
  throw notFound(`${secret.name}/${id ?? ""}`);
}

const occupied = {
  deleted: "ObjectIsDeletedButRecoverable",
  deleting: "ObjectIsBeingDeleted",
  recovering: "ObjectIsBeingRecovered",
} as const satisfies Record<string, Occupied>;

function stateOf({ deleted, busyUntil }: Secret): "live" | Occupied {
  const busy = busyUntil > Date.now();
  if (deleted !== undefined) return busy ? occupied.deleting : occupied.deleted;
  return busy ? occupied.recovering : "live";
}

/** What is null or not there is not changed. */
function changed(version: Version, { contentType, tags, attributes }: Change): Version {
  return {
    ...version,
    contentType: contentType ?? version.contentType,
    tags: tags ?? version.tags,
    enabled: attributes?.enabled ?? version.enabled,
    notBefore: attributes?.nbf ?? version.notBefore,
    expires: attributes?.exp ?? version.expires,
  };
}
