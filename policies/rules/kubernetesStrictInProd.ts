import { token } from "../../infra/tokens";
import { inProd, type Seen } from "../inProd";
import { problemsOf, type Checks, type KubernetesObject } from "../kubernetes/objects";
import { podSecurity } from "../kubernetes/podSecurity";
import { clusterSecretStore, secretStore } from "../kubernetes/stores";
import { record } from "../support";
import type { Rule } from "./rule";

const checks: Checks = {
  "/Namespace": namespace,
  [secretStore]: store,
  [clusterSecretStore]: store,
};

/**
 * Settings that may be looser elsewhere. A Pod of the baseline standard may be root, and one that calls anybody sends keys
 * anywhere. Whether somebody is alerted depends on an operator that not every cluster has, so nothing is asked of that here.
 *
 * @link https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 * @link https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export const kubernetesStrictInProd = (): Rule => ({
  name: "kubernetes-strict-in-prod",
  description:
    "In prod Kubernetes takes restricted Pods only, bounds what the application's call, and reads its source over TLS, because what is loosened for trying out must not stay.",
  enforcementLevel: "mandatory",
  controls: [
    ...["CKV2_K8S_6", "CIS Kubernetes 5.3.2", "CIS Kubernetes 5.6.2", "Kubescape C-0030"],
    ...["Kubescape C-0206", "Kubescape C-0260"],
  ],
  validateResource: inProd(problems),
});

function problems({ type, props }: Seen): readonly string[] {
  if (type === token("kubernetes", "WorkloadAccess")) return [...workloadAccess(props)];
  return problemsOf(checks, type, props);
}

function* namespace({ patch, props }: KubernetesObject): Generator<string> {
  const standard = podSecurity(props);
  if (standard === "restricted" || (patch && standard === undefined)) return;
  yield `pod-security.kubernetes.io/enforce: got ${String(standard)}; prod takes restricted only; fix: remove kubernetes.namespace.podSecurity`;
}

/** That there is no policy, no policy says: the component does. */
function* workloadAccess({ settings }: Seen["props"]): Generator<string> {
  const { policy } = record(record(settings)["network"]);
  if (policy !== "create") {
    yield `settings.network.policy: got ${String(policy)}; prod takes create only; fix: remove kubernetes.network.policy`;
  }
}

/** Of the sources, Vault alone has an address that somebody sets. */
function* store({ props }: KubernetesObject): Generator<string> {
  const { vault } = record(record(props["spec"])["provider"]);
  if (vault === undefined) return;
  const { server } = record(vault);
  if (typeof server !== "string" || !/^https:\/\//i.test(server)) {
    yield "spec.provider.vault.server: is no https:// address, or not known; prod takes https:// only; fix: set vault.address";
  }
}
