import type { KeyDefinition } from "../infra/catalog";
import type { SecretValue } from "./secretValue";

/** Where keys can be: by the names of the guide's SECRET_METHOD, and dotenvx. */
export const storeNames = [
  "vault",
  "aws",
  "azure",
  "gcp",
  "keyring",
  "dotenv",
  "dotenv-vault",
  "dotenvx",
] as const;
export type StoreName = (typeof storeNames)[number];

/** A key of the catalogue, as stores and commands need it. */
export interface StoreKey extends Pick<KeyDefinition, "env" | "pattern" | "vendor" | "readers"> {
  readonly id: string;
  /** Days after which the value is stale; undefined when it must not rotate. */
  readonly maxAgeDays?: number;
}

/** Where one key's value is in one store, in that store's own coordinates: see `infra/contracts/secretStore.ts`. */
export interface Place {
  readonly key: StoreKey;
  readonly locator: Readonly<Record<string, string>>;
  /** How whoever writes makes the place, where a place without a value cannot be. */
  readonly container?: {
    readonly contentType: string;
    readonly expiresAfterDays: number;
    readonly tags: Readonly<Record<string, string>>;
  };
}

/** What a store tells of a key without giving its value. */
export interface Description {
  /**
   * Whether there is a value. `unknown` where the caller may not look, or where several keys share one container of
   * which only the reader can tell.
   */
  readonly present: boolean | "unknown";
  /** Of the current value, as the store counts or names it. */
  readonly version?: string;
  /** When the current value was written. Of a container that keys share: when any of them was. */
  readonly writtenAt?: Date;
  readonly expiresAt?: Date;
}

/** What became of a write. */
export interface Written {
  /** `present`: there was a value already, and it is as it was. */
  readonly outcome: "written" | "present";
  readonly version?: string;
}

/**
 * One store's keys. Every call ends: a store that asks for patience gets it for a while. Errors are `StoreError`s
 * without a value in them.
 */
export interface KeyStore {
  readonly name: StoreName;
  /** Where it is, for messages: an address or a file, never a credential. */
  readonly address: string;
  /** Metadata of the current value; it needs no right to read. */
  describe(place: Place): Promise<Description>;
  /** The current value; undefined where there is none. Reads of one container at one time are one call. */
  read(place: Place): Promise<SecretValue | undefined>;
  /** Writes the first value. With one there, by whomever and however late, it stays as it is. */
  putIfAbsent(place: Place, value: SecretValue): Promise<Written>;
  /** Writes a value as the current one. Where the store has versions, the one before stays readable. */
  putNew(place: Place, value: SecretValue): Promise<Written>;
  /** Takes the value out, where the store is a file on this machine. */
  clear?(place: Place): Promise<void>;
  close(): Promise<void>;
}

/** What a store is opened with. */
export interface OpenOptions {
  /**
   * The address of the store and the caller's credentials, under the names that the store's own clients read. Those of
   * AWS and of the identities of Azure and Google come from the process's own.
   */
  readonly env: NodeJS.ProcessEnv;
  /** Folder of a store that is a file. */
  readonly dir: string;
  /** Tells whoever waits or should know something. Gets no value. */
  readonly note: (text: string) => void;
  /** Is given what asks at the terminal, to keep it free meanwhile. @default it is asked as it is */
  readonly asking?: <Result>(ask: () => Promise<Result>) => Promise<Result>;
}

/** Opens a store. Nothing is asked of it yet. */
export type OpenStore = (options: OpenOptions) => KeyStore;
