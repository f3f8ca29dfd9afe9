import { ActionGroup } from "@pulumi/azure-native/monitor/actionGroup";
import type { Children } from "../../component";
import type { Environment } from "../../environment";
import { alertsName, groupName } from "../layout";
import type { AlertsSettings } from "../settings";

/** Whoever hears of alerts: one group for all of them. https://learn.microsoft.com/azure/azure-monitor/alerts/action-groups */
export const actionGroup = (
  environment: Environment,
  settings: AlertsSettings,
  children: Children,
): ActionGroup =>
  new ActionGroup(
    children.name("action-group"),
    {
      resourceGroupName: groupName(environment, settings),
      actionGroupName: alertsName(environment),
      // Begins the subject of mails, and has at most twelve characters.
      groupShortName: `ps-${environment.stage}`,
      location: "Global",
      enabled: true,
      emailReceivers: Object.entries(settings.alerts.subscribers).map(([name, { email }]) => ({
        name,
        emailAddress: email,
        // One form for all alerts: https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema
        useCommonAlertSchema: true,
      })),
      tags: environment.tags,
    },
    children.options(),
  );
