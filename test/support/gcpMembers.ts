/**
 * Somebody who asks, by every name under which IAM grants to him.
 * https://cloud.google.com/iam/docs/principal-identifiers
 */
export type Caller = readonly string[];

/** Members of groups, who only Google knows. */
export type Groups = Readonly<Record<string, readonly string[]>>;

const anybody = "allUsers";
const authenticated = "allAuthenticatedUsers";

/** Forms of members that are known here. A domain, a deleted member or a project's owners are not. */
const forms =
  /^(allUsers|allAuthenticatedUsers|(user|group|serviceAccount):[^\s:*]+|principal:\/\/iam\.googleapis\.com\/\S+\/subject\/\S+|principalSet:\/\/iam\.googleapis\.com\/\S+\/(attribute\.[a-z0-9_]+\/\S+|group\/\S+|\*))$/;

/** @throws when it is no member, or of a kind that is not known here */
export function assertMember(member: string): void {
  if (!forms.test(member)) throw new Error(`member ${member}: not known here`);
}

/** Nobody in particular: without an account. */
export const anonymous: Caller = [anybody];

/**
 * A user, a service account or somebody from outside, with the groups that he is in, and those that these are in.
 * Somebody from outside has no account: https://cloud.google.com/iam/docs/principals-overview#all-users
 */
export function callerOf(member: string, groups: Groups = {}): Caller {
  assertMember(member);
  if (member === anybody) return anonymous;
  const names = new Set([member]);
  // What is added while it goes on is gone through too.
  for (const name of names) {
    for (const [group, members] of Object.entries(groups)) {
      if (members.includes(name)) names.add(group);
    }
  }
  const outside = member.startsWith("principal");
  return [...names, ...(outside ? [] : [authenticated]), anybody];
}

/** Names that a deny policy has for whoever asks. It is the same people otherwise spelt. */
export const denialNames = (caller: Caller): readonly string[] =>
  caller.map((member) => {
    if (member === anybody) return "principalSet://goog/public:all";
    const [, kind, name] = /^(user|group|serviceAccount):(.+)$/.exec(member) ?? [];
    if (kind === "user") return `principal://goog/subject/${name ?? ""}`;
    if (kind === "group") return `principalSet://goog/group/${name ?? ""}`;
    return kind === undefined
      ? member
      : `principal://iam.googleapis.com/projects/-/serviceAccounts/${name ?? ""}`;
  });
