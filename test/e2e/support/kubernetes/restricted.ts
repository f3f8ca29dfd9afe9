import { Refused, type KubernetesClient, type Manifest } from "./client";

/** A namespace as a stack makes it. https://kubernetes.io/docs/concepts/security/pod-security-admission/ */
export const restrictedNamespace = (name: string): Manifest => ({
  ...{ apiVersion: "v1", kind: "Namespace" },
  metadata: { name, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
});

interface Template {
  readonly metadata?: object;
  readonly spec: object;
}

/**
 * What the server says against Pods of these manifests. It looks at Pods alone, and of a Deployment's only warns; here
 * nobody makes them, so each is asked for, and not stored.
 * @throws when there are none
 */
export async function refusedPods(
  admin: KubernetesClient,
  manifests: readonly Manifest[],
  namespace = "prompt-sentinel",
): Promise<readonly string[]> {
  const pods = manifests.flatMap(({ kind, metadata, spec }) =>
    ["Deployment", "StatefulSet"].includes(kind)
      ? [podOf(metadata.name, namespace, (spec as { readonly template: Template }).template)]
      : [],
  );
  if (pods.length === 0) throw new Error("no Pods in these manifests");
  const answers: string[] = [];
  for (const pod of pods) {
    // Whoever runs it: that account is the deployment's or the stack's.
    const { serviceAccountName } = pod["spec"] as { readonly serviceAccountName?: string };
    const account = { name: serviceAccountName ?? "default", namespace };
    await admin.apply({ apiVersion: "v1", kind: "ServiceAccount", metadata: account });
    try {
      await admin.apply(pod, { dryRun: true });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      answers.push(error.message);
    }
  }
  return answers;
}

/** As its controller makes it, volumes of a claim's template too. */
function podOf(name: string, namespace: string, { metadata, spec }: Template): Manifest {
  const { volumes = [], containers } = spec as {
    readonly volumes?: readonly { readonly name: string }[];
    readonly containers: readonly {
      readonly volumeMounts?: readonly { readonly name: string }[];
    }[];
  };
  const there = new Set(volumes.map((one) => one.name));
  const claimed = containers
    .flatMap(({ volumeMounts = [] }) => volumeMounts)
    .filter((one) => !there.has(one.name))
    .map((one) => ({ name: one.name, persistentVolumeClaim: { claimName: one.name } }));
  return {
    ...{ apiVersion: "v1", kind: "Pod", metadata: { ...metadata, name, namespace } },
    spec: { ...spec, volumes: [...volumes, ...claimed] },
  };
}
