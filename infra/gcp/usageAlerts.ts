import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import type { OperatorTask } from "../contracts/capability";
import { alertIds, type AlertId } from "../contracts/usageAlerts";
import type * as contract from "../contracts/usageAlerts";
import { catalogue } from "./alerts/catalogue";
import { channels } from "./alerts/channels";
import { raise, type Raising } from "./alerts/raise";
import { scopeOf } from "./alerts/scope";
import { watchdogs } from "./alerts/watchdogs";
import type { AuditTrail } from "./auditTrail";
import { membersOfConsumer } from "./grants";
import { isOfProject, keyIds } from "./layout";
import type { RotationPolicy } from "./rotationPolicy";
import type { SecretStore } from "./secretStore";
import type { AlertsSettings } from "./settings";

export interface UsageAlertsArgs extends ComponentArgs {
  readonly settings: AlertsSettings;
  readonly store: SecretStore;
  readonly trail: AuditTrail;
  readonly rotation: RotationPolicy;
}

/**
 * The alert catalogue: changes by each entry of the log that Google keeps of them; reads by metrics, which count what is
 * excluded from buckets too; a key that is due by the notice that waits. A log that is silent and a sink that cannot send
 * are told as well.
 */
export class UsageAlerts extends Component implements contract.UsageAlerts {
  public readonly alerts: Readonly<Record<AlertId, string>>;
  public readonly tasks: readonly OperatorTask[];

  constructor(name: string, args: UsageAlertsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gcp", "UsageAlerts", name, { ...args }, opts);
    const { environment, settings, store, trail, rotation } = args;
    this.retries = store.retries;
    this.after = store.apis;
    const told = channels(environment, settings, this.children());
    this.after = [...store.ready, ...trail.ready, ...rotation.ready];
    const scope = scopeOf(environment, settings);
    const raising: Raising = {
      ...{ environment, settings, channels: told, children: this.children() },
    };
    const alerts = catalogue(scope, settings.alerts);
    this.alerts = Object.fromEntries(
      alertIds.map((id) => [id, raise(id, alerts[id], raising)]),
    ) as Record<AlertId, string>;
    watchdogs(scope, raising);
    this.tasks = [...unheard(args), ...groups(args), ...elsewhere(args)];
    this.registerOutputs({ alerts: this.alerts });
  }
}

function unheard({ settings }: UsageAlertsArgs): readonly OperatorTask[] {
  if (Object.keys(settings.alerts.subscribers).length > 0) return [];
  return [
    {
      concern: "UsageAlerts",
      title: "nobody hears of alerts: add somebody to gcp.alerts.subscribers",
      text: "alerts: { subscribers: { on-call: { email: <address> } } }",
    },
  ];
}

/** An entry names who called, never a group of theirs. */
const groups = ({ environment, settings }: UsageAlertsArgs): readonly OperatorTask[] =>
  (["rotator", "breakGlass"] as const).flatMap((consumer) =>
    membersOfConsumer(consumer, environment, settings)
      .filter((member) => member.startsWith("group:"))
      .map((member) => ({
        concern: "UsageAlerts",
        title: `gcp.access.${consumer} has ${member}, and a group calls nothing: its members' reads are told as an unexpected reader's, and no session of theirs is; name them by their own accounts`,
        text: `gcloud identity groups memberships list --group-email=${member.slice("group:".length)}`,
      })),
  );

/** Changes of a key are in its own project's log. */
function elsewhere({ environment, settings }: UsageAlertsArgs): readonly OperatorTask[] {
  const foreign = keyIds(environment, settings).filter((key) => !isOfProject(key, settings));
  return foreign.map((key) => ({
    concern: "UsageAlerts",
    title: `the key ${key} is another project's: that it is disabled or destroyed is logged there, and not told here`,
    text: `gcloud logging read 'protoPayload.serviceName="cloudkms.googleapis.com" AND protoPayload.resourceName:"${key}"' --project=${key.split("/")[1] ?? ""}`,
  }));
}
