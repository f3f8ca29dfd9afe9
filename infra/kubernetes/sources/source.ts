import type * as pulumi from "@pulumi/pulumi";
import type { DeclaredPlatform } from "../../wiring/document";

/** Texts, some of which a cloud makes up. */
export type Texts = Readonly<Record<string, pulumi.Input<string>>>;

/** A key of a workload: its variable, and where its source has it. */
export interface SourceKey {
  readonly env: string;
  readonly locator: Readonly<Record<string, string>>;
}

/** A login of a consumer at the source that Pods of a cluster have a way to. */
export interface SourceLogin {
  readonly way: string;
  readonly coordinates: Texts;
}

/** What a source's store is described with. */
export interface Reading {
  /** What the source tells its readers, such as its address. */
  readonly env: DeclaredPlatform["env"];
  readonly keys: readonly SourceKey[];
  readonly login: SourceLogin;
  /** Service account by which it is read. */
  readonly account: string;
  /** The API server's own audience, where a source asks it about a token by that token. */
  readonly apiAudience?: string | undefined;
  /** The source's own settings, as its schema checked them. */
  readonly settings: unknown;
}

/** Namespace and service account that a source lets in by one of its logins. */
export interface LetsIn {
  readonly namespaces: readonly string[];
  readonly serviceAccounts: readonly string[];
}

/** One store that a cluster reads keys from. */
export interface Source {
  /** Its logins that a cluster's Pods can use, the first that the stack has is taken; none where the delivery cannot. */
  readonly ways: Readonly<
    Partial<Record<"externalSecrets" | "vaultAgent" | "csi", readonly string[]>>
  >;
  /** Whom a consumer's login lets in, by the source's settings; undefined where the settings have no such login. */
  letsIn(settings: unknown, consumer: "app" | "ci", way: string): LetsIn | undefined;
  /** What the service account says of who it is at the source. */
  annotations(login: SourceLogin): Texts;
  /** `spec.provider` of External Secrets' SecretStore. https://external-secrets.io/latest/provider/ */
  provider(reading: Reading): object;
  /** `remoteRef` of a key. https://external-secrets.io/latest/api/externalsecret/ */
  remoteRef(locator: SourceKey["locator"]): Readonly<Record<string, string>>;
  /** `spec` of the CSI driver's SecretProviderClass, with each key as a file named by its variable. */
  csi(reading: Reading): { readonly provider: string; readonly parameters: Texts };
  /** US dollars for ten thousand reads, and where that is published; undefined where nothing has a price. */
  readonly price?: { readonly each: number; readonly source: string };
}
