/** What CI may do to this program's own resources. Neither role reads a value. */
export const ciRoles = ["preview", "apply"] as const;
/** One role of the pipeline. */
export type CiRole = (typeof ciRoles)[number];

/** OIDC trust for the pipeline: `preview` reads what a preview needs, `apply` writes what an update needs. */
export interface CiAccess {
  /** The platform's role names, by what they are for. */
  readonly roles: Readonly<Record<CiRole, string>>;
}
