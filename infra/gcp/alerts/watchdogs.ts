import { sinkName } from "../layout";
import { metric, metricName, policy, type Raising } from "./raise";
import { anyReads } from "./reads";
import type { Scope } from "./scope";

/** Names of who watches the watchers. */
export const watchdogIds = ["no-data", "unhealthy"] as const;

/** A metric as PromQL names it. https://cloud.google.com/monitoring/promql/promql-mapping */
const inPromql = (domain: string, path: string): string =>
  `${domain.replaceAll(".", "_")}:${path.replaceAll(/[^a-zA-Z0-9]/g, "_")}`;

/**
 * Reads that Secret Manager has counted in six hours, while in seven no entry of any read has come: long, because the
 * application reads once, at its start. Reads of another project's secrets count there too, by this project's accounts.
 * https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-serviceruntime
 */
export const silence = (name: string): string =>
  [
    `sum(increase(${inPromql("serviceruntime.googleapis.com", "api/request_count")}{monitored_resource="consumed_api",service="secretmanager.googleapis.com",method=~".*AccessSecretVersion"}[6h])) > 0`,
    `unless sum(increase(${inPromql("logging.googleapis.com", `user/${name}`)}{monitored_resource="audited_resource"}[7h])) > 0`,
  ].join(" ");

/** A log that is silent, and a sink that cannot send. */
export function watchdogs(scope: Scope, raising: Raising): void {
  const what = "secrets were read, and no read was logged for seven hours";
  const counted = metric(
    "no-data",
    { what: "reads of any secret", filter: anyReads(scope) },
    {},
    raising,
  );
  policy(
    "no-data",
    {
      what,
      act: "See whether the project's audit config of secretmanager.googleapis.com still has DATA_READ, and whom it exempts. Until it has, no other alert on reads comes.",
      severity: "ERROR",
    },
    raising,
    {
      condition: {
        conditionPrometheusQueryLanguage: {
          query: silence(metricName("no-data", raising)),
          ...{ duration: "1800s", evaluationInterval: "300s" },
          disableMetricValidation: true,
        },
      },
      strategy: { autoClose: "86400s" },
      counted,
    },
  );
  if (scope.trail === undefined) return;
  policy(
    "unhealthy",
    {
      what: "the audit's sink could not send what is logged",
      act: "See the sink's error in its project: most often its account may not write any more, or its destination is gone.",
      severity: "ERROR",
    },
    raising,
    {
      condition: {
        conditionThreshold: {
          // https://cloud.google.com/monitoring/api/metrics_gcp_i_o#gcp-logging
          filter: `metric.type="logging.googleapis.com/exports/error_count" AND resource.type="logging_sink" AND resource.label.name=starts_with("${sinkName(raising.environment, "")}")`,
          ...{ comparison: "COMPARISON_GT", thresholdValue: 0, duration: "0s" },
          aggregations: [{ alignmentPeriod: "3600s", perSeriesAligner: "ALIGN_DELTA" }],
        },
      },
      strategy: { autoClose: "86400s" },
    },
  );
}
