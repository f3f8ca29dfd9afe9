import type { CiRole } from "../contracts/ciAccess";
import type { Rule } from "./objects";
import type { KubernetesSettings } from "./settings";

const look = ["get", "list", "watch"];
const write = [...look, "create", "update", "patch", "delete"];

/**
 * What the pipeline may do in the namespace. `apply` writes what keys are read and what Pods may call, and nothing that
 * lets it in: not a store, which says to whom a login is sent; not a role, which says who reads; no Secret at all. Those
 * are an administrator's. https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
 */
export function pipelineRules(
  role: CiRole,
  { namespace, delivery, network, alerts }: KubernetesSettings,
): readonly Rule[] {
  const verbs = role === "preview" ? look : write;
  const external = delivery === "externalSecrets";
  return [
    ...(external
      ? [{ apiGroups: ["external-secrets.io"], resources: ["externalsecrets"], verbs }]
      : []),
    ...(external
      ? [{ apiGroups: ["external-secrets.io"], resources: ["secretstores"], verbs: look }]
      : []),
    ...(delivery === "csi"
      ? [
          {
            apiGroups: ["secrets-store.csi.x-k8s.io"],
            resources: ["secretproviderclasses"],
            verbs: look,
          },
        ]
      : []),
    { apiGroups: [""], resources: ["serviceaccounts"], verbs: look },
    {
      apiGroups: ["rbac.authorization.k8s.io"],
      resources: ["roles", "rolebindings"],
      verbs: look,
    },
    ...(network.policy === "create"
      ? [{ apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs }]
      : []),
    ...(external && alerts.prometheusRule === "create"
      ? [{ apiGroups: ["monitoring.coreos.com"], resources: ["prometheusrules"], verbs }]
      : []),
    // A namespace is asked for within itself.
    {
      ...{ apiGroups: [""], resources: ["namespaces"], resourceNames: [namespace.name] },
      verbs: ["get"],
    },
  ];
}
