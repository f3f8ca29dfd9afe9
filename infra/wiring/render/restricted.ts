/**
 * What Pods need in a namespace that takes restricted ones alone, as a stack's own is:
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 * The application's chart and manifests have the rest themselves.
 */
export const seccomp = { seccompProfile: { type: "RuntimeDefault" } };

/** All of it, for a container that has none. */
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
};
