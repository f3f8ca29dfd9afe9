import type { Secret, VaultRules, Version } from "./vault";

/** Where the vault is, for identifiers, and its rules, for attributes. */
export type VaultFacts = VaultRules & { readonly url: string };

/**
 * How deleted secrets are kept: with less than the 90 days that are the default, by a word more.
 * https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret#deletionrecoverylevel
 */
const recoveryLevel = ({ recoverableDays, purgeProtection }: VaultRules): string =>
  `${recoverableDays < 90 ? "Customized" : ""}Recoverable${purgeProtection ? "" : "+Purgeable"}`;

const attributes = (facts: VaultFacts, version: Version) => ({
  enabled: version.enabled,
  nbf: version.notBefore,
  exp: version.expires,
  created: version.created,
  updated: version.updated,
  recoveryLevel: recoveryLevel(facts),
  recoverableDays: facts.recoverableDays,
});

const described = (facts: VaultFacts, version: Version) => ({
  contentType: version.contentType,
  attributes: attributes(facts, version),
  tags: version.tags,
});

/** One version, without its value. https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret#secretbundle */
export const bundle = (facts: VaultFacts, { name, versions }: Secret, version: Version) => ({
  id: `${facts.url}/secrets/${name}/${version.id}`,
  ...described(facts, version),
  previousVersion: versions[versions.indexOf(version) - 1]?.id,
});

/** An element of the list of versions. https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret-versions/get-secret-versions#secretitem */
export const versionItem = (facts: VaultFacts, { name }: Secret, version: Version) => ({
  id: `${facts.url}/secrets/${name}/${version.id}`,
  ...described(facts, version),
});

/** An element of the list of secrets: its current version, named without it. */
export const item = (facts: VaultFacts, { name }: Secret, current: Version) => ({
  id: `${facts.url}/secrets/${name}`,
  ...described(facts, current),
});

/** https://learn.microsoft.com/rest/api/keyvault/secrets/get-deleted-secret/get-deleted-secret#deletedsecretbundle */
export const deletion = (facts: VaultFacts, { name, deleted = 0 }: Secret) => ({
  recoveryId: `${facts.url}/deletedsecrets/${name}`,
  deletedDate: deleted,
  scheduledPurgeDate: deleted + facts.recoverableDays * 24 * 3600,
});

/** A page of a list, and where the next is. */
export interface Page {
  readonly value: readonly object[];
  /** Null where there is none. */
  readonly nextLink: string | null;
}

/** Elements by what orders them, one page of them from behind the mark that the link before has. */
export function page(
  elements: readonly (readonly [key: string, element: object])[],
  size: number,
  request: URL,
  vaultUrl: string,
): Page {
  const mark = Buffer.from(request.searchParams.get("$skiptoken") ?? "", "base64url").toString();
  const sorted = [...elements].sort(([a], [b]) => (a < b ? -1 : 1)).filter(([key]) => key > mark);
  const taken = sorted.slice(0, size);
  const last = taken.at(-1)?.[0];
  const value = taken.map(([, element]) => element);
  if (sorted.length === taken.length || last === undefined) return { value, nextLink: null };
  // With the port, as the service writes it: https://learn.microsoft.com/rest/api/keyvault/secrets/get-secrets/get-secrets#examples
  const link = new URLSearchParams(request.searchParams);
  link.set("$skiptoken", Buffer.from(last).toString("base64url"));
  return { value, nextLink: `${vaultUrl}:443${request.pathname}?${link.toString()}` };
}
