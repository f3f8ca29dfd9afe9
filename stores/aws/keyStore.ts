import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { contended } from "../contention";
import { inFlight } from "../inFlight";
import { SecretValue } from "../secretValue";
import type { Description, KeyStore, OpenOptions, OpenStore, Place, Written } from "../store";
import { refusal } from "./errors";
import { Secret, type Current } from "./secret";
import { serviceAddress, serviceOf } from "./service";
import { writeMember } from "./writing";

/**
 * Keys in AWS Secrets Manager: members of the JSON of secrets, which `infra/aws/secretStore.ts` makes. The SDK takes
 * credentials, profile and endpoint from the process's own variables; those of the options are for messages alone.
 */
export const open: OpenStore = (options) => new AwsKeyStore(options);

/** Milliseconds between two tries of a write that others came before: each may leave a version that nobody needs. */
const shortestWait = 500;

class AwsKeyStore implements KeyStore {
  readonly name = "aws";
  readonly address: string;
  private readonly services = new Map<string, SecretsManagerClient>();
  private readonly descriptions = inFlight<Description>();
  private readonly reads = inFlight<Current | undefined | "hidden">();

  constructor({ env }: Pick<OpenOptions, "env">) {
    this.address = serviceAddress(env);
  }

  /** Of a secret's members only a reader can tell, so a secret with a value says `unknown`. */
  describe(place: Place): Promise<Description> {
    const secret = this.secretAt(place);
    return this.descriptions(nameOf(secret), async () => {
      const labels = await secret.labels();
      const [version] = [...labels].find(([, some]) => some.includes("AWSCURRENT")) ?? [];
      if (version === undefined) return { present: false };
      const writtenAt = await secret.writtenAt(version);
      return { present: "unknown", version, ...(writtenAt && { writtenAt }) };
    });
  }

  async read(place: Place): Promise<SecretValue | undefined> {
    const secret = this.secretAt(place);
    const current = await this.reads(nameOf(secret), () => secret.current());
    if (current === "hidden") {
      throw refusal(
        "denied",
        `${secret.name}: this identity may not read it`,
        "assume a role that reads this secret",
      );
    }
    const value = current?.members[jsonKeyOf(place)];
    return value ? new SecretValue(value) : undefined;
  }

  /** An empty text counts as none: templates of the application write one for a key that is not given. */
  putIfAbsent(place: Place, value: SecretValue): Promise<Written> {
    return this.put(place, value, (current) => Boolean(current?.members[jsonKeyOf(place)]));
  }

  putNew(place: Place, value: SecretValue): Promise<Written> {
    return this.put(place, value, () => false);
  }

  close(): Promise<void> {
    for (const service of this.services.values()) service.destroy();
    return Promise.resolve();
  }

  private put(
    place: Place,
    value: SecretValue,
    stays: (current: Current | undefined) => boolean,
  ): Promise<Written> {
    const secret = this.secretAt(place);
    const jsonKey = jsonKeyOf(place);
    return contended(async () => {
      const current = await readable(secret, jsonKey);
      if (current !== undefined && stays(current)) {
        return { outcome: "present", version: current.version };
      }
      return {
        outcome: "written",
        version: await writeMember(secret, current, jsonKey, value),
      };
    }, shortestWait);
  }

  private secretAt({ locator: { region = "", secret = "" } }: Place): Secret {
    const service = this.services.get(region) ?? serviceOf(region);
    this.services.set(region, service);
    return new Secret(service, region, secret);
  }
}

/**
 * What a write goes on top of; undefined where there is no version yet.
 * @throws StoreError `denied` where there is one and the caller cannot read it
 */
async function readable(secret: Secret, jsonKey: string): Promise<Current | undefined> {
  const current = await secret.current();
  if (current !== "hidden") return current;
  if (![...(await secret.labels()).values()].some((some) => some.includes("AWSCURRENT"))) {
    return undefined;
  }
  throw refusal(
    "denied",
    `${secret.name}: it has a value that this identity may not read, so it cannot put ${jsonKey} beside the keys that are there; nothing was written`,
    "assume the rotator's role with a session name that begins with compose-",
  );
}

const jsonKeyOf = ({ locator: { jsonKey = "" } }: Place): string => jsonKey;

const nameOf = ({ region, name }: Secret): string => `${region}/${name}`;
