import type { AlertId } from "../../contracts/usageAlerts";
import type { Alternative, Match, Test } from "./match";
import type { Scope } from "./scope";

/** How an alert is raised: by each event, by a number of them in five minutes, or by the check of ages. */
export type Alert =
  | { readonly by: "event"; readonly what: string; readonly match: Match }
  | { readonly by: "count"; readonly what: string; readonly match: Match; readonly limit: number }
  | { readonly by: "check"; readonly what: string };

export type CountLimits = Readonly<Record<"readsPerFiveMinutes" | "deniedPerFiveMinutes", number>>;

const calls = (
  service: string,
  names: readonly string[],
  ...tests: readonly Test[]
): Alternative => [
  { field: "eventSource", is: [`${service}.amazonaws.com`] },
  { field: "eventName", is: names },
  ...tests,
];

/** An alternative for what may not be there. */
const where = <Value>(
  value: Value | undefined,
  make: (value: Value) => readonly Alternative[],
): readonly Alternative[] => (value === undefined ? [] : make(value));

/**
 * What each alert looks for in CloudTrail's records.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
 * https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
 */
export function catalogue(scope: Scope, limits: CountLimits): Readonly<Record<AlertId, Alert>> {
  const { secrets } = scope;
  // A secret is asked for by its name, by its ARN, or by an ARN without its end.
  const ofSecrets: Test = {
    field: "requestParameters.secretId",
    is: secrets.names,
    startsWith: secrets.arns,
  };
  // What the service does by itself, it says elsewhere.
  const byService: Test = { field: "additionalEventData.SecretId", startsWith: secrets.arns };
  const none = ({ arns, starts }: Scope["readers"]): Test => ({
    field: "userIdentity.sessionContext.sessionIssuer.arn",
    isNone: arns,
    briefly: starts,
  });
  const ofKeys: Test = { field: "resources[0].ARN", is: scope.keys };
  const keyed = (names: readonly string[]): readonly Alternative[] =>
    scope.keys.length === 0 ? [] : [calls("kms", names, ofKeys)];
  return {
    "unexpected-reader": {
      by: "event",
      what: "somebody who is no reader read a secret, or tried to",
      match: [
        calls("secretsmanager", ["GetSecretValue"], ofSecrets, none(scope.readers)),
        calls(
          "kms",
          ["Decrypt"],
          { field: "requestParameters.encryptionContext.SecretARN", startsWith: secrets.arns },
          none(scope.users),
        ),
      ],
    },
    "read-spike": {
      by: "count",
      what: "secrets were read more often than usual",
      match: [calls("secretsmanager", ["GetSecretValue"], ofSecrets)],
      limit: limits.readsPerFiveMinutes,
    },
    "denied-burst": {
      by: "count",
      what: "calls about the secrets were refused again and again",
      match: [
        [
          { field: "eventSource", is: ["secretsmanager.amazonaws.com"] },
          { field: "errorCode", startsWith: ["AccessDenied"] },
          // A refused call's record may have no parameters: its message then names the secret.
          { field: "errorMessage", contains: secrets.names },
        ],
        [
          { field: "eventSource", is: ["secretsmanager.amazonaws.com"] },
          { field: "errorCode", startsWith: ["AccessDenied"] },
          ofSecrets,
        ],
      ],
      limit: limits.deniedPerFiveMinutes,
    },
    "grant-change": {
      by: "event",
      what: "who may reach the secrets was changed",
      match: [
        calls(
          "secretsmanager",
          ["PutResourcePolicy", "DeleteResourcePolicy", "ReplicateSecretToRegions"],
          ofSecrets,
        ),
        calls(
          "iam",
          [
            ...["CreateRole", "UpdateAssumeRolePolicy", "PutRolePolicy", "DeleteRolePolicy"],
            ...["AttachRolePolicy", "DetachRolePolicy"],
            ...["PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary"],
          ],
          { field: "requestParameters.roleName", startsWith: [scope.roles] },
        ),
        ...where(scope.boundary, (policy) => [
          calls("iam", ["CreatePolicyVersion", "SetDefaultPolicyVersion", "DeletePolicy"], {
            field: "requestParameters.policyArn",
            is: [policy],
          }),
        ]),
        ...keyed(["PutKeyPolicy", "CreateGrant"]),
      ],
    },
    "deletion-scheduled": {
      by: "event",
      what: "a secret, a replica or a version is being deleted",
      match: [
        calls("secretsmanager", ["DeleteSecret", "RemoveRegionsFromReplication"], ofSecrets),
        calls("secretsmanager", ["StartSecretVersionDelete"], byService),
      ],
    },
    "rotation-failed": {
      by: "event",
      what: "a rotation failed, was abandoned or was switched off",
      match: [
        calls("secretsmanager", ["CancelRotateSecret"], ofSecrets),
        calls("secretsmanager", ["RotationFailed", "RotationAbandoned"], byService),
      ],
    },
    "stale-key": { by: "check", what: "a secret is older than its keys may be" },
    "encryption-key-disabled": {
      by: "event",
      what: "a key that encrypts secrets, logs or alerts was disabled or is being deleted",
      match: keyed([
        ...["DisableKey", "ScheduleKeyDeletion", "DisableKeyRotation"],
        "DeleteImportedKeyMaterial",
      ]),
    },
    "audit-switched-off": {
      by: "event",
      what: "the audit trail or an alert was switched off or changed",
      match: auditMatch(scope),
    },
    "privileged-session": {
      by: "event",
      what: "somebody became a role that reads every key",
      match:
        scope.privileged.length === 0
          ? []
          : [
              calls("sts", ["AssumeRole"], {
                field: "requestParameters.roleArn",
                is: scope.privileged,
              }),
            ],
    },
  };
}

