import { EventRule } from "@pulumi/aws/cloudwatch/eventRule";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget";
import { StateMachine } from "@pulumi/aws/sfn/stateMachine";
import type { Children } from "../../component";
import type { Environment } from "../../environment";
import { alertsName, arnOf, entriesOf, secretArn } from "../layout";
import { partitionOf } from "../partition";
import type { Statement } from "../policyDocument";
import { role } from "../roles";
import type { AlertsSettings, PlaceSettings } from "../settings";

/** A secret and the days after which it is stale: the fewest of its keys. */
interface Limit {
  readonly secretId: string;
  readonly days: number;
}

/** Secrets with a limit of age. A JSON of several keys is as old as its last change. */
export const ageLimits = (
  environment: Environment,
  settings: Pick<AlertsSettings, "secrets">,
): readonly Limit[] =>
  entriesOf(environment.keys, settings).flatMap(({ name, keys }) => {
    const days = keys.flatMap(({ maxAgeDays }) => maxAgeDays ?? []);
    return days.length === 0 ? [] : [{ secretId: name, days: Math.min(...days) }];
  });

/** Namespace of the environment's own metrics; the check may write no other. */
export const metricNamespace = alertsName;
/** The number of stale secrets, once an hour. */
export const staleMetric = "stale-keys";

/**
 * The check, in the states language: for each secret the age of its current version, then the number of those that are
 * too old, as a metric. It sees dates, never a value, and there is no code to keep. A secret without a value is not old.
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export function ageDefinition(environment: Environment, settings: AlertsSettings): string {
  const sdk = (action: string) => `arn:${partitionOf(settings.region)}:states:::aws-sdk:${action}`;
  // AWS's own advice for what may be throttled or away for a moment.
  const retry = [
    { ErrorEquals: ["States.ALL"], IntervalSeconds: 5, MaxAttempts: 4, BackoffRate: 2 },
  ];
  return JSON.stringify({
    Comment: "Counts the secrets that are older than their keys may be",
    QueryLanguage: "JSONata",
    StartAt: "Ages",
    States: {
      Ages: {
        Type: "Map",
        Items: ageLimits(environment, settings),
        MaxConcurrency: 5,
        ItemProcessor: {
          ProcessorConfig: { Mode: "INLINE" },
          StartAt: "Versions",
          States: {
            Versions: {
              Type: "Task",
              Resource: sdk("secretsmanager:listSecretVersionIds"),
              Arguments: { SecretId: "{% $states.input.secretId %}" },
              Retry: retry,
              Output:
                "{% ($current := $states.result.Versions['AWSCURRENT' in VersionStages]; " +
                "$exists($current) and $millis() - $toMillis($current.CreatedDate) > " +
                "$states.input.days * 86400000 ? 1 : 0) %}",
              End: true,
            },
          },
        },
        Next: "Report",
      },
      Report: {
        Type: "Task",
        Resource: sdk("cloudwatch:putMetricData"),
        Arguments: {
          Namespace: metricNamespace(environment),
          MetricData: [
            { MetricName: staleMetric, Unit: "Count", Value: "{% $sum($states.input) %}" },
          ],
        },
        Retry: retry,
        End: true,
      },
    },
  });
}

const trusted = (service: string, place: PlaceSettings, source: string): readonly Statement[] => [
  {
    Sid: "Trust",
    Effect: "Allow",
    Principal: { Service: service },
    Action: ["sts:AssumeRole"],
    Condition: {
      StringEquals: { "aws:SourceAccount": place.accountId },
      ArnEquals: { "aws:SourceArn": source },
    },
  },
];

/** Dates of the secrets, and one metric. */
const checkGrants = (environment: Environment, settings: AlertsSettings): readonly Statement[] => [
  {
    Sid: "Dates",
    Effect: "Allow",
    Action: ["secretsmanager:ListSecretVersionIds"],
    Resource: ageLimits(environment, settings).map(({ secretId }) => secretArn(secretId, settings)),
  },
  {
    Sid: "Metric",
    Effect: "Allow",
    Action: ["cloudwatch:PutMetricData"],
    // Metrics have no ARN: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
    Resource: ["*"],
    Condition: { StringEquals: { "cloudwatch:namespace": metricNamespace(environment) } },
  },
];

/** The check, each hour: its calls are also what tells that the trail still writes. */
export function ageCheck(
  environment: Environment,
  settings: AlertsSettings,
  children: Children,
): void {
  const name = alertsName(environment);
  const schedule = `${name}-ages`;
  const machineArn = arnOf("states", `stateMachine:${name}`, settings);
  const { permissionsBoundary } = settings;
  const runs = role(
    "ages-check",
    {
      name: `${name}-check`,
      description: "Reads the dates of the secrets",
      trust: trusted("states.amazonaws.com", settings, machineArn),
      grants: checkGrants(environment, settings),
      permissionsBoundary,
      environment,
    },
    children,
  );
  const machine = new StateMachine(
    children.name("ages"),
    {
      name,
      roleArn: runs.made.arn,
      definition: ageDefinition(environment, settings),
      tags: environment.tags,
    },
    children.options({ dependsOn: [runs.grants] }),
  );
  const starts = role(
    "ages-schedule",
    {
      name: schedule,
      description: "Starts the check of ages",
      trust: trusted(
        "events.amazonaws.com",
        settings,
        arnOf("events", `rule/${schedule}`, settings),
      ),
      grants: [
        {
          Sid: "Start",
          Effect: "Allow",
          Action: ["states:StartExecution"],
          Resource: [machineArn],
        },
      ],
      permissionsBoundary,
      environment,
    },
    children,
  );
  const rule = new EventRule(
    children.name("ages-hourly"),
    {
      name: schedule,
      description: "Counts stale secrets each hour",
      scheduleExpression: "rate(1 hour)",
      state: "ENABLED",
      tags: environment.tags,
    },
    children.options(),
  );
  new EventTarget(
    children.name("ages-target"),
    { rule: rule.name, targetId: "check", arn: machine.arn, roleArn: starts.made.arn },
    children.options({ dependsOn: [starts.grants] }),
  );
}
