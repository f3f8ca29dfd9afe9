import type { Platform } from "../infra/contracts/platform";
import { capabilities } from "../infra/vault/capabilities";
import { claims, contradictions } from "../infra/vault/checks";
import { vaultSettings } from "../infra/vault/settings";

/** HashiCorp Vault and OpenBao. */
export const vaultPlatform: Platform<typeof vaultSettings> = {
  name: "vault",
  settings: vaultSettings,
  capabilities,
  contradictions,
  claims,
  // What these load is loaded where it is used: a stack without this platform does not wait for it.
  preflight: async (args) => (await import("./preflight/vault")).preflight(args),
  existingId: async (...args) => (await import("./recovery/vault")).existingId(...args),
  deploy: async (args) => (await import("./deploy/vault")).deploy(args),
};
