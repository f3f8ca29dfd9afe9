import { randomUUID } from "node:crypto";
import { DefaultAzureCredential } from "@azure/identity";
import {
  SecretClient,
  type ListPropertiesOfSecretVersionsOptions,
  type SecretClientOptions,
  type SecretProperties,
} from "@azure/keyvault-secrets";
import { clouds } from "../../infra/azure/cloud";
import { isStoreError, StoreError } from "../errors";
import { asked, sent, type Manners } from "../refusal";
import { SecretValue } from "../secretValue";
import type { Description, KeyStore, OpenOptions, OpenStore, Place, Written } from "../store";
import { innerCodeOf, isNotFound, understood, type Action, type SecretPlace } from "./refusals";
import { firstOf, isOurs, newestOf, writeTag } from "./versions";

/** Makes the SDK's client of a vault: the real one, or one that leads to a stand-in. */
export type ClientFor = (vaultUrl: string, options: SecretClientOptions) => SecretClient;

/** Milliseconds that an answer may take, and the program of a login: by itself the SDK waits for ever. https://learn.microsoft.com/javascript/api/@azure/core-rest-pipeline/pipelinerequest#@azure-core-rest-pipeline-pipelinerequest-timeout */
const answerMs = 30_000;

/** Opens the vaults with the caller's own credential, by the process's own variables: https://learn.microsoft.com/azure/developer/javascript/sdk/authentication/credential-chains */
export const open: OpenStore = (options) =>
  openWith(options, (vaultUrl, clientOptions) => {
    const authorityHost = options.env["AZURE_AUTHORITY_HOST"] || authorityOf(vaultUrl);
    const credential = new DefaultAzureCredential({ authorityHost, processTimeoutInMs: answerMs });
    return new SecretClient(vaultUrl, credential, clientOptions);
  });

/** Who signs in for the cloud that the vault is in. */
const authorityOf = (vaultUrl: string): string =>
  Object.values(clouds).find(({ vaultSuffix }) =>
    new URL(vaultUrl).hostname.endsWith(`.${vaultSuffix}`),
  )?.authority ?? clouds.public.authority;

/** Opens the vaults by clients that are made otherwise. */
export const openWith = (options: OpenOptions, clientFor: ClientFor): KeyStore =>
  new AzureKeyStore(options, clientFor);

/**
 * Secrets of Azure Key Vault. Each write is a new version with its content type, tags and expiry, and the newest
 * version is the current one, even where it is disabled. The service knows no write on a condition, so of first
 * writers at one moment both write: each then looks again. Whoever came later and may read puts the first one's value
 * back on top; whoever may not read, as the stack's operator, says so with a `conflict`. Never do both say `written`.
 */
class AzureKeyStore implements KeyStore {
  readonly name = "azure";
  readonly address: string;
  private readonly note: OpenOptions["note"];
  private readonly clients = new Map<string, SecretClient>();

  constructor(
    { env, note }: OpenOptions,
    private readonly clientFor: ClientFor,
  ) {
    this.address = env["AZURE_VAULT_URL"] || "Azure Key Vault";
    this.note = note;
  }

  /** By the list of versions alone: a secret's own address gives its value, too. */
  async describe(place: Place): Promise<Description> {
    const of = secretOf(place);
    let versions: readonly SecretProperties[];
    try {
      versions = await this.versions(of);
    } catch (error) {
      if (isStoreError(error, "denied")) return { present: "unknown" };
      throw error;
    }
    const newest = newestOf(versions);
    if (newest === undefined) return { present: false };
    if (newest.enabled === false) this.note(`azure: ${of.name}: the current version is disabled`);
    return {
      present: true,
      ...(newest.version !== undefined && { version: newest.version }),
      ...(newest.createdOn && { writtenAt: newest.createdOn }),
      ...(newest.expiresOn && { expiresAt: newest.expiresOn }),
    };
  }

  /** An expired version, too: its day is for information, and the application's own loader reads on after it. https://learn.microsoft.com/azure/key-vault/secrets/about-secrets#date-time-controlled-operations */
  async read(place: Place): Promise<SecretValue | undefined> {
    const of = secretOf(place);
    const found = await this.get(of);
    const { expiresOn } = found?.properties ?? {};
    if (expiresOn !== undefined && expiresOn.getTime() < Date.now()) {
      const day = expiresOn.toISOString().slice(0, 10);
      this.note(`azure: ${of.name}: expired on ${day}; fix: write a new value with --rotate`);
    }
    return found?.value === undefined ? undefined : new SecretValue(found.value);
  }

  async putIfAbsent(place: Place, value: SecretValue): Promise<Written> {
    const of = secretOf(place);
    const before = newestOf(await this.versions(of));
    if (before !== undefined) return written("present", before.version);
    const write = randomUUID();
    const own = await this.set(place, value, write);
    const versions = await this.versions(of);
    const race = firstOf(versions, write);
    if (race === "ours") return written("written", own.version);
    if (race !== "unclear" && (await this.restored(place, own, race))) return written("present");
    const others = versions.filter((one) => !isOurs(one, write));
    throw new StoreError(
      "conflict",
      this.name,
      `${of.name}: another first value was written at the same time, as version ${others.map(({ version }) => version).join(", ")} beside version ${own.version ?? ""} of this call, and the newest is the current one`,
      "agree on the right value with whoever wrote the other, and write it with --rotate",
    );
  }

