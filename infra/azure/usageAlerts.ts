import * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import type { OperatorTask } from "../contracts/capability";
import { alertIds, type AlertId } from "../contracts/usageAlerts";
import type * as contract from "../contracts/usageAlerts";
import { actionGroup } from "./alerts/actionGroup";
import { healthCondition } from "./alerts/activity";
import { catalogue, type Alert } from "./alerts/catalogue";
import { callsQuery, countQuery, silenceQuery, toldOf } from "./alerts/query";
import { onActivity, onChange, onLog, type Raising } from "./alerts/raise";
import { scopeOf, type Scope } from "./alerts/scope";
import type { AuditTrail } from "./auditTrail";
import { alertsName, groupName, ownId } from "./layout";
import type { SecretStore } from "./secretStore";
import type { AlertsSettings } from "./settings";
import type { WorkloadAccess } from "./workloadAccess";

export interface UsageAlertsArgs extends ComponentArgs {
  readonly settings: AlertsSettings;
  readonly store: SecretStore;
  readonly access: WorkloadAccess;
  readonly trail: AuditTrail;
}

/**
 * The alert catalogue: calls of the vault by rules over the workspace's log, minutes after its rows arrive; changes
 * around it by the activity log's alerts. A log that is silent and a rule that does not run are told too.
 */
export class UsageAlerts extends Component implements contract.UsageAlerts {
  public readonly alerts: Readonly<Record<AlertId, string>>;
  public readonly tasks: readonly OperatorTask[];
  /** Whoever is told. */
  public readonly actionGroupId: string;
  /** What has to be there before somebody else tells the group. */
  public readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: UsageAlertsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("azure", "UsageAlerts", name, { ...args }, opts);
    const { environment, settings, store, trail } = args;
    this.actionGroupId = ownId(
      environment,
      settings,
      "Microsoft.Insights/actionGroups",
      alertsName(environment),
    );
    this.after = store.group;
    this.ready = [actionGroup(environment, settings, this.children())];
    this.after = [...this.ready, ...store.ready, ...trail.ready];
    const scope = scopeOf(environment, settings);
    const raising: Raising = {
      ...{ environment, settings, workspaceId: trail.workspaceId },
      ...{ actionGroupId: this.actionGroupId, children: this.children() },
    };
    const alerts = catalogue(scope, settings.alerts);
    this.alerts = Object.fromEntries(
      alertIds.map((id) => [id, raise(id, alerts[id], scope, args, raising)]),
    ) as Record<AlertId, string>;
    watchdogs(scope, raising);
    this.tasks = [...unheard(args), ...groups(args)];
    this.registerOutputs({ alerts: this.alerts, actionGroupId: this.actionGroupId });
  }
}

/** Where the alert is raised. */
function raise(
  id: AlertId,
  { what, severity, log, activity = [] }: Alert,
  scope: Scope,
  { access }: UsageAlertsArgs,
  raising: Raising,
): string {
  const at = activity.map((changes) => onChange(id, what, changes, raising));
  if (log) {
    const write = log.limit === undefined ? callsQuery : countQuery;
    // A managed identity's object id is known when the identity is there.
    const query = log.by
      ? pulumi.output(access.principalIds).apply((ids) => write(log, scope, ids))
      : write(log, scope, {});
    at.unshift(
      onLog(
        id,
        log.limit === undefined
          ? { what, severity, query, by: "sum", limit: 1, told: toldOf(log) }
          : { what, severity, query, by: "maximum", limit: log.limit },
        raising,
      ),
    );
  }
  return at.length > 0 ? at.join(", ") : "nothing to watch: nobody reads every key";
}

/** Who watches the watchers: a silent log, and rules that do not run. */
function watchdogs(scope: Scope, raising: Raising): void {
  onLog(
    "no-data",
    {
      what: "the vault was called, and its log has had no row of it for an hour",
      severity: 1,
      query: silenceQuery(scope),
      by: "sum",
      limit: 1,
      range: "PT3H",
      lasting: true,
    },
    raising,
  );
  onActivity(
    "unhealthy",
    "a rule over the log does not run: after a week of that Azure turns it off",
    scope.audit,
    healthCondition,
    raising,
  );
}

function unheard({ environment, settings }: UsageAlertsArgs): readonly OperatorTask[] {
  if (Object.keys(settings.alerts.subscribers).length > 0) return [];
  return [
    {
      concern: "UsageAlerts",
      title:
        "nobody hears of alerts: add somebody to azure.alerts.subscribers, or to the action group by hand",
      text: `az monitor action-group update --resource-group ${groupName(environment, settings)} --name ${alertsName(environment)} --add-action email <name> <address> usecommonalertschema`,
    },
  ];
}

/** A row names who called, never a group of theirs. */
const groups = ({ settings }: UsageAlertsArgs): readonly OperatorTask[] =>
  Object.entries(settings.access.rotator?.principals ?? {})
    .filter(([, { type }]) => type === "Group")
    .map(([name, { objectId }]) => ({
      concern: "UsageAlerts",
      title: `azure.access.rotator.principals.${name} is a group: its members' reads are told as an unexpected reader's; name them by their own object ids`,
      text: `az ad group member list --group ${objectId} --query [].id`,
    }));
