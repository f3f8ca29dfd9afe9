/** What differs between Azure's clouds. */
export interface Cloud {
  /** What the provider calls it. https://www.pulumi.com/registry/packages/azure-native/installation-configuration/ */
  readonly environment: "public" | "usgovernment" | "china";
  /** End of vaults' addresses. https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#dns-suffixes-for-object-identifiers */
  readonly vaultSuffix: string;
  /** https://learn.microsoft.com/azure/private-link/private-endpoint-dns#security */
  readonly privateZone: string;
  /** Who signs in, for AZURE_AUTHORITY_HOST. https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud */
  readonly authority: string;
  /** Where resources are managed. https://learn.microsoft.com/azure/key-vault/general/rbac-guide#access-plane-endpoints */
  readonly management: string;
  /** For whom tokens of a cluster are. https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations */
  readonly tokenAudience: string;
  /** Beginnings of its locations' names, where no other cloud's are like them. */
  readonly locations: RegExp;
}

/** Clouds by their names in the settings. */
export const clouds = {
  public: {
    environment: "public",
    vaultSuffix: "vault.azure.net",
    privateZone: "privatelink.vaultcore.azure.net",
    authority: "https://login.microsoftonline.com",
    management: "https://management.azure.com",
    tokenAudience: "api://AzureADTokenExchange",
    locations: /^(?!usgov|usdod|china)/,
  },
  usgovernment: {
    environment: "usgovernment",
    vaultSuffix: "vault.usgovcloudapi.net",
    privateZone: "privatelink.vaultcore.usgovcloudapi.net",
    authority: "https://login.microsoftonline.us",
    management: "https://management.usgovcloudapi.net",
    tokenAudience: "api://AzureADTokenExchangeUSGov",
    locations: /^(usgov|usdod)/,
  },
  china: {
    environment: "china",
    vaultSuffix: "vault.azure.cn",
    privateZone: "privatelink.vaultcore.azure.cn",
    authority: "https://login.chinacloudapi.cn",
    management: "https://management.chinacloudapi.cn",
    tokenAudience: "api://AzureADTokenExchangeChina",
    locations: /^china/,
  },
} as const satisfies Record<string, Cloud>;

export type CloudName = keyof typeof clouds;
export const cloudNames = Object.keys(clouds) as CloudName[];
