import { rbacOf, type Question, type Resources } from "./azureRbac";
import { named, ofType } from "./mocks";

/** Where recorded grants are, as far as they are in a vault. */
const inVault = /^.*\/providers\/Microsoft\.KeyVault\/vaults\/[^/]+/i;

/**
 * Id of the vault that the recorded grants are on.
 * @throws when they are on none, or on more than one
 */
export function vaultIdOf(resources: Resources): string {
  const ids = new Set(
    ofType(resources, "azure-native:authorization:RoleAssignment").flatMap(
      ({ inputs }) => inVault.exec(String(inputs["scope"]))?.[0] ?? [],
    ),
  );
  const [id, ...more] = ids;
  if (id === undefined || more.length > 0) {
    throw new Error(`grants on one vault expected; got ${[...ids].join(", ") || "none"}`);
  }
  return id;
}

/** Object id of the managed identity of a name, as the provider, or its stand-in, made it up. */
export function principalIdOf(
  resources: readonly (Resources[number] & {
    readonly outputs: Readonly<Record<string, unknown>>;
  })[],
  identity: string,
): string {
  const found = ofType(resources, "azure-native:managedidentity:UserAssignedIdentity").filter(
    ({ inputs }) => inputs["resourceName"] === identity,
  );
  return String(named(found, found[0]?.name ?? identity).outputs["principalId"]);
}

const secretNameAttribute = "Microsoft.KeyVault/vaults/secrets:name";

/** Where the secret need not be there yet, its name is the request's alone. */
const ofRequest = /\/secrets\/(setSecret|restore)\/action$/;

/**
 * A call on a secret, with the attributes that Key Vault gives it; without a name, on all of them, as a list is.
 * https://learn.microsoft.com/azure/key-vault/general/rbac-abac#attribute-sources
 */
export function callOf(
  vaultId: string,
  action: string,
  secretName: string,
): Pick<Question, "plane" | "action" | "scope" | "request" | "resource"> {
  const vault = { "Microsoft.KeyVault/vaults:name": vaultId.split("/").at(-1) ?? "" };
  if (secretName === "") return { plane: "data", action, scope: vaultId, resource: vault };
  const secret = { [secretNameAttribute]: secretName };
  return {
    ...{ plane: "data", action, scope: `${vaultId}/secrets/${secretName}` },
    ...(ofRequest.test(action)
      ? { request: secret, resource: vault }
      : { resource: { ...vault, ...secret } }),
  };
}

/**
 * Whether an object id may do a data action on a secret of the recorded vault, or on all of it where no secret is named:
 * what a server of it asks at each call.
 */
export function authorizeFor(
  resources: Resources,
  when: Pick<Question, "activated" | "at"> = {},
): (oid: string, dataAction: string, secretName: string | undefined) => boolean {
  const { allowed } = rbacOf(resources);
  const vaultId = vaultIdOf(resources);
  return (oid, dataAction, secretName) =>
    allowed({ principalId: oid, ...callOf(vaultId, dataAction, secretName ?? ""), ...when });
}
