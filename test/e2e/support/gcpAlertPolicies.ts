import { matches, parseQuery, type Query } from "../../support/loggingFilter";
import { ofType } from "../../support/mocks";
import type { Sampled } from "./gcpSamples";
import type { Up } from "./recordedUp";

/** Beginning of the alerts' names. */
export const prefix = "promptsentinel-prod-alerts-";

interface Condition {
  readonly conditionMatchedLog?: {
    readonly filter: string;
    readonly labelExtractors: Readonly<Record<string, string>>;
  };
  readonly conditionThreshold?: {
    readonly filter: string;
    readonly thresholdValue: number;
    readonly comparison: string;
    readonly aggregations: readonly {
      readonly alignmentPeriod: string;
      readonly perSeriesAligner: string;
      readonly crossSeriesReducer?: string;
      readonly groupByFields?: readonly string[];
    }[];
  };
  readonly conditionPrometheusQueryLanguage?: { readonly query: string; readonly duration: string };
}

/** Alerts. */
export const policies = (up: readonly Up[]): readonly Up[] =>
  ofType(up, "gcp:monitoring/alertPolicy:AlertPolicy");

/** What alerts count. */
export const metrics = (up: readonly Up[]): readonly Up[] =>
  ofType(up, "gcp:logging/metric:Metric");

/** An alert by its id. */
export const policyOf = (up: readonly Up[], id: string): Up =>
  only(
    policies(up).filter(({ inputs }) => inputs["displayName"] === `${prefix}${id}`),
    id,
  );

/** What an alert asks. */
export const conditionOf = ({ inputs }: Up): Condition =>
  only(inputs["conditions"] as readonly Condition[], "conditions");

function only<One>(all: readonly One[], what: string): One {
  const [found, ...more] = all;
  if (found === undefined || more.length > 0) throw new Error(`${what}: not one`);
  return found;
}

/** How an alert is raised: by a query, of whose entries more than a number raise it. */
export interface Raised {
  readonly query: Query;
  readonly text: string;
  readonly above: number;
}

/** The query of an alert, or of what it counts, and from how many entries on it is one. */
export function raisedBy(up: readonly Up[], id: string): Raised {
  const { conditionMatchedLog, conditionThreshold, conditionPrometheusQueryLanguage } = conditionOf(
    policyOf(up, id),
  );
  if (conditionMatchedLog) return raised(conditionMatchedLog.filter, 0);
  const counted = only(
    metrics(up).filter(({ inputs }) => inputs["name"] === `${prefix}${id}`),
    `metric of ${id}`,
  );
  const text = String(counted.inputs["filter"]);
  // Its sign of life is an entry.
  if (conditionPrometheusQueryLanguage) return raised(text, 0);
  if (conditionThreshold?.comparison !== "COMPARISON_GT") throw new Error(`${id}: not above`);
  return raised(text, conditionThreshold.thresholdValue);
}

const raised = (text: string, above: number): Raised => ({ query: parseQuery(text), text, above });

/** A stand-in for what Monitoring makes of entries in one window: their number against the threshold. */
export const tells = ({ query, above }: Raised, { entry, times }: Sampled): boolean =>
  matches(query, entry) && times > above;
