const group = String.raw`/subscriptions/[^/]+/resourceGroups/[^/]+`;
const vault = String.raw`${group}/providers/Microsoft\.KeyVault/vaults/[^/]+`;

const only = (pattern: string): ((scope: unknown) => scope is string) => {
  const whole = new RegExp(`^${pattern}$`, "i");
  return (scope): scope is string => typeof scope === "string" && whole.test(scope);
};

/** One secret. https://learn.microsoft.com/azure/key-vault/general/rbac-guide#secret-scope-role-assignment */
export const isSecret = only(`${vault}/secrets/[^/]+`);
/** One vault. */
export const isVault = only(vault);
/** One resource group, or something in it: neither a subscription nor what is above it. */
export const isInGroup = only(`${group}(/.+)?`);

/** Whether an id is that of a resource which the program makes in a group under a name. */
export const isIdOf = (
  id: unknown,
  { group: of, type, name }: Readonly<Record<"group" | "type" | "name", unknown>>,
): boolean =>
  typeof id === "string" &&
  [of, name].every((one) => typeof one === "string" && one !== "") &&
  id
    .toLowerCase()
    .endsWith(
      `/resourcegroups/${String(of)}/providers/${String(type)}/${String(name)}`.toLowerCase(),
    );
