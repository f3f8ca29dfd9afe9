import type { ExternalStore } from "./store";

/**
 * Google Cloud's Secret Manager, by Workload Identity of GKE. Which cluster it is, its nodes tell:
 * https://external-secrets.io/latest/provider/google-secrets-manager/
 */
export const gcp: ExternalStore = {
  ways: ["gke"],

  pods: ({ namespace, kubernetesServiceAccount }) => ({
    ...{ namespaces: namespace, serviceAccounts: kubernetesServiceAccount },
  }),

  /** https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity#kubernetes-sa-to-iam */
  annotations: ({ coordinates }) => ({
    "iam.gke.io/gcp-service-account": coordinates["serviceAccount"] ?? "",
  }),

  provider({ env, keys, account }) {
    // Of a regional secret alone.
    const location = keys[0]?.locator["location"];
    return {
      gcpsm: {
        ...{ projectID: env["GCP_PROJECT_ID"], ...(location !== undefined && { location }) },
        auth: { workloadIdentity: { serviceAccountRef: { name: account } } },
      },
    };
  },

  remoteRef: ({ name = "", version = "latest" }) => ({ key: name, version }),
};
