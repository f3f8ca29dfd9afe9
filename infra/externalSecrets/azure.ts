import type { ExternalStore } from "./store";

/** https://github.com/external-secrets/external-secrets/blob/v1.3.2/providers/v1/azure/keyvault/keyvault.go */
export const publicCloudAlone = "External Secrets asks for tokens of the public cloud's audience";

/** Azure Key Vault, by workload identity. */
export const azure: ExternalStore = {
  ways: ["aks"],

  pods: ({ namespace, serviceAccount }) => ({
    ...{ namespaces: namespace, serviceAccounts: serviceAccount },
  }),

  /**
   * The directory stands in the store: in both places it is an error.
   * https://learn.microsoft.com/azure/aks/workload-identity-overview#service-account-annotations
   */
  annotations: ({ coordinates }) => ({
    "azure.workload.identity/client-id": coordinates["clientId"] ?? "",
  }),

  cannot: ({ env }) =>
    /\.vault\.azure\.net\/?$/.test(env["AZURE_VAULT_URL"] ?? "")
      ? undefined
      : `${publicCloudAlone}, and this is a national one; fix: take another format`,

  /** https://external-secrets.io/latest/provider/azure-key-vault/#referenced-service-account */
  provider: ({ env, login: { coordinates }, account }) => ({
    azurekv: {
      ...{ authType: "WorkloadIdentity", vaultUrl: env["AZURE_VAULT_URL"] },
      tenantId: coordinates["tenantId"],
      serviceAccountRef: { name: account },
    },
  }),

  remoteRef: ({ name = "" }) => ({ key: name }),
};
