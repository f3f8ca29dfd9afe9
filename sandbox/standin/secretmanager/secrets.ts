import { exists, notFound } from "./errors";
import { checkEtag, newEtag } from "./etags";
import { secretName, type Place } from "./names";
import type { Change, Replication } from "./requests";
import { settled, type Version } from "./versions";

export interface Secret extends Change {
  readonly id: string;
  /** In which order they were made: dates may be equal. */
  readonly order: number;
  readonly created: Date;
  /** None where the secret is regional. */
  readonly replication: Replication | undefined;
  etag: string;
  /** The newest is the last. */
  versions: Version[];
}

/** The secrets of one place, in memory alone. */
export class Secrets {
  private readonly byId = new Map<string, Secret>();
  private made = 0;

  constructor(
    private readonly place: Place,
    private readonly now: () => Date,
  ) {}

  /** With every destruction done whose day has come. */
  get all(): readonly Secret[] {
    const secrets = [...this.byId.values()];
    for (const secret of secrets) {
      secret.versions = secret.versions.map((version) => settled(version, this.now()));
    }
    return secrets;
  }

  create(id: string, change: Change, replication: Replication | undefined): Secret {
    if (this.byId.has(id)) throw exists(secretName(this.place, id));
    const order = ++this.made;
    const etag = newEtag();
    const secret = { ...change, id, order, created: this.now(), replication, etag, versions: [] };
    this.byId.set(id, secret);
    return secret;
  }

  find(id: string): Secret {
    const secret = this.all.find((one) => one.id === id);
    if (secret) return secret;
    throw notFound("Secret", secretName(this.place, id));
  }

  /** A change of nothing, too, makes a new etag. https://cloud.google.com/secret-manager/docs/etags */
  update(secret: Secret, change: Partial<Change>, etag: string): Secret {
    checkEtag(secret.etag, etag, secretName(this.place, secret.id));
    return Object.assign(secret, change, { etag: newEtag() });
  }

  /** At once, with all versions, and for good: there is no way back.
   * https://cloud.google.com/secret-manager/docs/delete-secrets */
  delete(secret: Secret, etag: string): void {
    checkEtag(secret.etag, etag, secretName(this.place, secret.id));
    this.byId.delete(secret.id);
  }
}
