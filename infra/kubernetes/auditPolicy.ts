import type { KubernetesSettings } from "./settings";

/** https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/#audit-k8s-io-v1-Policy */
export interface AuditPolicy {
  readonly apiVersion: "audit.k8s.io/v1";
  readonly kind: "Policy";
  readonly omitStages: readonly string[];
  readonly omitManagedFields: boolean;
  readonly rules: readonly {
    readonly level: "Metadata" | "Request";
    readonly namespaces: readonly string[];
    readonly verbs?: readonly string[];
    readonly resources: readonly {
      readonly group: string;
      readonly resources: readonly string[];
    }[];
  }[];
}

const writes = ["create", "update", "patch", "delete", "deletecollection"];

/**
 * Who read or changed what, and never what it was: the body of a Secret is its values, and that of a token request the
 * token. The first rule that fits counts, so these go before others.
 */
export function auditPolicy({ namespace }: Pick<KubernetesSettings, "namespace">): AuditPolicy {
  const own = [namespace.name];
  // A list over all namespaces is in none, and reads the Secrets of this one as well.
  const everywhere = [namespace.name, ""];
  return {
    ...{ apiVersion: "audit.k8s.io/v1", kind: "Policy" },
    omitStages: ["RequestReceived"],
    omitManagedFields: true,
    rules: [
      {
        level: "Metadata",
        namespaces: everywhere,
        resources: [{ group: "", resources: ["secrets", "serviceaccounts/token"] }],
      },
      {
        // Whoever is in a Pod has its variables.
        level: "Metadata",
        namespaces: own,
        resources: [
          {
            group: "",
            resources: ["pods/exec", "pods/attach", "pods/portforward", "pods/ephemeralcontainers"],
          },
        ],
      },
      {
        // Whoever makes a Pod gives it a Secret, and reads it there:
        // https://kubernetes.io/docs/concepts/security/rbac-good-practices/#workload-creation
        level: "Metadata",
        ...{ namespaces: own, verbs: writes },
        resources: [
          { group: "", resources: ["pods"] },
          {
            group: "apps",
            resources: ["daemonsets", "deployments", "replicasets", "statefulsets"],
          },
          { group: "batch", resources: ["cronjobs", "jobs"] },
        ],
      },
      {
        level: "Metadata",
        ...{ namespaces: everywhere, verbs: writes },
        resources: [
          { group: "external-secrets.io", resources: ["*"] },
          { group: "secrets-store.csi.x-k8s.io", resources: ["*"] },
          { group: "", resources: ["serviceaccounts"] },
          { group: "networking.k8s.io", resources: ["networkpolicies"] },
          { group: "monitoring.coreos.com", resources: ["prometheusrules"] },
        ],
      },
      {
        // Whom a role is given to is in the body alone, and no value is.
        level: "Request",
        ...{ namespaces: everywhere, verbs: writes },
        resources: [
          {
            group: "rbac.authorization.k8s.io",
            resources: ["roles", "rolebindings", "clusterroles", "clusterrolebindings"],
          },
        ],
      },
    ],
  };
}
