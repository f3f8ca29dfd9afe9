/** A key of a reader: its variable, and where its store has it. */
export interface StoredKey {
  readonly env: string;
  readonly locator: Readonly<Record<string, string>>;
}

/** One way to an identity. A program's coordinates are texts that it waits for, a document's are there. */
export interface Login<Text> {
  readonly way: string;
  readonly coordinates: Readonly<Record<string, Text>>;
}

/** What a store is read with. */
export interface Reading<Text> {
  /** What the store's platform tells its readers, such as its address. */
  readonly env: Readonly<Record<string, string>>;
  readonly keys: readonly StoredKey[];
  readonly login: Login<Text>;
  /** Service account that External Secrets asks a token of; undefined where it reads as its own controller. */
  readonly account: string | undefined;
  /** Audiences that such a token has besides the login's own. */
  readonly moreAudiences?: readonly string[];
  /** PEM of the authority that signed the store's certificate. @default one that all trust */
  readonly authority?: string | undefined;
}

/** The Pods that a login is of: lists with commas. Documents before 1.2 do not say it of all platforms. */
export interface Pods<Text> {
  readonly namespaces: Text | undefined;
  readonly serviceAccounts: Text | undefined;
}

/** A store as External Secrets takes it. https://external-secrets.io/latest/api/spec/ */
export interface ExternalStore {
  /** Logins that it can use with a service account's token: the first that there is is taken. */
  readonly ways: readonly string[];
  /** A login that is of use where it is the controller's own: any SecretStore of the cluster reads with it. */
  readonly controllerWay?: string;
  /** Why other logins are of no use. */
  readonly otherWays?: string;
  pods<Text>(coordinates: Login<Text>["coordinates"]): Pods<Text>;
  /** What the service account says of who it is at the store. */
  annotations<Text>(login: Login<Text>): Readonly<Record<string, Text | string>>;
  /** Why it cannot be read so, and what to do. */
  cannot?<Text>(reading: Omit<Reading<Text>, "account">): string | undefined;
  /** What whoever applies it without this program has to see to, in lines. */
  notes?<Text>(login: Login<Text>): readonly string[];
  /** `spec.provider` of the SecretStore. */
  provider<Text>(reading: Reading<Text>): object;
  /** `remoteRef` of a key. https://external-secrets.io/latest/api/externalsecret/ */
  readonly remoteRef: (locator: StoredKey["locator"]) => Readonly<Record<string, string>>;
}
