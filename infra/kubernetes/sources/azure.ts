import { stringify } from "yaml";
import type { AzureSettings } from "../../azure/settings";
import type { Source } from "./source";

/** Azure Key Vault, by workload identity. */
export const azure: Source = {
  ways: { csi: ["aks"] },

  letsIn(settings, consumer) {
    const pods = (settings as AzureSettings).access[consumer]?.aks;
    return pods && { namespaces: [pods.namespace], serviceAccounts: [pods.serviceAccount] };
  },

  /** https://learn.microsoft.com/azure/aks/csi-secrets-store-identity-access#access-with-a-microsoft-entra-workload-id */
  csi: ({ keys, login: { coordinates } }) => ({
    provider: "azure",
    parameters: {
      clientID: coordinates["clientId"] ?? "",
      tenantId: coordinates["tenantId"] ?? "",
      keyvaultName: new URL(keys[0]?.locator["vaultUrl"] ?? "").hostname.split(".")[0] ?? "",
      // A list whose items are texts of YAML themselves.
      objects: stringify({
        array: keys.map((key) =>
          stringify({
            objectName: key.locator["name"],
            objectType: "secret",
            objectAlias: key.env,
          }),
        ),
      }),
    },
  }),

  // https://azure.github.io/secrets-store-csi-driver-provider-azure/docs/configurations/identity-access-modes/workload-identity-mode/
  csiAudience: () => "api://AzureADTokenExchange",

  price: { each: 0.03, source: "https://azure.microsoft.com/pricing/details/key-vault/" },
};
