import { ofType } from "../../support/mocks";
import type { Result } from "./kql";
import type { Up } from "./recordedUp";

/** Beginning of the alerts' names. */
export const prefix = "promptsentinel-prod-alerts-";

interface Criterion {
  readonly query: string;
  readonly timeAggregation: "Total" | "Maximum";
  readonly threshold: number;
  readonly dimensions: readonly { readonly name: string }[];
}

/** Rules over the log. */
export const rules = (up: readonly Up[]): readonly Up[] =>
  ofType(up, "azure-native:monitor:ScheduledQueryRule");

/** Alerts of the activity log. */
export const activity = (up: readonly Up[]): readonly Up[] =>
  ofType(up, "azure-native:monitor:ActivityLogAlert");

/** The rule over the log of an alert. */
export function ruleOf(up: readonly Up[], id: string): Up {
  const [found, ...more] = rules(up).filter(
    ({ inputs }) => inputs["ruleName"] === `${prefix}${id}`,
  );
  if (found === undefined || more.length > 0) throw new Error(`rules of ${id}: not one`);
  return found;
}

/** What a rule asks. */
export function criterionOf({ inputs }: Up): Criterion {
  const { allOf } = inputs["criteria"] as { allOf: readonly Criterion[] };
  const [criterion, ...more] = allOf;
  if (criterion === undefined || more.length > 0) throw new Error("not one criterion");
  return criterion;
}

/**
 * A stand-in for what a rule makes of its query's result, as the page describes it: a number for each combination of its
 * dimensions, against the threshold.
 * https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule#configure-alert-rule-conditions
 */
export function isTold(rule: Up, result: Result): boolean {
  const { timeAggregation, threshold, dimensions } = criterionOf(rule);
  const groups = new Map<string, number[]>();
  for (const row of result) {
    const key = JSON.stringify(dimensions.map(({ name }) => row[name]));
    groups.set(key, [...(groups.get(key) ?? []), Number(row["Calls"])]);
  }
  return [...groups.values()].some((calls) => {
    const value =
      timeAggregation === "Total" ? calls.reduce((sum, one) => sum + one, 0) : Math.max(...calls);
    return value >= threshold;
  });
}
