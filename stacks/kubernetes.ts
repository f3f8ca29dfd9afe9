import type { Platform } from "../infra/contracts/platform";
import { capabilities } from "../infra/kubernetes/capabilities";
import { claims, contradictions } from "../infra/kubernetes/checks";
import { kubernetesSettings } from "../infra/kubernetes/settings";

/** A Kubernetes cluster, which reads its keys from another platform of the stack. */
export const kubernetesPlatform: Platform<typeof kubernetesSettings> = {
  name: "kubernetes",
  settings: kubernetesSettings,
  capabilities,
  contradictions,
  claims,
  // What these load is loaded where it is used: a stack without this platform does not wait for it.
  preflight: async (args) => (await import("./preflight/kubernetes")).preflight(args),
  existingId: async (...args) => (await import("./recovery/kubernetes")).existingId(...args),
  deploy: async (args) => (await import("./deploy/kubernetes")).deploy(args),
};