  async putNew(place: Place, value: SecretValue): Promise<Written> {
    return written("written", (await this.set(place, value, randomUUID())).version);
  }

  close(): Promise<void> {
    this.clients.clear();
    return Promise.resolve();
  }

  /**
   * Puts the first one's value on top of ours, where ours is.
   * @returns whether it could: who may not read cannot
   */
  private async restored(
    place: Place,
    own: SecretProperties,
    first: SecretProperties,
  ): Promise<boolean> {
    const of = secretOf(place);
    try {
      const current = await this.get(of);
      // Whoever is on top of ours looks after the rest.
      if (current?.properties.version !== own.version) return true;
      const { value } = (await this.get(of, first.version)) ?? {};
      if (value === undefined) return false;
      await this.set(place, new SecretValue(value), first.tags?.[writeTag] ?? randomUUID());
      return true;
    } catch (error) {
      if (isStoreError(error, "denied", "damaged")) return false;
      throw error;
    }
  }

  /** @param write names the write in a tag, so that a version can be told to be of it when the answer is lost */
  private set(place: Place, value: SecretValue, write: string): Promise<SecretProperties> {
    const { contentType, expiresAfterDays, tags } = containerOf(place);
    const of = secretOf(place);
    const before = Date.now();
    return sent(
      async () => {
        const { properties } = await this.client(of).setSecret(of.name, value.reveal(), {
          ...{ contentType, tags: { ...tags, [writeTag]: write } },
          expiresOn: new Date(before + expiresAfterDays * 24 * 3600 * 1000),
          ...answered(),
        });
        return properties;
      },
      {
        ...this.manners(of, "setSecret"),
        look: async () => newestOf((await this.versions(of)).filter((one) => isOurs(one, write))),
        uncertain: new StoreError(
          "uncertain",
          this.name,
          `${of.name}: the answer to the write was lost, and whether it was done cannot be seen`,
          `look with \`promptsentinel-secrets secrets status --in azure\` as somebody who may see versions; a second write does no harm`,
        ),
      },
    );
  }

  private get(of: SecretPlace, version?: string) {
    return asked(
      () =>
        this.client(of)
          .getSecret(of.name, { ...(version !== undefined && { version }), ...answered() })
          .catch(whereThere),
      this.manners(of, "getSecret"),
    );
  }

  /** None where there is no such secret. */
  private async versions(of: SecretPlace): Promise<readonly SecretProperties[]> {
    // What the SDK throws of a list does not have it.
    let inner: string | undefined;
    const all = async (): Promise<readonly SecretProperties[]> => {
      const found: SecretProperties[] = [];
      const options: ListPropertiesOfSecretVersionsOptions = {
        ...answered(),
        onResponse: ({ bodyAsText }) => (inner = innerCodeOf(bodyAsText)),
      };
      const pages = this.client(of).listPropertiesOfSecretVersions(of.name, options);
      for await (const one of pages) found.push(one);
      return found;
    };
    const found = await asked(() => all().catch(whereThere), {
      understand: (error) => understood(error, of, "readMetadata", inner),
      note: this.note,
    });
    return found ?? [];
  }

  private manners(of: SecretPlace, action: Action): Manners {
    return { understand: (error) => understood(error, of, action), note: this.note };
  }

  private client({ vaultUrl }: SecretPlace): SecretClient {
    const known = this.clients.get(vaultUrl);
    if (known !== undefined) return known;
    // Tries again by itself would write again, and would wait for as long as the vault says.
    const client = this.clientFor(vaultUrl, { retryOptions: { maxRetries: 0 } });
    this.clients.set(vaultUrl, client);
    return client;
  }
}

/** @throws StoreError where the place names no vault */
function secretOf({ locator }: Place): SecretPlace {
  const { vaultUrl = "", name = "" } = locator;
  if (URL.canParse(vaultUrl) && new URL(vaultUrl).protocol === "https:") return { vaultUrl, name };
  throw new StoreError(
    "unavailable",
    "azure",
    `${name}: AZURE_VAULT_URL: got ${vaultUrl === "" ? "nothing" : JSON.stringify(vaultUrl)}; expected: https://<vault>.vault.azure.net`,
    "set AZURE_VAULT_URL to the vault's address, or name the stack",
  );
}

/** @throws StoreError for a place without what every write sets */
function containerOf({ container, key }: Place): NonNullable<Place["container"]> {
  if (container !== undefined) return container;
  throw new StoreError(
    "unavailable",
    "azure",
    `${key.id}: the wiring does not say when the value expires`,
    "make the wiring document anew, with `promptsentinel-secrets wiring`",
  );
}

const written = (outcome: Written["outcome"], version?: string): Written => ({
  outcome,
  ...(version !== undefined && { version }),
});

const answered = () => ({ abortSignal: AbortSignal.timeout(answerMs) });

/** Nothing, where the vault says that there is nothing. */
function whereThere(error: unknown): undefined {
  if (isNotFound(error)) return undefined;
  throw error;
}
