import { NotificationChannel } from "@pulumi/gcp/monitoring/notificationChannel";
import type { Children } from "../../component";
import type { Environment } from "../../environment";
import { alertsName } from "../layout";
import type { AlertsSettings } from "../settings";

/** Whoever hears of alerts: each has a channel. https://cloud.google.com/monitoring/support/notification-options */
export const channels = (
  environment: Environment,
  settings: AlertsSettings,
  children: Children,
): readonly NotificationChannel[] =>
  Object.entries(settings.alerts.subscribers).map(
    ([name, { email }]) =>
      new NotificationChannel(
        children.name(`to-${name}`),
        {
          project: settings.projectId,
          displayName: `${alertsName(environment)}-${name}`,
          type: "email",
          labels: { email_address: email },
          enabled: true,
          userLabels: environment.tags,
        },
        children.options(),
      ),
  );
