import { Provider } from "@pulumi/azure-native/provider";
import { AuditTrail } from "../../infra/azure/auditTrail";
import { capabilities } from "../../infra/azure/capabilities";
import { CiAccess } from "../../infra/azure/ciAccess";
import { clouds } from "../../infra/azure/cloud";
import { costs } from "../../infra/azure/costs";
import { vaultUrl } from "../../infra/azure/layout";
import { RotationPolicy } from "../../infra/azure/rotationPolicy";
import { SecretStore } from "../../infra/azure/secretStore";
import type { AzureSettings } from "../../infra/azure/settings";
import { UsageAlerts } from "../../infra/azure/usageAlerts";
import { WorkloadAccess } from "../../infra/azure/workloadAccess";
import type { DeployArgs, PlatformResult } from "../../infra/contracts/platform";

/** Makes what Azure has of a stack. */
export function deploy({ environment, settings, ci }: DeployArgs<AzureSettings>): PlatformResult {
  const { subscriptionId, tenantId, cloud, location, resourceGroup } = settings;
  const { vault, secrets, network, access: identities, audit, pipeline } = settings;
  // Credentials come from the provider's own chain, never from here: they would stand in state.
  const provider = new Provider("azure", {
    ...{ subscriptionId, tenantId, location },
    environment: clouds[cloud].environment,
  });
  const opts = { providers: { "azure-native": provider } };
  const place = { subscriptionId, tenantId, cloud, location, resourceGroup };

  const store = new SecretStore(
    "azure-store",
    { environment, settings: { ...place, vault, secrets, network } },
    opts,
  );
  const access = new WorkloadAccess(
    "azure-access",
    { environment, settings: { ...place, vault, secrets, access: identities }, store, ci },
    opts,
  );
  const trail = new AuditTrail(
    "azure-audit",
    { environment, settings: { ...place, vault, audit }, store },
    opts,
  );
  const alerts = new UsageAlerts(
    "azure-alerts",
    {
      environment,
      settings: {
        ...{ ...place, vault, secrets, access: identities },
        ...{ audit, alerts: settings.alerts },
      },
      ...{ store, access, trail },
    },
    opts,
  );
  if (pipeline && ci) {
    new CiAccess("azure-ci", { environment, settings, store, access, pipeline, ci }, opts);
  }
  const rotation = new RotationPolicy(
    "azure-rotation",
    { environment, settings: { ...place, vault }, store, alerts },
    opts,
  );

  return {
    tasks: [...store.tasks, ...trail.tasks, ...alerts.tasks],
    cost: costs({ environment, settings, ci }),
    wiring: {
      secretMethod: "azure",
      env: {
        SECRET_METHOD: "azure",
        AZURE_VAULT_URL: vaultUrl(environment, settings),
        ...(cloud === "public" ? {} : { AZURE_AUTHORITY_HOST: clouds[cloud].authority }),
      },
      references: store.references,
      identities: access.identities,
      rotation: { mode: rotation.mode, maxAgeDays: rotation.maxAgeDays },
      capabilities: capabilities(settings),
    },
  };
}
