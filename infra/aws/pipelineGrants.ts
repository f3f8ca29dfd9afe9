import type { CiRole } from "../contracts/ciAccess";
import type { Environment } from "../environment";
import { physicalName } from "../naming";
import {
  alertsName,
  arnOf,
  auditBucket,
  auditName,
  entriesOf,
  keyAlias,
  pipelineRoleName,
  roleArn,
  secretArn,
  trailArn,
} from "./layout";
import { partitionOf } from "./partition";
import type { Condition, Statement } from "./policyDocument";
import { rolesOf } from "./readers";
import type { AwsSettings } from "./settings";

type Args = readonly [environment: Environment, settings: AwsSettings];

const allow = (
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
  Condition?: Condition,
): Statement => ({ Sid, Effect: "Allow", Action, Resource, ...(Condition && { Condition }) });

const deny = (Sid: string, Action: readonly string[], Resource: readonly string[]): Statement => ({
  ...{ Sid, Effect: "Deny", Action, Resource },
});

/**
 * What `preview` and `apply` may do. Neither reads a value, takes a role on, changes the pipeline's own roles, or
 * touches the audit trail: those are an administrator's.
 */
export function pipelineStatements(role: CiRole, ...args: Args): readonly Statement[] {
  return [...reads(...args), ...(role === "apply" ? writes(...args) : []), ...never(...args)];
}

const secretsOf = (...[environment, settings]: Args): readonly string[] =>
  entriesOf(environment.keys, settings).flatMap(({ name }) =>
    regionsOf(settings).map((region) => secretArn(name, { ...settings, region })),
  );

const regionsOf = ({ region, secrets }: AwsSettings): readonly string[] => [
  region,
  ...secrets.replicas,
];

const keysOfRegions = (settings: AwsSettings): readonly string[] =>
  regionsOf(settings).map((region) => arnOf("kms", "key/*", { ...settings, region }));

const rolesOfStack = (...[environment, settings]: Args): readonly string[] => [
  arnOf("iam", `role/${physicalName(environment.stage, "")}*`, settings),
  arnOf("iam", `instance-profile/${physicalName(environment.stage, "")}*`, settings),
];

const alertArns = (...[environment, settings]: Args) => {
  const name = alertsName(environment);
  return {
    rules: arnOf("events", `rule/${name}-*`, settings),
    alarms: arnOf("cloudwatch", `alarm:${name}-*`, settings),
    topic: arnOf("sns", name, settings),
    machine: arnOf("states", `stateMachine:${name}`, settings),
    logGroup: arnOf(
      "logs",
      `log-group:${settings.audit.logGroup ?? auditName(environment)}*`,
      settings,
    ),
  };
};

