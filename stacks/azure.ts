import { capabilities } from "../infra/azure/capabilities";
import { claims, contradictions } from "../infra/azure/checks";
import { azureSettings } from "../infra/azure/settings";
import type { Platform } from "../infra/contracts/platform";

/** Azure Key Vault. */
export const azurePlatform: Platform<typeof azureSettings> = {
  name: "azure",
  settings: azureSettings,
  capabilities,
  contradictions,
  claims,
  // What these load is loaded where it is used: a stack without this platform does not wait for it.
  preflight: async (args) => (await import("./preflight/azure")).preflight(args),
  existingId: async (...args) => (await import("./recovery/azure")).existingId(...args),
  deploy: async (args) => (await import("./deploy/azure")).deploy(args),
};
