import type { Capabilities } from "../contracts/capability";
import type { KubernetesSettings } from "./settings";

/** Whether there is anything that Prometheus could be told of. */
export const raisesAlerts = ({
  delivery,
  alerts,
}: Pick<KubernetesSettings, "delivery" | "alerts">): boolean =>
  delivery === "externalSecrets" && alerts.prometheusRule === "create";

/** What a cluster does for each concern, and what it leaves to others. */
export const capabilities = (
  settings: Pick<
    KubernetesSettings,
    "source" | "delivery" | "restart" | "audit" | "alerts" | "pipeline"
  >,
): Capabilities => ({
  SecretStore:
    settings.delivery === "externalSecrets"
      ? {
          level: "full",
          note: `keys stay in ${settings.source}, and External Secrets brings copies, as often as refreshMinutes says`,
        }
      : {
          level: "partial",
          reason:
            "the application's chart has no setting for a volume or a command: its Pods have to be given them",
        },
  WorkloadAccess: {
    level: "full",
    note: "RBAC has no time and no denial: break-glass ends when its section does, and cluster administrators read all",
  },
  AuditTrail: {
    level: "partial",
    reason:
      settings.audit.apiServer === "own"
        ? "the API server takes its audit policy from its own start: the policy is written, not put there"
        : `${settings.audit.apiServer.toUpperCase()} has an audit policy of its own: turning its log on is its cloud's setting`,
  },
  RotationPolicy: {
    level: "partial",
    reason:
      settings.restart === "reloader"
        ? `values are rotated in ${settings.source}; they arrive with the next refresh, and Reloader restarts Pods`
        : `values are rotated in ${settings.source}; Pods take them over when somebody restarts them`,
  },
  UsageAlerts: raisesAlerts(settings)
    ? {
        level: "partial",
        reason:
          "told is that keys do not arrive, nobody brings them, or nothing is audited; who reads a Secret is in the audit log alone",
      }
    : {
        level: "absent",
        reason:
          settings.delivery === "externalSecrets"
            ? "kubernetes.alerts.prometheusRule is none: nothing tells that keys do not arrive"
            : `with ${settings.delivery} nothing counts what arrives: Pods that get no key do not start`,
      },
  CiAccess:
    settings.pipeline === undefined
      ? {
          level: "absent",
          reason: "kubernetes.pipeline is not set: the pipeline needs roles of your own",
        }
      : {
          level: "full",
          note: "stores, service accounts, roles and the namespace are an administrator's, because who writes them lets himself in",
        },
});
