import type { Backups } from "./backups";
import { bundle, deletion, item, page, versionItem, type Page, type VaultFacts } from "./bundles";
import { badParameter, disabled } from "./errors";
import { pageSize, parsed, restoreBody, setBody, updateBody } from "./requests";
import { versionOf, type Secret, type Vault } from "./vault";

/** What a role's dataActions name. https://learn.microsoft.com/azure/role-based-access-control/permissions/security#microsoftkeyvault */
export type DataAction = `Microsoft.KeyVault/vaults/secrets/${
  | `${"getSecret" | "setSecret" | "readMetadata" | "update" | "recover" | "purge" | "backup" | "restore"}/action`
  | "delete"}`;

/** A request that has been let in. */
export interface Request {
  readonly facts: VaultFacts;
  readonly vault: Vault;
  readonly backups: Backups;
  readonly url: URL;
  /** Empty where the operation is about the whole vault. */
  readonly name: string;
  readonly version: string | undefined;
  readonly body: unknown;
}

export interface Operation {
  readonly method: string;
  readonly path: RegExp;
  readonly action: DataAction;
  /** The secret it is about, where the path does not say. */
  readonly names?: (backups: Backups, body: unknown) => string;
  /** Nothing is answered with 204. */
  readonly run: (request: Request) => object | undefined;
}

const secrets = "Microsoft.KeyVault/vaults/secrets";
const oneSecret = /^\/secrets\/(?<name>[^/]+)\/?$/;
const oneVersion = /^\/secrets\/(?<name>[^/]+)(?:\/(?<version>[^/]*))?$/;
const oneDeleted = /^\/deletedsecrets\/(?<name>[^/]+)\/?$/;

/**
 * The operations (https://learn.microsoft.com/rest/api/keyvault/secrets/operation-groups), by their names in the vault's
 * log (https://learn.microsoft.com/azure/key-vault/general/logging), and the data action that each needs. The actions
 * of get, set, update, delete, backup, restore, recover, purge and list are those of
 * https://learn.microsoft.com/azure/key-vault/general/rbac-abac#azure-key-vault-actions; no page names those of the
 * list of versions and of what is deleted: all of them view properties, never a value, which is readMetadata.
 * The first that fits is taken.
 */
export const operations = {
  SecretRestore: {
    method: "POST",
    path: /^\/secrets\/restore\/?$/,
    action: `${secrets}/restore/action`,
    names: (backups, body) => backups.open(parsed(restoreBody, body).value).name,
    run: ({ facts, vault, backups, body }) => {
      const secret = vault.restore(backups.open(parsed(restoreBody, body).value));
      return bundle(facts, secret, versionOf(secret, undefined));
    },
  },
  SecretBackup: {
    method: "POST",
    path: /^\/secrets\/(?<name>[^/]+)\/backup\/?$/,
    action: `${secrets}/backup/action`,
    run: ({ vault, backups, name }) => ({ value: backups.seal(vault.find(name)) }),
  },
  SecretList: {
    method: "GET",
    path: /^\/secrets\/?$/,
    action: `${secrets}/readMetadata/action`,
    run: (request) =>
      listed(request, request.vault.live, (one) =>
        item(request.facts, one, versionOf(one, undefined)),
      ),
  },
  SecretListVersions: {
    method: "GET",
    path: /^\/secrets\/(?<name>[^/]+)\/versions\/?$/,
    action: `${secrets}/readMetadata/action`,
    run: ({ facts, vault, name, url }) => {
      const secret = vault.find(name);
      // By their ids, so not by time: https://github.com/nagyesta/lowkey-vault/issues/467
      const all = secret.versions.map((one) => [one.id, versionItem(facts, secret, one)] as const);
      return page(all, pageSize(url.searchParams), url, facts.url);
    },
  },
  SecretSet: {
    method: "PUT",
    path: oneSecret,
    action: `${secrets}/setSecret/action`,
    run: ({ facts, vault, name, body }) => {
      const { value, ...change } = parsed(setBody, body);
      const secret = vault.set(name, value, change);
      return { value, ...bundle(facts, secret, versionOf(secret, undefined)) };
    },
  },
  SecretGet: {
    method: "GET",
    path: oneVersion,
    action: `${secrets}/getSecret/action`,
    run: ({ facts, vault, name, version: id }) => {
      const secret = vault.find(name);
      const version = versionOf(secret, id);
      // Before its day and after it, too: https://learn.microsoft.com/azure/key-vault/secrets/about-secrets#date-time-controlled-operations
      if (!version.enabled) throw disabled();
      return { value: version.value, ...bundle(facts, secret, version) };
    },
  },
  SecretUpdate: {
    method: "PATCH",
    path: oneVersion,
    action: `${secrets}/update/action`,
    run: ({ facts, vault, name, version: id, body }) => {
      const secret = vault.find(name);
      const version = vault.update(secret, versionOf(secret, id), parsed(updateBody, body));
      return bundle(facts, secret, version);
    },
  },
  SecretDelete: {
    method: "DELETE",
    path: oneSecret,
    action: `${secrets}/delete`,
    run: ({ facts, vault, name }) => deletedBundle(facts, vault.delete(name)),
  },
  SecretListDeleted: {
    method: "GET",
    path: /^\/deletedsecrets\/?$/,
    action: `${secrets}/readMetadata/action`,
    run: (request) =>
      listed(request, request.vault.deleted, (one) => ({
        ...deletion(request.facts, one),
        ...item(request.facts, one, versionOf(one, undefined)),
      })),
  },
  SecretRecover: {
    method: "POST",
    path: /^\/deletedsecrets\/(?<name>[^/]+)\/recover\/?$/,
    action: `${secrets}/recover/action`,
    run: ({ facts, vault, name }) => {
      const secret = vault.recover(name);
      return bundle(facts, secret, versionOf(secret, undefined));
    },
  },
  SecretGetDeleted: {
    method: "GET",
    path: oneDeleted,
    action: `${secrets}/readMetadata/action`,
    run: ({ facts, vault, name }) => deletedBundle(facts, vault.findDeleted(name)),
  },
  SecretPurge: {
    method: "DELETE",
    path: oneDeleted,
    action: `${secrets}/purge/action`,
    run: ({ vault, name }) => {
      vault.purge(name);
      return undefined;
    },
  },
} as const satisfies Readonly<Record<string, Operation>>;

export type OperationName = keyof typeof operations;

/** A vault's data actions on secrets, each of which some operation needs. */
export const dataActions: readonly DataAction[] = [
  ...new Set(Object.values(operations).map(({ action }) => action)),
];

/** Which operation a request asks for, and about what. */
export function routed(
  method: string,
  { pathname }: URL,
): { readonly operation: OperationName; readonly name?: string; readonly version?: string } {
  for (const [operation, { method: wanted, path }] of Object.entries(operations)) {
    const match = method === wanted ? path.exec(pathname) : null;
    if (match) return { operation: operation as OperationName, ...match.groups };
  }
  throw badParameter(`${method} ${pathname}: this stand-in knows a vault's secrets alone`);
}

const deletedBundle = (facts: VaultFacts, secret: Secret): object => ({
  ...deletion(facts, secret),
  ...bundle(facts, secret, versionOf(secret, undefined)),
});

const listed = (
  { url, facts }: Request,
  secretsListed: readonly Secret[],
  shape: (secret: Secret) => object,
): Page =>
  page(
    secretsListed.map((one) => [one.name.toLowerCase(), shape(one)] as const),
    pageSize(url.searchParams),
    url,
    facts.url,
  );
