import { stringify } from "yaml";
import type { GcpSettings } from "../../gcp/settings";
import type { Source } from "./source";

/** Google Cloud's Secret Manager. */
export const gcp: Source = {
  ways: { csi: ["gke"] },

  letsIn(settings, consumer) {
    const pods = (settings as GcpSettings).access[consumer]?.gke;
    return pods && { namespaces: [pods.namespace], serviceAccounts: [pods.serviceAccount] };
  },

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
