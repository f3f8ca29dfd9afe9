import { Provider } from "@pulumi/vault/provider";
import type { DeployArgs, PlatformResult } from "../../infra/contracts/platform";
import { AuditTrail } from "../../infra/vault/auditTrail";
import { capabilities } from "../../infra/vault/capabilities";
import { CiAccess } from "../../infra/vault/ciAccess";
import { RotationPolicy } from "../../infra/vault/rotationPolicy";
import { SecretStore } from "../../infra/vault/secretStore";
import type { VaultSettings } from "../../infra/vault/settings";
import { WorkloadAccess } from "../../infra/vault/workloadAccess";

/** Makes what Vault or OpenBao has of a stack. */
export function deploy({ environment, settings, ci }: DeployArgs<VaultSettings>): PlatformResult {
  const provider = new Provider("vault", {
    address: settings.address,
    namespace: settings.namespace,
    caCertFile: settings.tls.caCertFile,
    skipTlsVerify: settings.tls.skipVerify,
    // The token comes from VAULT_TOKEN, never from here: it would stand in state. A child token would need
    // auth/token/create, which no role of ours has.
    skipChildToken: true,
  });
  const opts = { providers: { vault: provider } };
  const { kv, auth, access: identities, server, audit: devices } = settings;

  const store = new SecretStore("vault-store", { environment, settings: { kv } }, opts);
  const access = new WorkloadAccess(
    "vault-access",
    { environment, settings: { kv, auth, access: identities }, store, ci },
    opts,
  );
  const audit = new AuditTrail(
    "vault-audit",
    { environment, settings: { server, audit: devices } },
    opts,
  );
  const rotation = new RotationPolicy("vault-rotation", { environment, store }, opts);
  if (ci) new CiAccess("vault-ci", { environment, settings, ci, access }, opts);

  return {
    tasks: audit.tasks,
    wiring: {
      secretMethod: "vault",
      env: {
        SECRET_METHOD: "vault",
        VAULT_ADDR: settings.address,
        ...(settings.namespace === undefined ? {} : { VAULT_NAMESPACE: settings.namespace }),
      },
      references: store.references,
      identities: access.identities,
      rotation: { mode: rotation.mode, maxAgeDays: rotation.maxAgeDays },
      capabilities: capabilities(settings),
    },
  };
}