/** What the provider reads of each resource; lists that take no resource are on everything. */
function reads(...args: Args): readonly Statement[] {
  const [environment, settings] = args;
  const { rules, alarms, topic, machine, logGroup } = alertArns(...args);
  const bucket = `arn:${partitionOf(settings.region)}:s3:::${auditBucket(environment, settings)}`;
  return [
    allow(
      "ReadSecrets",
      ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"],
      secretsOf(...args),
    ),
    allow(
      "ReadKeys",
      [
        ...["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus"],
        "kms:ListResourceTags",
      ],
      keysOfRegions(settings),
    ),
    allow(
      "ReadRoles",
      [
        ...["iam:GetRole", "iam:GetRolePolicy", "iam:ListRolePolicies", "iam:GetInstanceProfile"],
        ...["iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole"],
      ],
      rolesOfStack(...args),
    ),
    allow(
      "ReadTrail",
      [
        ...["cloudtrail:GetTrail", "cloudtrail:GetTrailStatus", "cloudtrail:GetEventSelectors"],
        ...["cloudtrail:GetInsightSelectors", "cloudtrail:ListTags"],
      ],
      [settings.audit.trailArn ?? trailArn(environment, settings)],
    ),
    // The bucket alone, not what is in it: the wildcards are over its settings.
    allow("ReadBucket", ["s3:GetBucket*", "s3:Get*Configuration", "s3:ListBucket"], [bucket]),
    allow(
      "ReadAlerts",
      [
        ...["events:DescribeRule", "events:ListTargetsByRule", "events:ListTagsForResource"],
        ...["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
        ...["sns:GetTopicAttributes", "sns:ListTagsForResource", "sns:GetSubscriptionAttributes"],
        ...["states:DescribeStateMachine", "states:ListTagsForResource"],
        ...["states:ListStateMachineVersions", "logs:DescribeMetricFilters"],
        "logs:ListTagsForResource",
      ],
      [rules, alarms, topic, `${topic}:*`, machine, logGroup],
    ),
    allow(
      "ReadLists",
      [
        ...["kms:ListAliases", "cloudtrail:DescribeTrails", "logs:DescribeLogGroups"],
        ...["eks:DescribePodIdentityAssociation", "eks:ListPodIdentityAssociations"],
        ...["ec2:DescribeVpcEndpoints", "ec2:DescribePrefixLists", "iam:GetOpenIDConnectProvider"],
      ],
      ["*"],
    ),
  ];
}

function writes(...args: Args): readonly Statement[] {
  const [environment, settings] = args;
  const { rules, alarms, topic, machine, logGroup } = alertArns(...args);
  const ours = {
    "aws:ResourceTag/app": environment.app,
    "aws:ResourceTag/stage": environment.stage,
  };
  const born = { "aws:RequestTag/app": environment.app, "aws:RequestTag/stage": environment.stage };
  const boundary = settings.permissionsBoundary;
  const [roles = "", profiles = ""] = rolesOfStack(...args);
  return [
    allow(
      "WriteSecrets",
      [
        ...["secretsmanager:CreateSecret", "secretsmanager:UpdateSecret"],
        ...["secretsmanager:RestoreSecret", "secretsmanager:PutResourcePolicy"],
        ...["secretsmanager:DeleteResourcePolicy", "secretsmanager:ValidateResourcePolicy"],
        ...[
          "secretsmanager:ReplicateSecretToRegions",
          "secretsmanager:RemoveRegionsFromReplication",
        ],
        ...["secretsmanager:TagResource", "secretsmanager:UntagResource"],
      ],
      secretsOf(...args),
    ),
    allow("MakeKeys", ["kms:CreateKey", "kms:TagResource"], ["*"], { StringEquals: born }),
    allow(
      "WriteKeys",
      [
        ...["kms:PutKeyPolicy", "kms:UpdateKeyDescription", "kms:EnableKeyRotation"],
        ...["kms:EnableKey", "kms:CancelKeyDeletion", "kms:CreateAlias", "kms:UpdateAlias"],
      ],
      keysOfRegions(settings),
      { StringEquals: ours },
    ),
    allow(
      "NameKeys",
      ["kms:CreateAlias", "kms:UpdateAlias"],
      regionsOf(settings).flatMap((region) =>
        [keyAlias(environment), `alias/${alertsName(environment)}`].map((alias) =>
          arnOf("kms", alias, { ...settings, region }),
        ),
      ),
    ),
    allow(
      "MakeRoles",
      ["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"],
      [roles],
      boundary === undefined
        ? undefined
        : { StringEquals: { "iam:PermissionsBoundary": boundary } },
    ),
    allow(
      "WriteRoles",
      [
        ...["iam:UpdateRole", "iam:UpdateAssumeRolePolicy", "iam:DeleteRole"],
        ...["iam:DeleteRolePolicy", "iam:TagRole", "iam:UntagRole"],
        ...["iam:CreateInstanceProfile", "iam:DeleteInstanceProfile", "iam:TagInstanceProfile"],
        ...["iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile"],
      ],
      [roles, profiles],
    ),
    ...passes(...args),
    allow(
      "WriteAlerts",
      [
        ...["events:PutRule", "events:DeleteRule", "events:PutTargets", "events:RemoveTargets"],
        ...["events:TagResource", "events:UntagResource", "events:EnableRule"],
        ...["cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms", "cloudwatch:TagResource"],
        ...["sns:CreateTopic", "sns:SetTopicAttributes", "sns:Subscribe", "sns:TagResource"],
        ...["states:CreateStateMachine", "states:UpdateStateMachine", "states:TagResource"],
        ...["logs:PutMetricFilter", "logs:DeleteMetricFilter"],
      ],
      [rules, alarms, topic, `${topic}:*`, machine, logGroup],
    ),
  ];
}

/** Roles that are handed to a service, each to its own alone: a reader's role is not for any other. */
function passes(...[environment, settings]: Args): readonly Statement[] {
  const check = alertsName(environment);
  const pairs: readonly (readonly [service: string, roles: readonly string[]])[] = [
    ["states.amazonaws.com", [`${check}-check`]],
    ["events.amazonaws.com", [`${check}-ages`]],
    ["pods.eks.amazonaws.com", loginRoles("pod-identity", environment, settings)],
    ["ec2.amazonaws.com", loginRoles("ec2", environment, settings)],
  ];
  return pairs
    .filter(([, roles]) => roles.length > 0)
    .map(([service, roles]) =>
      allow(
        `Pass${service.split(".")[0] ?? ""}`,
        ["iam:PassRole"],
        roles.map((name) => roleArn(name, settings)),
        { StringEquals: { "iam:PassedToService": service } },
      ),
    );
}

const loginRoles = (login: string, ...[environment, settings]: Args): readonly string[] =>
  (["app", "ci"] as const)
    .flatMap((consumer) => rolesOf(consumer, environment, settings))
    .filter((name) => name.endsWith(`-${login}`));

/** What no later statement may give: values, other roles, the pipeline's own roles, an end to the audit. */
function never(...[environment, settings]: Args): readonly Statement[] {
  return [
    deny(
      "NoValues",
      [
        ...["secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue"],
        ...["secretsmanager:PutSecretValue", "kms:Decrypt", "kms:CreateGrant", "s3:GetObject*"],
      ],
      ["*"],
    ),
    deny("NoOtherRole", ["sts:AssumeRole*"], ["*"]),
    deny(
      "NoSelf",
      ["iam:Put*", "iam:Update*", "iam:Delete*", "iam:Attach*", "iam:Detach*", "iam:PassRole"],
      (["preview", "apply"] as const).map((role) =>
        roleArn(pipelineRoleName(environment, role), settings),
      ),
    ),
    deny(
      "NoEndOfAudit",
      [
        ...["cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:UpdateTrail"],
        ...["cloudtrail:PutEventSelectors", "logs:DeleteLogGroup", "logs:PutRetentionPolicy"],
        ...["s3:Put*", "s3:Delete*", "s3:BypassGovernanceRetention"],
        ...["kms:DisableKey", "kms:ScheduleKeyDeletion", "secretsmanager:DeleteSecret"],
      ],
      ["*"],
    ),
  ];
}
