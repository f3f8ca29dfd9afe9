import { bindingProblems, clusterRoleBinding, roleBinding } from "../kubernetes/bindings";
import { objectOf, type KubernetesObject } from "../kubernetes/objects";
import { clusterRole, role, roleProblems } from "../kubernetes/roles";
import { raw } from "../support";
import type { Rule } from "./rule";

/**
 * RBAC allows and never denies, so each grant counts by itself: of a role of the program's, to one known subject. What
 * Kubernetes' own roles allow, its next version says, and others add to them.
 *
 * @link https://kubernetes.io/docs/concepts/security/rbac-good-practices/
 * @link https://media.defense.gov/2022/Aug/29/2003066362/-1/-1/0/CTR_KUBERNETES_HARDENING_GUIDANCE_1.2_20220829.PDF
 */
export function kubernetesLeastPrivilege(): Rule {
  // A role of the program's is made before it is granted, so it has been seen by then.
  const made: KubernetesObject[] = [];
  return {
    name: "kubernetes-least-privilege",
    description:
      "Each role on Kubernetes names what it is about, reads Secrets by name and opens no other door to them, and is granted in one namespace to known subjects, no Pod's where it reads Secrets, because a wider one reaches what it is not for.",
    enforcementLevel: "mandatory",
    controls: [
      ...["CKV_K8S_42", "CKV_K8S_49", "CKV_K8S_155", "CKV_K8S_156", "CKV_K8S_157", "CKV_K8S_158"],
      ...["CKV2_K8S_1", "CKV2_K8S_2", "CKV2_K8S_3", "CKV2_K8S_5", "CIS Kubernetes 5.1.1-5.1.5"],
      ...["CIS Kubernetes 5.1.7-5.1.13", "Kubescape C-0002", "Kubescape C-0015"],
      ...["Kubescape C-0035", "Kubescape C-0053", "Kubescape C-0063", "Kubescape C-0065"],
      ...["Kubescape C-0185-C-0189", "Kubescape C-0191", "Kubescape C-0262", "Kubescape C-0265"],
      "Kubescape C-0278-C-0282",
    ],
    validateResource: ({ type, props }, report) => {
      const object = objectOf(type, raw(props));
      if (object === undefined) return;
      if ([role, clusterRole].includes(object.kind)) {
        // A patch is a part of a role whose rest is not seen.
        if (!object.patch) made.push(object);
        for (const problem of roleProblems(object)) report(problem);
      }
      if ([roleBinding, clusterRoleBinding].includes(object.kind)) {
        for (const problem of bindingProblems(object, made)) report(problem);
      }
    },
  };
}
