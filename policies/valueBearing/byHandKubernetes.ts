import { anything, registry, type ByHand } from "./entry";

const secret = (name: string): ByHand => ({
  type: `kubernetes:core/v1:${name}`,
  reason: "its data is an argument; an operator in the cluster brings values there",
  source: registry("kubernetes", `core/v1/${name.toLowerCase()}`),
});

const fake = "https://external-secrets.io/latest/provider/fake/";

/**
 * What the SDK does not say. Charts and manifests that the provider takes apart show each object as a resource of its own;
 * a release is one resource, whatever is in it.
 */
export const kubernetesByHand: readonly ByHand[] = [
  ...["Secret", "SecretList", "SecretPatch"].map(secret),
  {
    type: "kubernetes:helm.sh/v3:Release",
    reason: `${anything}, and no object of it is seen`,
    source: registry("kubernetes", "helm.sh/v3/release"),
  },
  // Kinds of External Secrets, in each of their versions.
  ...["SecretStore", "SecretStorePatch", "ClusterSecretStore", "ClusterSecretStorePatch"].map(
    (name) => ({
      type: `kubernetes:external-secrets.io:${name}`,
      arguments: ["spec.provider.fake"],
      ...{ reason: "its values stand in the store itself", source: fake },
    }),
  ),
  ...["Fake", "FakePatch"].map((name) => ({
    type: `kubernetes:generators.external-secrets.io:${name}`,
    reason: "its values stand in it",
    source: "https://external-secrets.io/latest/api/generator/fake/",
  })),
];
