import { EventRule } from "@pulumi/aws/cloudwatch/eventRule";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget";
import { LogMetricFilter } from "@pulumi/aws/cloudwatch/logMetricFilter";
import { MetricAlarm, type MetricAlarmArgs } from "@pulumi/aws/cloudwatch/metricAlarm";
import type { Topic } from "@pulumi/aws/sns/topic";
import type * as pulumi from "@pulumi/pulumi";
import type { Children } from "../../component";
import type { AlertId } from "../../contracts/usageAlerts";
import type { Environment } from "../../environment";
import { limits } from "../../limits";
import { alertsName } from "../layout";
import { metricNamespace } from "./ageCheck";
import { eventPattern } from "./eventPattern";
import { filterPattern } from "./filterPattern";
import { fitted, type Match } from "./match";

/** What raising an alert needs. */
export interface Raising {
  readonly environment: Environment;
  readonly topic: Topic;
  readonly children: Children;
  /** Puts what is known after creation in the place of its stand-in. */
  readonly resolve: (text: string) => pulumi.Input<string>;
}

/** The first part of several has no number, so that most alerts keep their names when keys come and go. */
const suffixed = (name: string, index: number): string =>
  index === 0 ? name : `${name}-${String(index + 1)}`;

const patternsOf = (match: Match, write: (some: Match) => string, limit: number) =>
  fitted(match, write, limit).map(write);

/**
 * Tells of each event, within seconds. Read events come to a rule in this state only; a plain ENABLED has none of them.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html#eb-service-event-cloudtrail-management
 */
export function onEvent(
  id: AlertId,
  what: string,
  match: Match,
  { environment, topic, children, resolve }: Raising,
): void {
  const patterns = patternsOf(match, eventPattern, limits.awsEventPatternSize);
  patterns.forEach((pattern, index) => {
    const suffix = suffixed(id, index);
    const rule = new EventRule(
      children.name(suffix),
      {
        name: `${alertsName(environment)}-${suffix}`,
        description: what,
        eventPattern: resolve(pattern),
        state: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
        tags: environment.tags,
      },
      children.options(),
    );
    new EventTarget(
      children.name(`${suffix}-target`),
      {
        rule: rule.name,
        targetId: "topic",
        arn: topic.arn,
        inputTransformer: {
          inputPaths: {
            call: "$.detail.eventName",
            event: "$.detail.eventID",
            region: "$.detail.awsRegion",
            source: "$.detail.sourceIPAddress",
            time: "$.time",
            who: "$.detail.userIdentity.arn",
          },
          inputTemplate: JSON.stringify(
            `${environment.app} ${environment.stage}: ${id}: ${what}. <call> by <who> from <source>, <region>, <time>, event <event>`,
          ),
        },
        // Delivery is at least tried for a day; the alarm on the log is there for when it is not.
        retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
      },
      children.options(),
    );
  });
}

/** Tells when the log has as many events as the limit in five minutes: EventBridge delivers as well as it can, no more. */
export function onLog(
  id: AlertId,
  { what, match, limit }: { what: string; match: Match; limit: number },
  { name: logGroupName, ready }: { name: string; ready: readonly pulumi.Resource[] },
  raising: Raising,
): void {
  const { environment, children, resolve } = raising;
  const patterns = patternsOf(match, filterPattern, limits.awsFilterPatternSize);
  patterns.forEach((pattern, index) => {
    const suffix = suffixed(`${id}-log`, index);
    new LogMetricFilter(
      children.name(suffix),
      {
        name: `${alertsName(environment)}-${suffix}`,
        logGroupName,
        pattern: resolve(pattern),
        metricTransformation: {
          namespace: metricNamespace(environment),
          name: id,
          value: "1",
          defaultValue: "0",
        },
      },
      children.options({ dependsOn: [...ready] }),
    );
  });
  alarm(
    id,
    {
      alarmDescription: what,
      namespace: metricNamespace(environment),
      metricName: id,
      statistic: "Sum",
      period: 300,
      threshold: limit,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      treatMissingData: "notBreaching",
    },
    raising,
  );
}

type AlarmArgs = Omit<MetricAlarmArgs, "name" | "alarmActions" | "tags" | "evaluationPeriods"> &
  Partial<Pick<MetricAlarmArgs, "evaluationPeriods">>;

/** An alarm that tells the topic. */
export function alarm(
  suffix: string,
  args: AlarmArgs,
  { environment, topic, children }: Raising,
): void {
  new MetricAlarm(
    children.name(`${suffix}-alarm`),
    {
      evaluationPeriods: 1,
      ...args,
      name: `${alertsName(environment)}-${suffix}`,
      alarmActions: [topic.arn],
      tags: environment.tags,
    },
    children.options(),
  );
}
