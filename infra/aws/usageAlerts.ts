import * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import type { OperatorTask } from "../contracts/capability";
import { alertIds, type AlertId } from "../contracts/usageAlerts";
import type * as contract from "../contracts/usageAlerts";
import { ageCheck, ageLimits, metricNamespace, staleMetric } from "./alerts/ageCheck";
import { catalogue, type Alert } from "./alerts/catalogue";
import { alarm, onEvent, onLog, type Raising } from "./alerts/raise";
import { scopeOf } from "./alerts/scope";
import { alertsTopic } from "./alerts/topic";
import type { AuditTrail } from "./auditTrail";
import { alertsName, arnOf } from "./layout";
import type { SecretStore } from "./secretStore";
import type { AlertsSettings } from "./settings";

export interface UsageAlertsArgs extends ComponentArgs {
  readonly settings: AlertsSettings;
  readonly store: SecretStore;
  readonly trail: AuditTrail;
}

/** Seconds in which an hourly check must have come twice. */
const hour = 3600;

/**
 * The alert catalogue over the trail: a rule tells of an event in seconds, an alarm on the log does so for sure, and
 * silence is an alarm too. All of it goes to one encrypted topic.
 */
export class UsageAlerts extends Component implements contract.UsageAlerts {
  public readonly alerts: Readonly<Record<AlertId, string>>;
  public readonly tasks: readonly OperatorTask[];
  /** Where alerts are sent. */
  public readonly topicArn: string;

  constructor(name: string, args: UsageAlertsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("aws", "UsageAlerts", name, { ...args }, opts);
    const { environment, settings, store, trail } = args;
    const children = this.children();
    const { topic, key } = alertsTopic(environment, settings, children);
    const { stand, resolve } = standIns([...store.keyArns, ...trail.keyArns, key.arn], args);
    const raising: Raising = { environment, topic, children, resolve };
    const alerts = catalogue(scopeOf(environment, settings, stand), settings.alerts);
    this.alerts = Object.fromEntries(
      alertIds.map((id) => [id, this.raise(id, alerts[id], args, raising)]),
    ) as Record<AlertId, string>;
    this.watchdogs(args, raising);
    this.topicArn = arnOf("sns", alertsName(environment), settings);
    this.tasks = tasks(args, this.topicArn);
    this.registerOutputs({ alerts: this.alerts, topicArn: this.topicArn });
  }

  /** Where the alert is raised. */
  private raise(id: AlertId, alert: Alert, args: UsageAlertsArgs, raising: Raising): string {
    const { environment, settings, trail } = args;
    const at = `${alertsName(environment)}-${id}`;
    if (alert.by === "check") {
      if (ageLimits(environment, settings).length === 0)
        return "nothing to watch: no key has an age limit";
      ageCheck(environment, settings, this.children());
      alarm(id, stale(alert.what, args), raising);
      return at;
    }
    if (alert.match.length === 0) return "nothing to watch";
    if (alert.by === "event") onEvent(id, alert.what, alert.match, raising);
    if (trail.logGroup) {
      const limit = alert.by === "count" ? alert.limit : 1;
      onLog(id, { what: alert.what, match: alert.match, limit }, trail.logGroup, raising);
      return at;
    }
    return alert.by === "count" ? "not raised: the trail has no log group in this account" : at;
  }

  /** Who watches the watchers: a silent log, and rules whose events do not arrive. */
  private watchdogs({ environment, settings, trail }: UsageAlertsArgs, raising: Raising): void {
    if (trail.logGroup && ageLimits(environment, settings).length > 0) {
      alarm(
        "no-data",
        {
          // The check's own calls are in the log each hour.
          alarmDescription: "the trail has written nothing to its log group for two hours",
          namespace: "AWS/Logs",
          metricName: "IncomingLogEvents",
          dimensions: { LogGroupName: trail.logGroup.name },
          statistic: "Sum",
          period: hour,
          evaluationPeriods: 2,
          threshold: 1,
          comparisonOperator: "LessThanThreshold",
          treatMissingData: "breaching",
        },
        raising,
      );
    }
    alarm(
      "undelivered",
      {
        alarmDescription: "SNS could not deliver an alert",
        namespace: "AWS/SNS",
        metricName: "NumberOfNotificationsFailed",
        dimensions: { TopicName: alertsName(environment) },
        statistic: "Sum",
        period: 300,
        threshold: 1,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        treatMissingData: "notBreaching",
      },
      raising,
    );
  }
}

/** A check that did not come is an alarm as well: twice in a row, because an hour may fall between two of them. */
const stale = (what: string, { environment }: UsageAlertsArgs) => ({
  alarmDescription: `${what}; or the check of ages did not run`,
  namespace: metricNamespace(environment),
  metricName: staleMetric,
  statistic: "Maximum",
  period: hour,
  evaluationPeriods: 2,
  threshold: 1,
  comparisonOperator: "GreaterThanOrEqualToThreshold",
  treatMissingData: "breaching",
});

/**
 * A key's ARN is known when the key is there, and how patterns are divided must be known before: a stand-in of the same
 * length is in its place until then.
 */
function standIns(
  arns: readonly pulumi.Input<string>[],
  { settings }: UsageAlertsArgs,
): { readonly stand: readonly string[]; readonly resolve: Raising["resolve"] } {
  const stand = arns.map((_, index) =>
    arnOf("kms", `key/${String(index).padStart(36, "?")}`, settings),
  );
  const known = pulumi.all([...arns]);
  return {
    stand,
    resolve: (text) =>
      stand.some((one) => text.includes(one))
        ? known.apply((real) =>
            real.reduce((result, arn, index) => result.replaceAll(stand[index] ?? "", arn), text),
          )
        : text,
  };
}

const tasks = ({ settings }: UsageAlertsArgs, topic: string): readonly OperatorTask[] =>
  Object.keys(settings.alerts.subscribers).length > 0
    ? []
    : [
        {
          concern: "UsageAlerts",
          title:
            "nobody hears of alerts: add somebody to aws.alerts.subscribers, or subscribe by hand",
          text: `aws sns subscribe --topic-arn ${topic} --protocol https --notification-endpoint <your pager's address>`,
        },
      ];
