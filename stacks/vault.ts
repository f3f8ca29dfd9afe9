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
  preflight: (args) =>
    (require("./preflight/vault") as typeof import("./preflight/vault")).preflight(args),
  existingId: (...args) =>
    (require("./recovery/vault") as typeof import("./recovery/vault")).existingId(...args),
  deploy: (args) => (require("./deploy/vault") as typeof import("./deploy/vault")).deploy(args),
};
