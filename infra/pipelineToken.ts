import type { CiSettings } from "./contracts/platform";

/**
 * What a pipeline's job needs so that its token is taken, for the wiring: who issues the token, whom it is for, and the
 * deployment environment that the job runs in, where every accepted token names the same one.
 */
export function tokenCoordinates(
  ci: CiSettings | undefined,
  environments: readonly (string | undefined)[],
): Readonly<Record<string, string>> {
  if (ci === undefined) return {};
  const [environment, ...others] = new Set(environments);
  return {
    ...{ issuer: ci.issuer, audience: ci.audience },
    ...(environment !== undefined && others.length === 0 && { environment }),
  };
}

/**
 * The environment that a subject names. A colon of its name is written as %3A.
 * https://docs.github.com/actions/reference/security/oidc#filtering-for-a-specific-environment
 */
export const environmentOf = (subject: string): string | undefined =>
  /:environment:([^:]+)(:|$)/.exec(subject)?.[1]?.replaceAll("%3A", ":");
