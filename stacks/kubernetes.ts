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
  preflight: (args) =>
    (require("./preflight/kubernetes") as typeof import("./preflight/kubernetes")).preflight(args),
  existingId: (...args) =>
    (require("./recovery/kubernetes") as typeof import("./recovery/kubernetes")).existingId(
      ...args,
    ),
  deploy: (args) =>
    (require("./deploy/kubernetes") as typeof import("./deploy/kubernetes")).deploy(args),
};
