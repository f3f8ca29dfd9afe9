import { Provider } from "@pulumi/gcp/provider";
import type { DeployArgs, PlatformResult } from "../../infra/contracts/platform";
import { AuditTrail } from "../../infra/gcp/auditTrail";
import { capabilities } from "../../infra/gcp/capabilities";
import { CiAccess } from "../../infra/gcp/ciAccess";
import { costs } from "../../infra/gcp/costs";
import { RotationPolicy } from "../../infra/gcp/rotationPolicy";
import { SecretStore } from "../../infra/gcp/secretStore";
import type { GcpSettings } from "../../infra/gcp/settings";
import { UsageAlerts } from "../../infra/gcp/usageAlerts";
import { WorkloadAccess } from "../../infra/gcp/workloadAccess";

/** Makes what Google Cloud has of a stack. */
export function deploy({ environment, settings, ci }: DeployArgs<GcpSettings>): PlatformResult {
  const { projectId, projectNumber, location, apis, secrets, encryption, network } = settings;
  const { access: identities, federation, pipeline, audit } = settings;
  // Credentials come from the provider's own chain, never from here: they would stand in state.
  const provider = new Provider("gcp", { project: projectId });
  const opts = { provider };
  const place = { projectId, projectNumber, location };

  const store = new SecretStore(
    "gcp-store",
    { environment, settings: { ...place, apis, secrets, encryption } },
    opts,
  );
  const access = new WorkloadAccess(
    "gcp-access",
    {
      environment,
      settings: {
        ...place,
        ...{ secrets, network, access: identities, federation },
        ...(pipeline && { pipeline }),
      },
      ...{ store, ci },
    },
    opts,
  );
  const trail = new AuditTrail(
    "gcp-audit",
    { environment, settings: { ...place, audit }, store },
    opts,
  );
  const rotation = new RotationPolicy(
    "gcp-rotation",
    { environment, settings: place, store },
    opts,
  );
  const alerts = new UsageAlerts(
    "gcp-alerts",
    {
      environment,
      settings: {
        ...{ ...place, secrets, access: identities, federation, encryption },
        ...{ audit, alerts: settings.alerts },
      },
      ...{ store, trail, rotation },
    },
    opts,
  );
  if (pipeline && ci) {
    new CiAccess(
      "gcp-ci",
      {
        ...{ environment, store, access, pipeline },
        settings: { ...place, secrets, network, access: identities, federation },
      },
      opts,
    );
  }

  return {
    tasks: [...trail.tasks, ...alerts.tasks],
    cost: costs({ environment, settings, ci }),
    wiring: {
      secretMethod: "gcp",
      env: { SECRET_METHOD: "gcp", GCP_PROJECT_ID: projectId },
      references: store.references,
      identities: access.identities,
      rotation: { mode: rotation.mode, maxAgeDays: rotation.maxAgeDays },
      capabilities: capabilities(settings),
    },
  };
}
