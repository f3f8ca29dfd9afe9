/**
 * How a thing that may exist already is taken. Never guessed from the server: a guess turns round on the second run.
 * `create` ours, and an error if it exists; `adopt` it exists, we track it and never delete it; `external` it exists
 * and is not ours at all.
 */
export const adoptions = ["create", "adopt", "external"] as const;
/** One way to take a thing. */
export type Adoption = (typeof adoptions)[number];

/** Where a key's value is: locators only, known before anything is created. Never a value. */
export interface SecretReference {
  /** Catalogue id. */
  readonly key: string;
  /** The variable that the consumer expects it in. */
  readonly env: string;
  /** The platform's own coordinates, for example `{ mount, path, field }`. */
  readonly locator: Readonly<Record<string, string>>;
  /** How whoever writes the value makes its place, where a place without a value cannot be. */
  readonly container?: {
    readonly contentType: string;
    /** Days from a version's writing to its expiry. */
    readonly expiresAfterDays: number;
    readonly tags: Readonly<Record<string, string>>;
  };
}

/**
 * The containers of the keys: names, encryption, versions, recovery window. It owns no value and no version, because
 * a version managed as a resource can put an old value back after a rotation. Destroying it keeps whatever may hold
 * a value.
 */
export interface SecretStore {
  /** One reference for each of the environment's keys, by catalogue id. */
  readonly references: Readonly<Record<string, SecretReference>>;
  readonly adoption: Adoption;
}
