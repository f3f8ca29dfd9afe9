import { problemsOf, type Checks } from "../kubernetes/objects";
import {
  clusterExternalSecret,
  clusterSecretStore,
  conditionProblems,
  loginProblems,
  secretStore,
  selectorProblems,
} from "../kubernetes/stores";
import { raw } from "../support";
import type { Rule } from "./rule";

const checks: Checks = {
  [secretStore]: loginProblems,
  [clusterSecretStore]: (store) => [...loginProblems(store), ...conditionProblems(store)],
  [clusterExternalSecret]: selectorProblems,
};

/**
 * Whoever may use a store reads what its account may read. One of the whole cluster lends its account to each namespace
 * that it does not leave out, and a password in a Secret is whoever's reads that Secret.
 *
 * @link https://external-secrets.io/latest/guides/security-best-practices/
 * @link https://external-secrets.io/latest/guides/multi-tenancy/
 */
export const kubernetesNarrowTrust: Rule = {
  name: "kubernetes-narrow-trust",
  description:
    "Each store of External Secrets logs in as a service account of its own without a kept credential, and what is the whole cluster's says for which namespaces, because a wider trust is another's access.",
  enforcementLevel: "mandatory",
  controls: ["CIS Kubernetes 5.4.2", "Kubescape C-0208", "External Secrets: multi-tenancy"],
  validateResource: ({ type, props }, report) => {
    for (const problem of problemsOf(checks, type, raw(props))) report(problem);
  },
};
