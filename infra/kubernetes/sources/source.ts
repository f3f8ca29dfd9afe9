import type * as pulumi from "@pulumi/pulumi";
import type * as external from "../../externalSecrets/store";

/** Texts, some of which a cloud makes up. */
export type Texts = Readonly<Record<string, pulumi.Input<string>>>;

/** A login of a consumer at the source that Pods of a cluster have a way to. */
export type SourceLogin = external.Login<pulumi.Input<string>>;

/** What a source is read with. */
export type Reading = external.Reading<pulumi.Input<string>>;

/** Namespace and service account that a source lets in by one of its logins. */
export interface LetsIn {
  readonly namespaces: readonly string[];
  readonly serviceAccounts: readonly string[];
}

/** One store that a cluster reads keys from, beyond what External Secrets is told of it. */
export interface Source {
  /** Its logins that Pods which read for themselves can use, as `ExternalStore.ways`; none where the delivery cannot. */
  readonly ways: Readonly<Partial<Record<"vaultAgent" | "csi", readonly string[]>>>;
  /** Whom a consumer's login lets in, by the source's settings; undefined where the settings have no such login. */
  letsIn(settings: unknown, consumer: "app" | "ci", way: string): LetsIn | undefined;
  /** PEM of the authority that signed its certificate, by its settings; undefined for one that all trust. */
  authority?(settings: unknown): string | undefined;
  /** `spec` of the CSI driver's SecretProviderClass, with each key as a file named by its variable. */
  csi(reading: Reading): { readonly provider: string; readonly parameters: Texts };
  /**
   * Audience of the Pods' tokens that the CSI driver has to be told of, by the login's way.
   * @default none: the driver's provider asks for one itself
   */
  csiAudience?(way: string): string;
  /** US dollars for ten thousand reads, and where that is published; undefined where nothing has a price. */
  readonly price?: { readonly each: number; readonly source: string };
}
