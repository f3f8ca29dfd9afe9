import { z } from "zod";

/** https://learn.microsoft.com/azure/reliability/regions-list (programmatic name) */
export const location = z
  .string()
  .regex(/^[a-z]+\d*$/, "a location's short name, such as westeurope");

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources */
export const resourceGroupName = z
  .string()
  .regex(/^[\w().-]{0,89}[\w()-]$/, "letters, digits and _-.(), at most 90, no dot at the end");

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftkeyvault */
export const vaultName = z
  .string()
  .regex(
    /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/,
    "3 to 24 letters, digits and single hyphens; a letter first, no hyphen last",
  );

/** https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#objects-identifiers-and-versioning */
export const secretName = z
  .string()
  .regex(/^[0-9a-zA-Z-]{1,127}$/, "letters, digits and hyphens, at most 127");

/** The id of a resource of a type in a resource group, such as `Microsoft.Network/virtualNetworks/subnets`. */
export function resourceId(type: string) {
  const [provider = "", ...kinds] = type.split("/");
  const parts = kinds.map((kind) => `/${kind}/[\\w.()-]+`).join("");
  return z
    .string()
    .regex(
      new RegExp(
        `^/subscriptions/[0-9a-f-]{36}/resource[Gg]roups/[\\w.()-]+/providers/${provider.replaceAll(".", "\\.")}${parts}$`,
      ),
      `the id of a ${type}`,
    );
}
