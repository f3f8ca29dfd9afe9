import type { CiRole } from "../contracts/ciAccess";
import { alertsName, arnOf, keyAlias, pipelineRoleName, roleArn } from "./layout";
import {
  areaStatements,
  keysOfRegions,
  regionsOf,
  rolesOfStack,
  type PipelineArgs as Args,
} from "./pipelineAreas";
import { allow, type Statement } from "./policyDocument";
import { rolesOf } from "./readers";

const deny = (Sid: string, Action: readonly string[], Resource: readonly string[]): Statement => ({
  ...{ Sid, Effect: "Deny", Action, Resource },
});

/**
 * What `preview` and `apply` may do. Neither reads a value, takes a role on, changes the pipeline's own roles, or
 * touches the audit trail: those are an administrator's.
 */
export const pipelineStatements = (role: CiRole, ...args: Args): readonly Statement[] => [
  ...areaStatements(role, ...args),
  ...(role === "apply" ? guardedWrites(...args) : []),
  ...never(...args),
];

/** Writes that a name alone does not bound: a condition does. */
function guardedWrites(...args: Args): readonly Statement[] {
  const [environment, settings] = args;
  const ours = {
    "aws:ResourceTag/app": environment.app,
    "aws:ResourceTag/stage": environment.stage,
  };
  const born = { "aws:RequestTag/app": environment.app, "aws:RequestTag/stage": environment.stage };
  const boundary = settings.permissionsBoundary;
  const [roles = ""] = rolesOfStack(...args);
  return [
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
    ...passes(...args),
    ...network(...args),
    ...clusters(...args),
  ];
}

/** Endpoints of the VPC that the settings name, where they name one. */
function network(...[environment, settings]: Args): readonly Statement[] {
  const { network: one } = settings;
  if (one?.vpcId === undefined) return [];
  const within = (kind: string, ids: readonly string[]): readonly string[] =>
    ids.map((id) => arnOf("ec2", `${kind}/${id}`, settings));
  const endpoints = within("vpc-endpoint", ["*"]);
  const ours = {
    "aws:ResourceTag/app": environment.app,
    "aws:ResourceTag/stage": environment.stage,
  };
  return [
    allow(
      "MakeEndpoints",
      ["ec2:CreateVpcEndpoint"],
      [
        ...endpoints,
        ...within("vpc", [one.vpcId]),
        ...within("subnet", one.subnetIds),
        ...within("security-group", one.securityGroupIds),
      ],
    ),
    allow("TagEndpoints", ["ec2:CreateTags"], endpoints, {
      StringEquals: { "ec2:CreateAction": "CreateVpcEndpoint" },
    }),
    allow(
      "WriteEndpoints",
      ["ec2:ModifyVpcEndpoint", "ec2:DeleteVpcEndpoints"],
      [...endpoints, ...within("subnet", ["*"]), ...within("security-group", ["*"])],
      { StringEquals: ours },
    ),
  ];
}

/** Associations of the clusters that the settings name. */
function clusters(...[, settings]: Args): readonly Statement[] {
  const names = (["app", "ci"] as const).flatMap(
    (consumer) => settings.access[consumer]?.podIdentity?.cluster ?? [],
  );
  if (names.length === 0) return [];
  return [
    allow(
      "WriteAssociations",
      [
        ...["eks:CreatePodIdentityAssociation", "eks:UpdatePodIdentityAssociation"],
        ...["eks:DeletePodIdentityAssociation", "eks:TagResource"],
      ],
      names.flatMap((name) => [
        arnOf("eks", `cluster/${name}`, settings),
        arnOf("eks", `podidentityassociation/${name}/*`, settings),
      ]),
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
