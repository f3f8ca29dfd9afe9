import { conditionOn, statementsOf, unreadable, type Statement } from "../aws/document";
import { isSet, raw } from "../support";
import type { Rule } from "./rule";

/** Policies of identities, by the property that holds the text. */
const holders: Readonly<Record<string, string>> = {
  "aws:iam/rolePolicy:RolePolicy": "policy",
  "aws:iam/policy:Policy": "policy",
  "aws:iam/groupPolicy:GroupPolicy": "policy",
  "aws:iam/userPolicy:UserPolicy": "policy",
};

/** Actions that take no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html */
const withoutResource =
  /^(kms:(CreateKey|ListAliases)|cloudtrail:DescribeTrails|logs:DescribeLogGroups|eks:(Describe|List)PodIdentityAssociations?|ec2:Describe\w+|iam:GetOpenIDConnectProvider|states:ValidateStateMachineDefinition|sts:GetCallerIdentity)$/;

/**
 * An identity's policy names what it is about. A wildcard for every action or every resource is how one stolen role
 * becomes the account.
 *
 * @link https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-21
 */
export const awsLeastPrivilege: Rule = {
  name: "aws-least-privilege",
  description:
    "No policy of an AWS identity allows every action or, without a condition, every resource, because it then reaches what it is not for.",
  enforcementLevel: "mandatory",
  controls: [
    ...["CKV_AWS_1", "CKV_AWS_62", "CKV_AWS_63", "CKV_AWS_355", "CKV_AWS_356", "FSBP IAM.1"],
    ...["FSBP IAM.21", "FSBP KMS.1", "cdk-nag AwsSolutions-IAM5"],
  ],
  validateResource: ({ type, props }, report) => {
    const name = holders[type];
    if (
      type === "aws:iam/rolePolicyAttachment:RolePolicyAttachment" ||
      type === "aws:iam/user:User"
    ) {
      report(
        `${type}: allowed: roles with a policy of their own; fix: write the grants into the role's one inline policy, and give people roles to assume`,
      );
    }
    if (name === undefined) return;
    const policy = raw(props)[name];
    const statements = isSet(policy) ? statementsOf(policy) : [];
    if (statements === undefined) report(unreadable(name));
    for (const statement of statements ?? []) {
      for (const problem of problems(statement)) report(`${name}: ${problem}`);
    }
  },
};

function* problems(statement: Statement): Generator<string> {
  if (!statement.allows) return;
  const { actions, resources, inverted } = statement;
  if (inverted) {
    yield "allows what it does not name (NotAction or NotResource); fix: name what is meant";
  }
  for (const action of actions.filter((one) => /^(\*|[\w-]+:\*)$/.test(one))) {
    yield `allows ${action}; allowed: actions by name; fix: name those that are needed`;
  }
  if (!resources.includes("*") || conditionOn(statement, /./)) return;
  const scopable = actions.filter((one) => !withoutResource.test(one));
  if (scopable.length > 0) {
    yield `allows ${scopable.join(", ")} on every resource without a condition; fix: name the resources by ARN, or add a condition`;
  }
}
