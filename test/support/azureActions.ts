/** A role's permissions, as Azure has them. */
export interface Permission {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
}

/**
 * Whether an action is one of a pattern's, in which a star stands for any text.
 * https://learn.microsoft.com/azure/role-based-access-control/role-definitions#actions-format
 */
export const matchesAction = (pattern: string, action: string): boolean =>
  new RegExp(
    `^${pattern
      .split("*")
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
      .join(".*")}$`,
    "i",
  ).test(action);

/** Whether what is allowed, less what is taken off it, has the action: of the management plane, or of the data. */
export function permits(permission: Permission, plane: Plane, action: string): boolean {
  const [given, less] =
    plane === "data"
      ? [permission.dataActions, permission.notDataActions]
      : [permission.actions, permission.notActions];
  const has = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => matchesAction(pattern, action));
  return has(given) && !has(less);
}

/** Wildcards of the one never reach into the other. */
export type Plane = "management" | "data";

/**
 * Whether a scope is another or is inside of it, by whole parts: `vaults/a` is not in `vaults/ab`.
 * https://learn.microsoft.com/azure/role-based-access-control/scope-overview
 */
export function isWithin(scope: string, outer: string): boolean {
  const parts = (path: string): readonly string[] =>
    path
      .toLowerCase()
      .split("/")
      .filter((part) => part !== "");
  const inner = parts(scope);
  return parts(outer).every((part, index) => inner[index] === part);
}
