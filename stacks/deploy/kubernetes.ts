import { Provider } from "@pulumi/kubernetes/provider";
import type { DeployArgs, PlatformResult } from "../../infra/contracts/platform";
import { AuditTrail } from "../../infra/kubernetes/auditTrail";
import { capabilities, raisesAlerts } from "../../infra/kubernetes/capabilities";
import { CiAccess } from "../../infra/kubernetes/ciAccess";
import { costs } from "../../infra/kubernetes/costs";
import { RotationPolicy } from "../../infra/kubernetes/rotationPolicy";
import { SecretStore } from "../../infra/kubernetes/secretStore";
import type { KubernetesSettings } from "../../infra/kubernetes/settings";
import { UsageAlerts } from "../../infra/kubernetes/usageAlerts";
import { WorkloadAccess } from "../../infra/kubernetes/workloadAccess";

/** Makes what a cluster has of a stack. */
export function deploy({
  environment,
  settings,
  ci,
  enabled,
  others,
}: DeployArgs<KubernetesSettings>): PlatformResult {
  const { namespace, source, delivery, target, refreshMinutes, restart } = settings;
  const { access: identities, network, pipeline, audit, alerts } = settings;
  const wiring = others[source]?.wiring;
  if (wiring === undefined) throw new Error(`${source} has to be deployed before kubernetes`);
  const given = { wiring, settings: enabled[source] };
  // Credentials come from the kubeconfig, never from here: they would stand in state.
  const provider = new Provider("kubernetes", {
    ...(settings.context !== undefined && { context: settings.context }),
    // What is there already is somebody else's: nothing is taken over unasked. It is the default since 4.29.
    // https://www.pulumi.com/registry/packages/kubernetes/api-docs/provider/
    upsertExistingObjects: false,
  });
  const opts = { provider };
  const { apiAudience } = settings;
  const reading = {
    namespace,
    source,
    apiAudience,
    delivery,
    target,
    refreshMinutes,
    access: identities,
  };

  const store = new SecretStore(
    "kubernetes-store",
    { environment, settings: reading, given },
    opts,
  );
  const access = new WorkloadAccess(
    "kubernetes-access",
    { environment, settings: { ...reading, restart, network }, store, given },
    opts,
  );
  const trail = new AuditTrail(
    "kubernetes-audit",
    { environment, settings: { namespace, audit } },
    opts,
  );
  const rotation = new RotationPolicy(
    "kubernetes-rotation",
    {
      environment,
      settings: { source, delivery, refreshMinutes, restart, access: identities },
      given,
    },
    opts,
  );
  if (raisesAlerts(settings)) {
    new UsageAlerts(
      "kubernetes-alerts",
      { environment, settings: { ...reading, audit, alerts }, store },
      opts,
    );
  }
  if (pipeline && ci) {
    new CiAccess("kubernetes-ci", { environment, settings, store, pipeline }, opts);
  }

  const cost = costs({ environment, settings, ci });
  return {
    tasks: [...store.tasks, ...access.tasks, ...trail.tasks],
    ...(cost && { cost }),
    wiring: {
      // Pods have the keys in their environment: the guide's loader leaves alone what is set.
      secretMethod: "dotenv",
      env: { SECRET_METHOD: "dotenv" },
      references: store.references,
      identities: access.identities,
      rotation: { mode: rotation.mode, maxAgeDays: rotation.maxAgeDays },
      capabilities: capabilities(settings),
    },
  };
}
