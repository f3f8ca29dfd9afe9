import { isSet, isUnknown } from "../support";
import { isAgent, isWorkload, memberProblem } from "./members";
import { places, type Place } from "./places";

type Props = Readonly<Record<string, unknown>>;

/** Whether a role is one that the program has made before it grants it. */
export type IsOwn = (role: string) => boolean;

/** Grants of one member, of one role to all its members, and of all there is. https://www.pulumi.com/registry/packages/gcp/api-docs/secretmanager/secretiammember/ */
const grant = /^gcp:[\w/]+:\w*I(?:am|AM)(Member|Binding|Policy)$/;

/** What is wrong with a grant; nothing where it is none. */
export function* grantProblems(type: string, props: Props, isOwn: IsOwn): Generator<string> {
  const kind = grant.exec(type)?.[1];
  if (kind === undefined) return;
  if (kind !== "Member") {
    yield `${type}: takes away what others have been granted; fix: use the resource that ends in Member, one for each member`;
    return;
  }
  const place = places[type];
  const { role, member } = props;
  if (!(place?.memberMayCome === true && isUnknown(member))) {
    const problem = memberProblem(member);
    if (problem !== undefined) yield problem;
    else if (place) yield* onlyProblems(place, member);
  }
  if (typeof role !== "string" || !isSet(role) || isUnknown(role)) {
    yield "role: is missing or not known before the run; fix: compute it from the settings, so that a preview shows it";
    return;
  }
  yield* place ? placeProblems(place, role, isOwn) : otherProblems(role);
}

function* onlyProblems({ only }: Place, member: unknown): Generator<string> {
  if (only === "agents" && !isAgent(member)) {
    yield `member: got ${String(member)}; allowed: a service of Google's; fix: let the service use the key, and grant its user the service`;
  }
  if (only === "workloads" && !isWorkload(member)) {
    yield `member: got ${String(member)}; allowed: one subject of a pool, one role of AWS, one service account of a cluster; fix: name it`;
  }
}

function* placeProblems(
  { what, roles, own = false }: Place,
  role: string,
  isOwn: IsOwn,
): Generator<string> {
  if (roles.includes(role) || (own && isOwn(role))) return;
  if (roles.length === 0 && !own) {
    yield `role: got ${role} on ${what}; allowed: none, as it holds for all that is in it; fix: grant it on what is meant`;
    return;
  }
  const allowed = [
    ...roles,
    ...(own ? ["roles that the program makes before it grants them"] : []),
  ];
  yield `role: got ${role} on ${what}; allowed: ${allowed.join(", ")}; fix: grant one of these${own ? ", or make a role of what is needed" : ""}`;
}

/** https://cloud.google.com/iam/docs/roles-overview#basic */
function* otherProblems(role: string): Generator<string> {
  if (/^roles\/(owner|editor|viewer)$|admin$/i.test(role)) {
    yield `role: got ${role}; allowed: roles that administer nothing; fix: grant what is needed`;
  }
}
