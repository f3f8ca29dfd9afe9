import { areTexts, isSet, isUnknown, record } from "../support";
import { doors, named } from "./doors";
import type { KubernetesObject } from "./objects";

/** One rule of a role, where all of it can be read. */
interface RoleRule {
  /** What it is about, each as `<group>/<resource>`; the core group is empty. */
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly names: readonly string[];
  readonly urls: readonly string[];
}

export const clusterRole = "rbac.authorization.k8s.io/ClusterRole";
export const role = "rbac.authorization.k8s.io/Role";

const secrets = "/secrets";

/** The rules of a role; undefined where something of them is not known before the run. */
export function rulesOf({ rules }: KubernetesObject["props"]): readonly RoleRule[] | undefined {
  if (!isSet(rules)) return [];
  if (!Array.isArray(rules)) return undefined;
  const all = rules.map((one: unknown) => (isUnknown(one) ? undefined : ruleOf(record(one))));
  return all.some((one) => one === undefined) ? undefined : (all as readonly RoleRule[]);
}

function ruleOf(rule: Readonly<Record<string, unknown>>): RoleRule | undefined {
  const [groups, resources, verbs, names, urls] = [
    ...["apiGroups", "resources", "verbs", "resourceNames", "nonResourceURLs"],
  ].map((field) => textsOf(rule[field]));
  return groups && resources && verbs && names && urls
    ? {
        resources: groups.flatMap((group) => resources.map((one) => `${group}/${one}`)),
        ...{ verbs, names, urls },
      }
    : undefined;
}

/** The texts of a field, none where it is not there; undefined where they cannot be read. */
const textsOf = (value: unknown = []): readonly string[] | undefined =>
  areTexts(value) ? value : undefined;

/** Whether who has the role reads a Secret. */
export const readsSecrets = (props: KubernetesObject["props"]): boolean =>
  rulesOf(props)?.some(({ resources }) => resources.includes(secrets)) ?? true;

/** What is wrong with a role. */
export function* roleProblems({ kind, props }: KubernetesObject): Generator<string> {
  const rules = rulesOf(props);
  if (rules === undefined) {
    yield "rules cannot be read: something of them is not known before the run; fix: compute them from the settings, so that a preview shows them";
  }
  if (isSet(props["aggregationRule"])) {
    yield "aggregationRule: takes what others' roles allow, which nobody sees here; fix: name the rules";
  }
  const labels = Object.keys(record(record(props["metadata"])["labels"]));
  for (const label of labels.filter((one) => /^rbac\.[\w.]+\/aggregate-to-/.test(one))) {
    yield `metadata.labels: have ${label}, by which all who have that role get this one; fix: remove it and bind the role to who is meant`;
  }
  for (const rule of rules ?? []) {
    yield* wildcards(rule);
    yield* openDoors(rule);
    yield* onSecrets(rule, kind === clusterRole);
  }
}

/** Also what is not there yet. https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege */
function* wildcards({ resources, verbs, urls }: RoleRule): Generator<string> {
  for (const one of [...resources, ...verbs, ...urls].filter((text) => text.includes("*"))) {
    yield `rules: have ${one}; allowed: groups, resources, verbs and paths by name; fix: name those that are needed`;
  }
}

function* openDoors({ resources, verbs }: RoleRule): Generator<string> {
  for (const [what, how, why] of doors) {
    const found = resources.filter((one) => what.test(one));
    const verb = verbs.find((one) => how.test(one));
    if (found.length === 0 || verb === undefined) continue;
    yield `rules: have ${verb} of ${found.map(named).join(", ")}, by which who has the role ${why}; fix: remove it and leave that to an administrator`;
  }
}

/** A list tells every value, and a change answers with the whole object. */
function* onSecrets({ resources, verbs, names }: RoleRule, everywhere: boolean): Generator<string> {
  if (!resources.includes(secrets)) return;
  if (everywhere) {
    yield "rules: are on secrets, in whatever namespace the role is given; allowed: a Role of one namespace; fix: make it a Role";
  }
  for (const verb of verbs.filter((one) => !/^(get|.*\*.*)$/.test(one))) {
    yield `rules: have ${verb} of secrets, which tells values that it does not name, or changes them; allowed: get, by resourceNames; fix: remove it`;
  }
  if (names.length === 0) {
    yield "rules: have all secrets of the namespace; allowed: some, by resourceNames; fix: name them";
  }
}
