import { egressProblems } from "../kubernetes/egress";
import { problemsOf, type Checks, type KubernetesObject } from "../kubernetes/objects";
import { podSecurity } from "../kubernetes/podSecurity";
import { raw } from "../support";
import type { Rule } from "./rule";

const checks: Checks = {
  "/Namespace": namespace,
  "/ServiceAccount": serviceAccount,
  "networking.k8s.io/NetworkPolicy": ({ props }) => egressProblems(props["spec"]),
};

/**
 * What guards Secrets besides roles: Pods that can be no more than Pods, without a token that they did not ask for, and
 * without a way to the identity of their node. That a policy is there for each Pod, a policy of one Pod does not say.
 *
 * @link https://kubernetes.io/docs/concepts/security/pod-security-standards/
 * @link https://kubernetes.io/docs/concepts/security/secrets-good-practices/
 */
export const kubernetesGuardedSecrets: Rule = {
  name: "kubernetes-guarded-secrets",
  description:
    "Each namespace of Kubernetes holds its Pods to a standard, no service account gives them a token unasked, and no network policy lets them out to everything or to their node's identity, because whoever takes a Pod over has all that it reaches.",
  enforcementLevel: "mandatory",
  controls: [
    ...["CKV_K8S_38", "CIS Kubernetes 5.1.6", "CIS Kubernetes 5.2.1", "CIS Kubernetes 5.2.2"],
    ...["CIS Kubernetes 5.3.2", "Kubescape C-0034", "Kubescape C-0052", "Kubescape C-0190"],
    ...["Kubescape C-0192", "Kubescape C-0193"],
  ],
  validateResource: ({ type, props }, report) => {
    for (const problem of problemsOf(checks, type, raw(props))) report(problem);
  },
};

/** https://kubernetes.io/docs/concepts/security/pod-security-admission/ */
function* namespace({ patch, props }: KubernetesObject): Generator<string> {
  const standard = podSecurity(props);
  if ((patch && standard === undefined) || ["restricted", "baseline"].includes(String(standard))) {
    return;
  }
  yield `pod-security.kubernetes.io/enforce: got ${String(standard)}; allowed: restricted, baseline; fix: set the label`;
}

/** https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting */
function* serviceAccount({ patch, props }: KubernetesObject): Generator<string> {
  const { automountServiceAccountToken: mounted } = props;
  if (mounted === false || (patch && mounted === undefined)) return;
  yield "automountServiceAccountToken: is not off; fix: set it to false, and let a Pod that calls the API ask for it";
}
