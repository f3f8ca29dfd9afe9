import { stringify } from "yaml";
import type { GcpSettings } from "../../gcp/settings";
import type { Source } from "./source";

/** Google Cloud's Secret Manager, by Workload Identity of GKE. Which cluster it is, its nodes tell. */
export const gcp: Source = {
  ways: { externalSecrets: ["gke"], csi: ["gke"] },

  letsIn(settings, consumer) {
    const pods = (settings as GcpSettings).access[consumer]?.gke;
    return pods && { namespaces: [pods.namespace], serviceAccounts: [pods.serviceAccount] };
  },

  /** https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity#kubernetes-sa-to-iam */
  annotations: ({ coordinates }) => ({
    "iam.gke.io/gcp-service-account": coordinates["serviceAccount"] ?? "",
  }),

  /** https://external-secrets.io/latest/provider/google-secrets-manager/ */
  provider({ env, keys, account }) {
    const location = keys[0]?.locator["location"];
    return {
      gcpsm: {
        projectID: env["GCP_PROJECT_ID"],
        ...(location !== undefined && { location }),
        auth: { workloadIdentity: { serviceAccountRef: { name: account } } },
      },
    };
  },

  remoteRef: ({ name = "", version = "" }) => ({ key: name, version }),

  /** https://github.com/GoogleCloudPlatform/secrets-store-csi-driver-provider-gcp#usage */
  csi: ({ keys }) => ({
    provider: "gcp",
    parameters: {
      auth: "pod-adc",
      secrets: stringify(
        keys.map((key) => ({ resourceName: key.locator["resource"], path: key.env })),
      ),
    },
  }),

  price: { each: 0.03, source: "https://cloud.google.com/secret-manager/pricing" },
};
