import type { CiRole } from "../contracts/ciAccess";
import type { Environment } from "../environment";
import { physicalName } from "../naming";
import {
  alertsName,
  arnOf,
  auditBucket,
  auditName,
  entriesOf,
  secretArn,
  trailArn,
} from "./layout";
import { partitionOf } from "./partition";
import { allow, type Statement } from "./policyDocument";
import type { AwsSettings } from "./settings";

export type PipelineArgs = readonly [environment: Environment, settings: AwsSettings];
type Args = PipelineArgs;

/** Things that the program manages: what the provider reads of them, and what `apply` does besides. */
interface Area {
  readonly name: string;
  readonly resources: readonly string[];
  readonly reads: readonly string[];
  readonly writes?: readonly string[];
}

/** What is reached by the names of resources alone. */
export const areaStatements = (role: CiRole, ...args: Args): readonly Statement[] =>
  areas(...args).map(({ name, resources, reads, writes = [] }) =>
    allow(name, role === "apply" ? [...reads, ...writes] : reads, resources),
  );

const secretsOf = (...[environment, settings]: Args): readonly string[] =>
  entriesOf(environment.keys, settings).flatMap(({ name }) =>
    regionsOf(settings).map((region) => secretArn(name, { ...settings, region })),
  );

export const regionsOf = ({ region, secrets }: AwsSettings): readonly string[] => [
  region,
  ...secrets.replicas,
];

export const keysOfRegions = (settings: AwsSettings): readonly string[] =>
  regionsOf(settings).map((region) => arnOf("kms", "key/*", { ...settings, region }));

export const rolesOfStack = (...[environment, settings]: Args): readonly string[] => [
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

function areas(...args: Args): readonly Area[] {
  const [environment, settings] = args;
  const { rules, alarms, topic, machine, logGroup } = alertArns(...args);
  return [
    {
      name: "Secrets",
      resources: secretsOf(...args),
      reads: ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"],
      writes: [
        ...["secretsmanager:CreateSecret", "secretsmanager:UpdateSecret"],
        ...["secretsmanager:RestoreSecret", "secretsmanager:PutResourcePolicy"],
        ...["secretsmanager:DeleteResourcePolicy", "secretsmanager:ValidateResourcePolicy"],
        ...["secretsmanager:ReplicateSecretToRegions"],
        ...["secretsmanager:RemoveRegionsFromReplication"],
        ...["secretsmanager:TagResource", "secretsmanager:UntagResource"],
      ],
    },
    {
      name: "ReadKeys",
      resources: keysOfRegions(settings),
      reads: [
        ...["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus"],
        "kms:ListResourceTags",
      ],
    },
    {
      name: "Roles",
      resources: rolesOfStack(...args),
      reads: [
        ...["iam:GetRole", "iam:GetRolePolicy", "iam:ListRolePolicies", "iam:GetInstanceProfile"],
        ...["iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole"],
      ],
      writes: [
        ...["iam:UpdateRole", "iam:UpdateAssumeRolePolicy", "iam:DeleteRole"],
        ...["iam:DeleteRolePolicy", "iam:TagRole", "iam:UntagRole"],
        ...["iam:CreateInstanceProfile", "iam:DeleteInstanceProfile", "iam:TagInstanceProfile"],
        ...["iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile"],
      ],
    },
    {
      name: "Alerts",
      resources: [rules, alarms, topic, `${topic}:*`, machine, logGroup],
      reads: [
        ...["events:DescribeRule", "events:ListTargetsByRule", "events:ListTagsForResource"],
        ...["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
        ...["sns:GetTopicAttributes", "sns:ListTagsForResource", "sns:GetSubscriptionAttributes"],
        ...["states:DescribeStateMachine", "states:ListTagsForResource"],
        ...["states:ListStateMachineVersions", "logs:DescribeMetricFilters"],
        "logs:ListTagsForResource",
      ],
      writes: [
        ...["events:PutRule", "events:DeleteRule", "events:PutTargets", "events:RemoveTargets"],
        ...["events:TagResource", "events:UntagResource", "events:EnableRule"],
        ...["cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms", "cloudwatch:TagResource"],
        ...["sns:CreateTopic", "sns:SetTopicAttributes", "sns:Subscribe", "sns:Unsubscribe"],
        ...["sns:TagResource", "states:CreateStateMachine", "states:UpdateStateMachine"],
        ...["states:TagResource", "logs:PutMetricFilter", "logs:DeleteMetricFilter"],
      ],
    },
    {
      name: "ReadTrail",
      resources: [settings.audit.trailArn ?? trailArn(environment, settings)],
      reads: [
        ...["cloudtrail:GetTrail", "cloudtrail:GetTrailStatus", "cloudtrail:GetEventSelectors"],
        ...["cloudtrail:GetInsightSelectors", "cloudtrail:ListTags"],
      ],
    },
    {
      name: "ReadBucket",
      // The bucket alone, not what is in it: the wildcards are over its settings.
      resources: [`arn:${partitionOf(settings.region)}:s3:::${auditBucket(environment, settings)}`],
      reads: ["s3:GetBucket*", "s3:Get*Configuration", "s3:ListBucket"],
    },
    {
      name: "ReadLists",
      resources: ["*"],
      reads: [
        ...["kms:ListAliases", "cloudtrail:DescribeTrails", "logs:DescribeLogGroups"],
        ...["eks:DescribePodIdentityAssociation", "eks:ListPodIdentityAssociations"],
        ...["ec2:DescribeVpcEndpoints", "ec2:DescribePrefixLists", "iam:GetOpenIDConnectProvider"],
        // The provider has a definition checked before it plans.
        "states:ValidateStateMachineDefinition",
      ],
    },
  ];
}
