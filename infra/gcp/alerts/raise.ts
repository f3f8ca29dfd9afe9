import { Metric } from "@pulumi/gcp/logging/metric";
import { AlertPolicy } from "@pulumi/gcp/monitoring/alertPolicy";
import type { NotificationChannel } from "@pulumi/gcp/monitoring/notificationChannel";
import type * as pulumi from "@pulumi/pulumi";
import type { monitoring } from "@pulumi/gcp/types/input";
import type { Children } from "../../component";
import type { Environment } from "../../environment";
import { awaitMetric } from "../errorHooks";
import { alertsName } from "../layout";
import type { PlaceSettings } from "../settings";
import type { Alert, Told } from "./catalogue";

/** What raising an alert needs. */
export interface Raising {
  readonly environment: Environment;
  readonly settings: PlaceSettings;
  readonly channels: readonly NotificationChannel[];
  readonly children: Children;
}

/** Minutes in which entries are counted, and after the last of which an incident is over: Google takes no fewer. */
const window = "300s";
const over = "1800s";
/** An entry is told at most once in that time, and twenty times a day. https://cloud.google.com/logging/docs/alerting/monitoring-logs */
const pause = "300s";
const day = "86400s";

const caller = "EXTRACT(protoPayload.authenticationInfo.principalEmail)";
const subject = "EXTRACT(protoPayload.authenticationInfo.principalSubject)";

/** Parts of an entry that an incident is told with. https://cloud.google.com/logging/docs/logs-based-metrics/labels */
const entryLabels = {
  caller,
  subject,
  method: "EXTRACT(protoPayload.methodName)",
  resource: "EXTRACT(protoPayload.resourceName)",
};
const readLabels = {
  caller,
  subject,
  secret: 'REGEXP_EXTRACT(protoPayload.resourceName, "secrets/([^/]+)")',
};

/** Raises an alert, and says where. */
export function raise(id: string, alert: Alert, raising: Raising): string {
  if (alert.by === "nothing") return `nothing to watch: ${alert.why}`;
  if (alert.by === "entry") {
    return policy(id, alert, raising, {
      condition: {
        conditionMatchedLog: { filter: alert.filter, labelExtractors: entryLabels },
      },
      strategy: { autoClose: over, notificationRateLimit: { period: pause } },
    });
  }
  if (alert.by === "wait") {
    return policy(id, alert, raising, {
      condition: {
        conditionThreshold: {
          // In seconds, and 0 as long as nothing waits. https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-pubsub
          filter: `metric.type="pubsub.googleapis.com/subscription/oldest_unacked_message_age" AND resource.type="pubsub_subscription" AND resource.label.subscription_id="${alert.subscription}"`,
          ...above(alert.seconds),
          aggregations: [{ alignmentPeriod: window, perSeriesAligner: "ALIGN_MAX" }],
        },
      },
      strategy: { autoClose: over, ...daily(raising) },
    });
  }
  const labels = alert.each ? readLabels : {};
  const counted = metric(id, alert, labels, raising);
  return policy(id, alert, raising, {
    condition: {
      conditionThreshold: {
        // Google wants the type named, and audit logs of Secret Manager have no other.
        filter: `metric.type="logging.googleapis.com/user/${metricName(id, raising)}" AND resource.type="audited_resource"`,
        ...above(alert.limit - 1),
        aggregations: [
          {
            alignmentPeriod: window,
            perSeriesAligner: "ALIGN_SUM",
            crossSeriesReducer: "REDUCE_SUM",
            groupByFields: Object.keys(labels).map((label) => `metric.label.${label}`),
          },
        ],
      },
    },
    strategy: { autoClose: over },
    counted,
  });
}

const above = (thresholdValue: number) => ({
  comparison: "COMPARISON_GT",
  thresholdValue,
  duration: "0s",
});

/** Tells again each day, as long as it is so. */
const daily = ({ channels }: Raising) =>
  channels.length === 0
    ? {}
    : {
        notificationChannelStrategies: [
          {
            notificationChannelNames: channels.map(({ name }) => name),
            renotifyInterval: day,
          },
        ],
      };

/** The name of what an alert counts. */
export const metricName = (id: string, { environment }: Pick<Raising, "environment">): string =>
  `${alertsName(environment)}-${id}`;

/** A count of entries, of excluded ones too. https://cloud.google.com/logging/docs/logs-based-metrics */
export const metric = (
  id: string,
  { what, filter }: { readonly what: string; readonly filter: string },
  labelExtractors: Readonly<Record<string, string>>,
  raising: Raising,
): Metric =>
  new Metric(
    raising.children.name(`${id}-count`),
    {
      project: raising.settings.projectId,
      name: metricName(id, raising),
      description: what,
      filter,
      metricDescriptor: {
        ...{ metricKind: "DELTA", valueType: "INT64", unit: "1" },
        labels: Object.keys(labelExtractors).map((key) => ({ key, valueType: "STRING" })),
      },
      labelExtractors,
    },
    raising.children.options(),
  );

interface Raised {
  readonly condition: Omit<monitoring.AlertPolicyCondition, "displayName">;
  readonly strategy: monitoring.AlertPolicyAlertStrategy;
  readonly counted?: Metric;
}

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies */
export function policy(
  id: string,
  { what, act, severity }: Omit<Told, "hears">,
  { environment, settings, channels, children }: Raising,
  { condition, strategy, counted }: Raised,
): string {
  const displayName = `${alertsName(environment)}-${id}`;
  const own = children.name(id);
  const options: pulumi.CustomResourceOptions = counted
    ? { dependsOn: [counted], hooks: { onError: [awaitMetric(own, displayName)] } }
    : {};
  new AlertPolicy(
    own,
    {
      ...{ project: settings.projectId, displayName, severity, enabled: true, combiner: "OR" },
      conditions: [{ displayName: what, ...condition }],
      alertStrategy: strategy,
      documentation: {
        subject: `${environment.app} ${environment.stage}: ${what}`,
        content: [what, act, `Alert \`${id}\` of project \`${settings.projectId}\`.`].join("\n\n"),
        mimeType: "text/markdown",
      },
      notificationChannels: channels.map(({ name }) => name),
      userLabels: environment.tags,
    },
    children.options(options),
  );
  return displayName;
}
