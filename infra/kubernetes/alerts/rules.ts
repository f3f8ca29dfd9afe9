import type { AlertId } from "../../contracts/usageAlerts";
import type { Environment } from "../../environment";
import { ownName, workloadsOf } from "../layout";
import type { AlertsSettings } from "../settings";
import { grown, measured } from "./promql";

/** A rule as the Prometheus operator takes it. https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.Rule */
export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: { readonly summary: string; readonly description: string };
}

/** What an alert looks at, and which of its rules tells it where it has several; text says why there is none. */
export type Alert =
  | readonly (Omit<Rule, "labels"> & { readonly labels: Readonly<Record<string, string>> })[]
  | string;

/** Of what nobody but the API server's audit log knows. */
const ofAuditLog = "not raised: no metric says who called; the API server's audit log does";

/** How long refreshes may fail before a key counts as stale: three of them, and half an hour at least. */
const patience = (minutes: number): number => Math.max(3 * minutes, 30);

/**
 * The catalogue as Prometheus can tell it, from what External Secrets and the API server count.
 * https://external-secrets.io/latest/api/metrics/
 * https://kubernetes.io/docs/reference/instrumentation/metrics/
 */
export function catalogue(
  environment: Environment,
  settings: AlertsSettings,
): Readonly<Record<AlertId, Alert>> {
  const { namespace, refreshMinutes, source, audit } = settings;
  const names = workloadsOf(settings).map((one) => ownName(environment, one));
  const all = `name=~"${names.join("|")}"`;
  const of = (metric: string, matchers: string): readonly string[] =>
    measured(`externalsecret_${metric}`, namespace.name, matchers);
  const patient = String(patience(refreshMinutes));
  const stale = `${patient}m`;
  const atSource = `not raised here: it is of ${source}, whose own alerts tell`;
  return {
    "unexpected-reader": ofAuditLog,
    "read-spike": ofAuditLog,
    "denied-burst": ofAuditLog,
    "grant-change": ofAuditLog,
    "deletion-scheduled": atSource,
    "rotation-failed": [
      {
        alert: "rotation-failed",
        expr: `max by (name) (${of("status_condition", `${all},condition="Ready",status="False"`).join(" or ")}) == 1`,
        for: "10m",
        labels: { cause: "condition" },
        annotations: {
          summary: "keys do not come from their source into the cluster",
          description:
            "See the ExternalSecret's condition Ready and its events: most often its account's login at the source, a name there, or the way to it. Pods keep what they have; a rotated key does not arrive.",
        },
      },
      {
        alert: "rotation-failed",
        // Also of errors that leave the condition alone, and of readings that fail and succeed in turns. Failures come
        // 1 s to 7 min apart, so one that lasts is in every window, and one that has passed is in none after 15 min:
        // https://github.com/external-secrets/external-secrets/blob/v1.3.2/pkg/controllers/common/common.go#L98
        expr: `sum by (name) (${of("sync_calls_error", all)
          .map((one) => `increase(${one}[15m])`)
          .join(" or ")}) > 0`,
        for: "20m",
        labels: { cause: "errors" },
        annotations: {
          summary: "reading keys from their source fails again and again",
          description: "See the events of the ExternalSecret and the log of External Secrets.",
        },
      },
    ],
    "stale-key": names.map((name) => ({
      alert: "stale-key",
      // No reading for so long; also where nobody counts any more, as the controller is gone.
      expr: `absent(${of("sync_calls_total", `name="${name}"`)
        .map((one) => grown(one, stale))
        .join(" or ")})`,
      for: "15m",
      labels: { name },
      annotations: {
        summary: `nobody has read the source for ${name} for ${patient} minutes`,
        description:
          "See whether External Secrets runs and is scraped. How old a key itself may get, its source's own alert tells.",
      },
    })),
    "encryption-key-disabled": atSource,
    "audit-switched-off":
      audit.apiServer === "own"
        ? [
            {
              alert: "audit-switched-off",
              expr: `count(${grown("apiserver_audit_error_total", "15m")})`,
              for: "0m",
              labels: { cause: "errors" },
              annotations: {
                summary: "the API server could not write what it audits",
                description: "See its log, and the disk or service that its audit log is on.",
              },
            },
            {
              alert: "audit-switched-off",
              // Each refresh reads the Secret, so there is something to log in that time.
              expr: `absent(${grown("apiserver_audit_event_total", stale)})`,
              for: "15m",
              labels: { cause: "silence" },
              annotations: {
                summary: "the API server audits nothing",
                description:
                  "See whether it runs with --audit-policy-file and --audit-log-path, and is scraped. Until it does, nobody knows who reads Secrets.",
              },
            },
          ]
        : `not raised: ${audit.apiServer.toUpperCase()} runs the audit itself, and its cloud logs who turns it off`,
    "privileged-session": ofAuditLog,
  };
}

/** The rules of an alert, each with what it is routed by; no two of a stack with the same labels, which would be one alert. */
export const rulesOf = (id: AlertId, alert: Alert, { app, stage }: Environment): readonly Rule[] =>
  typeof alert === "string"
    ? []
    : alert.map(({ labels, ...rule }) => ({
        ...rule,
        labels: { severity: "warning", app, stage, alert_id: id, ...labels },
      }));
