import type { Pending, PlatformArgs } from "../../infra/contracts/platform";
import { kinds } from "../../infra/kubernetes/objects";
import type { KubernetesSettings } from "../../infra/kubernetes/settings";
import { ClusterError, type ClusterClient } from "../../stores/kubernetes/client";
import { connect } from "../../stores/kubernetes/connect";

/** Kinds of the program's by their types, and what the API calls many of them. */
const plurals: Readonly<Record<string, string>> = {
  "core/v1:Namespace": "namespaces",
  "core/v1:ServiceAccount": "serviceaccounts",
  "rbac.authorization.k8s.io/v1:Role": "roles",
  "rbac.authorization.k8s.io/v1:RoleBinding": "rolebindings",
  "rbac.authorization.k8s.io/v1:ClusterRoleBinding": "clusterrolebindings",
  "networking.k8s.io/v1:NetworkPolicy": "networkpolicies",
  [`${kinds.SecretStore.apiVersion}:SecretStore`]: "secretstores",
  [`${kinds.ExternalSecret.apiVersion}:ExternalSecret`]: "externalsecrets",
  [`${kinds.SecretProviderClass.apiVersion}:SecretProviderClass`]: "secretproviderclasses",
  [`${kinds.PrometheusRule.apiVersion}:PrometheusRule`]: "prometheusrules",
};

const prefix = "kubernetes:";

/** The types that can be looked up. */
export const recoverable: readonly string[] = Object.keys(plurals).map((kind) => prefix + kind);

type Connect = (args: PlatformArgs<KubernetesSettings>) => Promise<ClusterClient>;

/**
 * The id of a resource whose creation was cut off, if the cluster has it: its namespace and its name, as the provider
 * imports it. One that somebody else has made in the meantime has the same: the refresh after it shows the difference.
 * https://www.pulumi.com/registry/packages/kubernetes/api-docs/core/v1/serviceaccount/#import
 * @throws ClusterError where the caller may not look: then nobody knows, and nothing is forgotten
 */
export async function existingId(
  { type, inputs }: Pending,
  args: PlatformArgs<KubernetesSettings>,
  connecting: Connect = ({ settings }) => connect(settings.context),
): Promise<string | undefined> {
  if (!type.startsWith(prefix)) return undefined;
  const kind = type.slice(prefix.length);
  const plural = plurals[kind];
  const { name, namespace } = (inputs["metadata"] ?? {}) as { name?: string; namespace?: string };
  if (plural === undefined || name === undefined) {
    throw new Error(
      `${type}: nobody knows where to look for it, so it is not forgotten either; fix: add its plural to stacks/recovery/kubernetes.ts`,
    );
  }
  const version = kind.split(":")[0] ?? "";
  const base = version === "core/v1" ? "/api/v1" : `/apis/${version}`;
  const within = namespace === undefined ? "" : `/namespaces/${namespace}`;
  const path = `${base}${within}/${plural}/${name}`;
  const client = await connecting(args);
  try {
    const answer = await client.call("GET", path);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw new ClusterError(path, answer);
    return namespace === undefined ? name : `${namespace}/${name}`;
  } finally {
    await client.close();
  }
}
