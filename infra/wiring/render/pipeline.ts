import { keysOf, loginOf, withoutLogin, type RenderInput } from "./renderer";

/** How tokens of a pipeline log in to each store. */
const ways: Readonly<Record<string, string>> = {
  ...{ vault: "jwt", aws: "oidc", azure: "oidc", gcp: "oidc" },
};

/** Coordinates of the pipeline's login. */
export const pipelineLogin = (input: RenderInput): Readonly<Record<string, string>> =>
  loginOf(input, "ci", ways[input.platform.secretMethod] ?? "") ?? {};

/**
 * Whether tokens are GitHub's: of github.com, of an enterprise on ghe.com, or of a server of one's own.
 * https://docs.github.com/enterprise-server/actions/reference/security/oidc#oidc-token-claims
 */
export const isGitHub = (issuer: string): boolean =>
  /^https:\/\/token\.actions\.([\w-]+\.ghe|githubusercontent)\.com(\/|$)/.test(issuer) ||
  issuer.endsWith("/_services/token");

/** Why a pipeline's job cannot read its keys; undefined when it can. */
export function reasonAgainstPipeline(
  input: RenderInput,
  vendor: "GitHub" | "GitLab",
): string | undefined {
  const way = ways[input.platform.secretMethod];
  if (way === undefined) return "no pipeline reads keys of it";
  if (keysOf(input, "ci").length === 0) return "none of its keys is read by ci";
  if (loginOf(input, "ci", way) === undefined) return withoutLogin(input, "ci", [way]);
  // Documents before 1.2 do not say it.
  const { issuer } = pipelineLogin(input);
  return issuer === undefined || isGitHub(issuer) === (vendor === "GitHub")
    ? undefined
    : `its tokens come from ${issuer}, which is not ${vendor}`;
}
