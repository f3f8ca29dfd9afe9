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
  preflight: (args) =>
    (require("./preflight/azure") as typeof import("./preflight/azure")).preflight(args),
  existingId: (...args) =>
    (require("./recovery/azure") as typeof import("./recovery/azure")).existingId(...args),
  deploy: (args) => (require("./deploy/azure") as typeof import("./deploy/azure")).deploy(args),
};