const auditMatch = (scope: Scope): Match => [
  calls("cloudtrail", ["StopLogging", "DeleteTrail", "UpdateTrail"], {
    field: "requestParameters.name",
    is: scope.trail,
  }),
  calls("cloudtrail", ["PutEventSelectors"], {
    field: "requestParameters.trailName",
    is: scope.trail,
  }),
  ...where(scope.bucket, (bucket) => [
    calls(
      "s3",
      [
        ...["DeleteBucket", "DeleteBucketPolicy", "PutBucketPolicy", "PutBucketLifecycle"],
        ...["PutBucketLifecycleConfiguration", "PutBucketObjectLockConfiguration"],
        ...["PutObjectLockConfiguration", "PutBucketVersioning"],
        "DeleteBucketPublicAccessBlock",
      ],
      { field: "requestParameters.bucketName", is: [bucket] },
    ),
  ]),
  ...where(scope.logGroup, (group) => [
    calls(
      "logs",
      [
        ...["DeleteLogGroup", "DeleteLogStream", "DeleteMetricFilter", "PutRetentionPolicy"],
        "DisassociateKmsKey",
      ],
      { field: "requestParameters.logGroupName", is: [group] },
    ),
  ]),
  calls("events", ["DisableRule", "DeleteRule"], {
    field: "requestParameters.name",
    startsWith: [scope.alerts],
  }),
  calls("events", ["RemoveTargets"], {
    field: "requestParameters.rule",
    startsWith: [scope.alerts],
  }),
  calls("monitoring", ["DeleteAlarms", "DisableAlarmActions"], {
    field: "requestParameters.alarmNames[0]",
    startsWith: [scope.alerts],
  }),
  calls("sns", ["DeleteTopic", "SetTopicAttributes"], {
    field: "requestParameters.topicArn",
    is: [scope.topicArn],
  }),
  calls("sns", ["Unsubscribe"], {
    field: "requestParameters.subscriptionArn",
    startsWith: [scope.topicArn],
  }),
  calls("states", ["DeleteStateMachine", "UpdateStateMachine"], {
    field: "requestParameters.stateMachineArn",
    is: [scope.stateMachineArn],
  }),
];
