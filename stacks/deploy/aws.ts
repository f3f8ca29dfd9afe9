import { Provider } from "@pulumi/aws/provider";
import { AuditTrail } from "../../infra/aws/auditTrail";
import { capabilities } from "../../infra/aws/capabilities";
import { CiAccess } from "../../infra/aws/ciAccess";
import { costs } from "../../infra/aws/costs";
import { RotationPolicy } from "../../infra/aws/rotationPolicy";
import { SecretStore } from "../../infra/aws/secretStore";
import type { AwsSettings } from "../../infra/aws/settings";
import { UsageAlerts } from "../../infra/aws/usageAlerts";
import { WorkloadAccess } from "../../infra/aws/workloadAccess";
import type { DeployArgs, PlatformResult } from "../../infra/contracts/platform";

/** Makes what AWS has of a stack. */
export function deploy({ environment, settings, ci }: DeployArgs<AwsSettings>): PlatformResult {
  const { accountId, region, organizationId, permissionsBoundary } = settings;
  const { secrets, encryption, access: identities, network, audit, pipeline } = settings;
  // Credentials come from the SDK's own chain, never from here: they would stand in state.
  const provider = new Provider("aws", { region, allowedAccountIds: [accountId] });
  const opts = { providers: { aws: provider } };

  const store = new SecretStore(
    "aws-store",
    {
      environment,
      settings: {
        ...{ accountId, region, organizationId, secrets, encryption, network },
        access: identities,
      },
    },
    opts,
  );
  const access = new WorkloadAccess(
    "aws-access",
    {
      environment,
      settings: {
        ...{ accountId, region, permissionsBoundary, secrets, encryption, network },
        access: identities,
      },
      ci,
    },
    opts,
  );
  const trail = new AuditTrail(
    "aws-audit",
    { environment, settings: { accountId, region, audit, encryption, permissionsBoundary } },
    opts,
  );
  const alerts = new UsageAlerts(
    "aws-alerts",
    {
      environment,
      settings: {
        ...{ accountId, region, permissionsBoundary, secrets, encryption },
        ...{ access: identities, audit, alerts: settings.alerts },
      },
      store,
      trail,
    },
    opts,
  );
  if (pipeline && ci) {
    new CiAccess("aws-ci", { environment, settings, pipeline, ci }, opts);
  }
  const rotation = new RotationPolicy("aws-rotation", { environment, store }, opts);
  const [encryptionKey] = store.keyArns;

  return {
    tasks: [...store.tasks, ...trail.tasks, ...alerts.tasks],
    cost: costs({ environment, settings, ci }),
    wiring: {
      secretMethod: "aws",
      env: { SECRET_METHOD: "aws", AWS_REGION: region },
      references: store.references,
      addresses: {
        containers: store.secretArns,
        ...(encryptionKey !== undefined && { encryptionKey }),
      },
      identities: access.identities,
      rotation: { mode: rotation.mode, maxAgeDays: rotation.maxAgeDays },
      capabilities: capabilities(settings),
    },
  };
}
