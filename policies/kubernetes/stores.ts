import { isSet, isUnknown, record } from "../support";
import type { KubernetesObject } from "./objects";

export const secretStore = "external-secrets.io/SecretStore";
export const clusterSecretStore = "external-secrets.io/ClusterSecretStore";
export const clusterExternalSecret = "external-secrets.io/ClusterExternalSecret";

/** Members of a provider's settings by their path, in whatever depth. */
const members = (value: unknown, path: readonly string[] = []): readonly [string, unknown][] =>
  Object.entries(typeof value === "object" && value !== null ? value : {}).flatMap(
    ([name, inner]) => [
      [[...path, name].join("."), inner] as [string, unknown],
      ...members(inner, [...path, name]),
    ],
  );

/** How a store logs in at its source. https://external-secrets.io/latest/api/spec/ */
export function* loginProblems({ patch, props }: KubernetesObject): Generator<string> {
  const { provider } = record(props["spec"]);
  const all = members(provider);
  for (const [path] of all.filter(([name, value]) => /secretRef$/i.test(name) && isSet(value))) {
    yield `spec.provider.${path}: logs in by what stands in a Secret, which nobody renews; allowed: tokens of a service account; fix: name one in serviceAccountRef`;
  }
  const named = all.some(
    ([path, value]) =>
      /(^|\.)serviceAccountRef\.name$/.test(path) && isSet(value) && !isUnknown(value),
  );
  if (!named && !patch) {
    yield "spec.provider: names no service account, so that External Secrets, or a node, reads for whoever has a store; fix: name one of its own in serviceAccountRef";
  }
}

/** Who may use a store that is the whole cluster's. https://external-secrets.io/latest/api/clustersecretstore/ */
export function* conditionProblems({ props }: KubernetesObject): Generator<string> {
  const { conditions } = record(props["spec"]);
  const all = Array.isArray(conditions) ? (conditions as readonly unknown[]) : [];
  if (all.length === 0) {
    yield "spec.conditions: are none, or not known, so that every namespace reads by it; fix: name the namespaces, or make it a SecretStore of one";
  }
  // One of them is enough, and in each one of its members.
  for (const { namespaces, namespaceSelector, namespaceRegexes } of all.map(record)) {
    if (isSet(namespaceRegexes)) {
      yield "spec.conditions.namespaceRegexes: fits names that are still to come; fix: name the namespaces";
    }
    if (isWide(namespaceSelector) || (!isSet(namespaceSelector) && !isSet(namespaces))) {
      yield "spec.conditions: one names no namespace and no label, which is every namespace; fix: name them";
    }
  }
}

/** Into which namespaces keys are brought. https://external-secrets.io/latest/api/clusterexternalsecret/ */
export function* selectorProblems({ patch, props }: KubernetesObject): Generator<string> {
  const { namespaces, namespaceSelector, namespaceSelectors = [] } = record(props["spec"]);
  const selectors = [namespaceSelectors, namespaceSelector ?? []].flat();
  if (selectors.some(isWide) || (!patch && selectors.length === 0 && !isSet(namespaces))) {
    yield "spec.namespaceSelectors: one has no label, or is not known, which is every namespace; fix: name the namespaces, or make it an ExternalSecret of one";
  }
}

/** A selector that selects nothing out. */
const isWide = (selector: unknown): boolean => {
  if (selector === undefined) return false;
  const { matchLabels, matchExpressions } = record(selector);
  return Object.keys(record(matchLabels)).length === 0 && !isSet(matchExpressions);
};
