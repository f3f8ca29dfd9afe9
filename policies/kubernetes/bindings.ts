import { isSet, isUnknown, record } from "../support";
import type { KubernetesObject } from "./objects";
import { clusterRole, readsSecrets, role } from "./roles";

type Props = Readonly<Record<string, unknown>>;

export const roleBinding = "rbac.authorization.k8s.io/RoleBinding";
export const clusterRoleBinding = "rbac.authorization.k8s.io/ClusterRoleBinding";

/** Lets its holder ask whether a token is good, and nothing else. https://kubernetes.io/docs/reference/access-authn-authz/rbac/#other-component-roles */
const delegator = "system:auth-delegator";

/** What is wrong with a binding. `made` are the roles that the program has made before. */
export function* bindingProblems(
  { kind, props }: KubernetesObject,
  made: readonly KubernetesObject[],
): Generator<string> {
  const given = record(props["roleRef"]);
  const found = made.find((one) => isRole(given, record(props["metadata"]), one));
  if (kind === clusterRoleBinding && given["name"] !== delegator) {
    yield `roleRef: got ${String(given["name"])} in every namespace; allowed: ${delegator}; fix: grant a Role in the namespace`;
  }
  if (kind === roleBinding && found === undefined) {
    yield `roleRef: got ${String(given["name"])}, which is not known before the run, or not of this program, so that nobody sees what it allows; allowed: roles that the program makes before it grants them; fix: make a role of what is needed`;
  }
  const { subjects = [] } = props;
  if (!Array.isArray(subjects)) {
    yield "subjects cannot be read: they are not known before the run; fix: compute them from the settings, so that a preview shows them";
    return;
  }
  for (const one of subjects as readonly unknown[]) {
    yield* subjectProblems(record(one), found !== undefined && readsSecrets(found.props));
  }
}

function isRole({ kind, name }: Props, { namespace }: Props, one: KubernetesObject): boolean {
  const own = record(one.props["metadata"]);
  if (isUnknown(name) || !isSet(name) || own["name"] !== name) return false;
  return kind === "ClusterRole"
    ? one.kind === clusterRole
    : kind === "Role" && one.kind === role && own["namespace"] === namespace;
}

function* subjectProblems({ kind, name }: Props, reader: boolean): Generator<string> {
  if (typeof kind !== "string" || typeof name !== "string" || name === "" || isUnknown(name)) {
    yield "subjects: one has no kind or name, or is not known before the run; fix: compute it from the settings, so that a preview shows it";
    return;
  }
  // Kubernetes' own: all who have logged in, or not, all service accounts, whoever no role bounds.
  if (kind !== "ServiceAccount" && /^system:|\*/.test(name)) {
    yield `subjects: got ${name}, which is more than one identity, or Kubernetes' own; fix: name who is meant`;
  }
  if (kind === "ServiceAccount" && name === "default") {
    yield "subjects: got the service account default, which is each Pod's that names no other; fix: make one for who is meant";
  }
  if (kind === "ServiceAccount" && reader) {
    yield `subjects: got the service account ${name}, and the role reads Secrets; allowed: people; fix: give Pods the Secret, not a way to the API`;
  }
}
