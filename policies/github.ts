/** GitHub's own issuer, that of an enterprise's name at it, and that of a server of one's own. */
const github = /^https:\/\/(token\.actions\.githubusercontent\.com(\/|$)|[^/]+\/_services\/token)/i;

/** A subject that says from where in the repository a token is. */
const place = /^repo:[^:/]+\/[^:/]+:(environment:.+|ref:refs\/(heads|tags)\/.+|pull_request)(:|$)/;

/** Whether a subject is one of GitHub's that does not say from where a token is. https://docs.github.com/actions/reference/security/oidc */
export const isOfManyRuns = (issuer: string, subject: string): boolean =>
  github.test(issuer) && !place.test(subject);
