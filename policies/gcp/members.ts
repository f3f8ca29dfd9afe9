import { isUnknown } from "../support";

/** An account that Google makes in a project, which all that runs there shares. https://cloud.google.com/iam/docs/service-account-types#default */
const shared =
  /^serviceAccount:(\d+-compute@developer|[a-z0-9.:-]+@appspot|\d+@(cloudbuild|cloudservices))\.gserviceaccount\.com$/;

/** A service of Google's own in a project. https://cloud.google.com/iam/docs/service-agents */
const agent =
  /^serviceAccount:(service-\d+@(gcp-sa-[a-z-]+|gs-project-accounts)|bq-\d+@bigquery-encryption)\.iam\.gserviceaccount\.com$/;

/** Google's services alone use a key: whoever else decrypts with it does so past them. */
export const isAgent = (member: unknown): boolean =>
  typeof member === "string" && agent.test(member);

export const isPerson = (member: unknown): boolean =>
  typeof member === "string" && /^(user|group):/.test(member);

/** https://cloud.google.com/iam/docs/principal-identifiers */
const account = /^(user|group|serviceAccount):[^\s:@*[\]]+@[^\s:@*[\]]+$/;
const pod = /^serviceAccount:[a-z0-9.:-]+\.svc\.id\.goog\[[a-z0-9-]+\/[a-z0-9.-]+\]$/;
const pool = String.raw`iam\.googleapis\.com/(projects/\d+/locations/global/workloadIdentityPools|locations/global/workforcePools)/[a-z0-9-]+`;
const subject = new RegExp(String.raw`^principal://${pool}/subject/[^\s*]+$`);
const awsRole = new RegExp(
  String.raw`^principalSet://${pool}/attribute\.aws_role/arn:aws[\w-]*:sts::\d{12}:assumed-role/[\w+=,.@-]+$`,
);

/** Who comes from outside, or from a cluster, and becomes a service account. */
export const isWorkload = (member: unknown): boolean =>
  typeof member === "string" && [pod, subject, awsRole].some((one) => one.test(member));

/** Why a member is no single identity; undefined where it is one. */
export function memberProblem(member: unknown): string | undefined {
  if (typeof member !== "string" || member === "" || isUnknown(member)) {
    return "member: is missing or not known before the run; fix: compute it from the settings, so that a preview shows it";
  }
  if (/^(allUsers|allAuthenticatedUsers)$/.test(member)) {
    return `member: got ${member}, which is everybody; fix: name who is meant`;
  }
  if (shared.test(member)) {
    return `member: got ${member}, which is whatever runs in the project; fix: make a service account for it`;
  }
  if (!account.test(member) && !isWorkload(member)) {
    return `member: got ${member}, which is more than one identity, or none; allowed: one user, group, service account or subject; fix: name it`;
  }
  return undefined;
}
