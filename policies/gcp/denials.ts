import { isSet, isUnknown, record } from "../support";

type Props = Readonly<Record<string, unknown>>;

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/**
 * Whom a deny policy lets read values all the same; undefined where it does not keep everybody else from it.
 * https://cloud.google.com/iam/docs/deny-overview
 */
export function exceptedReaders({ rules }: Props): readonly unknown[] | undefined {
  const rule = list(rules)
    .map((one) => record(record(one)["denyRule"]))
    .find(
      (one) =>
        list(one["deniedPrincipals"]).includes("principalSet://goog/public:all") &&
        list(one["deniedPermissions"]).includes("secretmanager.googleapis.com/versions.access") &&
        one["denialCondition"] === undefined &&
        !isSet(one["exceptionPermissions"]),
    );
  return rule && [rule["exceptionPrincipals"] ?? []].flat();
}

/** A set of principals that is everybody, or a whole pool, project or organization; or one that is not known yet. */
export const isWide = (principal: unknown): boolean =>
  typeof principal !== "string" ||
  isUnknown(principal) ||
  /^principalSet:\/\/(?!goog\/group\/)/.test(principal);

/** Whether a principal of a deny policy is this member of a grant. https://cloud.google.com/iam/docs/principal-identifiers#deny */
export const isMember = (principal: unknown, member: string): boolean =>
  typeof principal === "string" &&
  (principal === member || principal.endsWith(`/${member.slice(member.indexOf(":") + 1)}`));
