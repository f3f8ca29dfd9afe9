import type { Capabilities } from "../contracts/capability";
import type { VaultSettings } from "./settings";

/** What Vault and OpenBao do for each concern, and what they leave to others. */
export const capabilities = ({ server }: Pick<VaultSettings, "server">): Capabilities => ({
  SecretStore: { level: "full" },
  WorkloadAccess: { level: "full" },
  AuditTrail:
    server === "vault"
      ? { level: "full", note: "devices over the API; not run against a HashiCorp Vault server" }
      : {
          level: "partial",
          reason:
            "OpenBao takes audit devices only from its server configuration: verified, not made",
        },
  RotationPolicy: {
    level: "partial",
    reason: "KV version 2 never rotates by itself: limits of age are recorded, values are staged",
  },
  UsageAlerts: {
    level: "absent",
    reason: "not built yet: Vault raises no alerts itself, they have to be made from its audit log",
  },
  CiAccess: { level: "full" },
});
