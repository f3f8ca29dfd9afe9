import { areTexts, isUnknown, record } from "../support";

/** What a role may do, of all its permissions together. */
export interface Role {
  readonly actions: readonly string[];
  readonly dataActions: readonly string[];
}

/**
 * Built-in roles that a program may assign. Any other reaches further than one reader of one secret: Owner, Contributor
 * and their like become whoever they want, the Key Vault officers and administrators read whatever is in the vault.
 * https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/security
 */
export const builtIn: Readonly<Record<string, Role>> = {
  // Key Vault Secrets User
  "4633458b-17de-408a-b874-0445c86b69e6": {
    actions: [],
    dataActions: [
      "Microsoft.KeyVault/vaults/secrets/getSecret/action",
      "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
    ],
  },
};

/** Names of those that somebody could take for right, for the message. */
const refused: Readonly<Record<string, string>> = {
  "00482a5a-887f-4fb3-b363-3b7fe8e74483": "Key Vault Administrator",
  "b86a8fe4-44ce-4948-aee5-eccb2c155cd7": "Key Vault Secrets Officer",
  "f25e0fa2-a7c8-4377-a976-54943a77a395": "Key Vault Contributor",
  "8b54135c-b56d-4d72-a534-26097cfdc8d8": "Key Vault Data Access Administrator",
  // https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/privileged
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
  "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
  "f58310d9-a9f6-439a-9e8d-f62e7b41a168": "Role Based Access Control Administrator",
};

/** A role's id, with its name where that is known. */
export const roleName = (guid: string): string =>
  Object.hasOwn(refused, guid) ? `${refused[guid] ?? ""} (${guid})` : guid;

/** The GUID at the end of a role's id, in lower case; undefined where there is none. */
export const roleGuid = (id: unknown): string | undefined =>
  typeof id === "string" && !isUnknown(id)
    ? /(?:^|\/)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(id.toLowerCase())?.[1]
    : undefined;

/** What a definition allows; undefined when a part of it is not known or is none. */
export function roleOf(permissions: unknown): Role | undefined {
  if (!Array.isArray(permissions) || permissions.length === 0) return undefined;
  const all = (name: string): readonly unknown[] =>
    permissions.flatMap((one) => record(one)[name] ?? []);
  const actions = all("actions");
  const dataActions = all("dataActions");
  const whole = permissions.every((one) => Object.keys(record(one)).length > 0);
  return whole && areTexts(actions) && areTexts(dataActions) ? { actions, dataActions } : undefined;
}

/** A backup is the value for whoever restores it. https://learn.microsoft.com/azure/key-vault/general/backup */
const reading = /^Microsoft\.KeyVault\/vaults\/secrets\/(getSecret|backup)\/action$/i;
const granting = /^Microsoft\.Authorization\/roleAssignments\/write$/i;

/** Whether whoever has the role gets values. */
export const readsValues = ({ dataActions }: Role): boolean =>
  dataActions.some((action) => reading.test(action));

/** Whether whoever has the role gives roles to others. */
export const grantsRoles = ({ actions }: Role): boolean =>
  actions.some((action) => granting.test(action));
