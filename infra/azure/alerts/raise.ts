import { ActivityLogAlert } from "@pulumi/azure-native/monitor/activityLogAlert";
import { ScheduledQueryRule } from "@pulumi/azure-native/monitor/scheduledQueryRule";
import type * as pulumi from "@pulumi/pulumi";
import type { Children } from "../../component";
import type { Environment } from "../../environment";
import { alertsName, groupName } from "../layout";
import type { PlaceSettings } from "../settings";
import { changeCondition, type Changes, type Condition } from "./activity";
import type { Alert } from "./catalogue";
import { every } from "./query";

/** What raising an alert needs. */
export interface Raising {
  readonly environment: Environment;
  readonly settings: PlaceSettings;
  readonly workspaceId: string;
  readonly actionGroupId: string;
  readonly children: Children;
}

/** A query of the workspace, and from which number in its results on it is an alert. */
export interface Search extends Pick<Alert, "what" | "severity"> {
  readonly query: pulumi.Input<string>;
  readonly by: "sum" | "maximum";
  readonly limit: number;
  /** Each combination of these columns is an alert of its own, and says what they are. @default none */
  readonly told?: readonly string[];
  /** How far back rows may be of: a row two days older than its arrival gets the time of that.
   * https://learn.microsoft.com/azure/azure-monitor/logs/data-ingestion-time#check-ingestion-time @default P2D */
  readonly range?: string;
  /** Told once until it is over, not in each run. @default false */
  readonly lasting?: boolean;
}

const period = `PT${String(every)}M`;

/**
 * Asks the workspace each five minutes; health of rules that run less often is not known.
 * https://learn.microsoft.com/rest/api/monitor/scheduled-query-rules/create-or-update
 */
export function onLog(suffix: string, search: Search, raising: Raising): string {
  const { environment, settings, workspaceId, actionGroupId, children } = raising;
  const { what, severity, query, limit } = search;
  const ruleName = `${alertsName(environment)}-${suffix}`;
  new ScheduledQueryRule(
    children.name(suffix),
    {
      resourceGroupName: groupName(environment, settings),
      ruleName,
      kind: "LogAlert",
      location: settings.location,
      displayName: ruleName,
      description: what,
      severity,
      enabled: true,
      scopes: [workspaceId],
      evaluationFrequency: period,
      windowSize: period,
      overrideQueryTimeRange: search.range ?? "P2D",
      autoMitigate: search.lasting ?? false,
      // A table is there once a row has come, which is after the rule.
      skipQueryValidation: true,
      criteria: {
        allOf: [
          {
            criterionType: "StaticThresholdCriterion",
            query,
            metricMeasureColumn: "Calls",
            timeAggregation: search.by === "sum" ? "Total" : "Maximum",
            operator: "GreaterThanOrEqual",
            threshold: limit,
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
            dimensions: (search.told ?? []).map((name) => ({
              name,
              operator: "Include",
              values: ["*"],
            })),
          },
        ],
      },
      actions: { actionGroups: [actionGroupId] },
      tags: environment.tags,
    },
    children.options(),
  );
  return ruleName;
}

/** Hears of the activity log's events within minutes, below the ids of its scopes. */
export function onActivity(
  suffix: string,
  what: string,
  scopes: readonly string[],
  condition: Condition,
  { environment, settings, actionGroupId, children }: Raising,
): string {
  const activityLogAlertName = `${alertsName(environment)}-${suffix}`;
  new ActivityLogAlert(
    children.name(suffix),
    {
      resourceGroupName: groupName(environment, settings),
      activityLogAlertName,
      location: "Global",
      description: what,
      enabled: true,
      scopes: [...scopes],
      condition,
      actions: { actionGroups: [{ actionGroupId }] },
      tags: environment.tags,
    },
    children.options(),
  );
  return activityLogAlertName;
}

/** Hears of changes. */
export const onChange = (id: string, what: string, changes: Changes, raising: Raising): string =>
  onActivity(
    changes.part === undefined ? `${id}-changes` : `${id}-${changes.part}`,
    what,
    changes.in,
    changeCondition(changes),
    raising,
  );
