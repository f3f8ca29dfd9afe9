import type { Environment } from "../environment";
import { seesValues } from "./grants";
import type { Entry } from "./layout";
import type { Condition, Statement } from "./policyDocument";
import { roleArnsFor } from "./readers";
import type { StoreSettings } from "./settings";

/** Where a value passes. Changing the policy is not among them, so nobody locks out who repairs it. */
const passingValues = ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"];

/**
 * A secret's own policy: it allows nothing and denies what no policy elsewhere may allow. Reading is denied to every
 * role but those that the secret is for.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
 */
export function secretPolicy(
  entry: Entry,
  environment: Environment,
  settings: StoreSettings,
): readonly Statement[] {
  const { accountId, organizationId, secrets, network } = settings;
  const deny = (
    Sid: string,
    Action: readonly string[],
    Condition?: Condition,
  ): readonly Statement[] => [
    {
      ...{ Sid, Effect: "Deny", Principal: "*", Action, Resource: ["*"] },
      ...(Condition && { Condition }),
    },
  ];
  // Services act for the owner without an account of their own: a replication, a deletion that is due.
  const noService = { Bool: { "aws:PrincipalIsAWSService": "false" } };
  // An endpoint of the stack has no id before it is made; its VPC has. Denied is what comes by none of the ways.
  const ways = {
    ...(secrets.vpcEndpoints.length > 0 && { "aws:SourceVpce": secrets.vpcEndpoints }),
    ...(network?.vpcId !== undefined && { "aws:SourceVpc": network.vpcId }),
  };
  const readers = roleArnsFor(entry, environment, settings, seesValues);
  return [
    ...deny("TlsOnly", ["secretsmanager:*"], { Bool: { "aws:SecureTransport": "false" } }),
    ...deny("ThisAccountOnly", ["secretsmanager:*"], {
      StringNotEquals: { "aws:PrincipalAccount": accountId },
      ...noService,
    }),
    ...(organizationId === undefined
      ? []
      : deny("ThisOrganizationOnly", ["secretsmanager:*"], {
          StringNotEquals: { "aws:PrincipalOrgID": organizationId },
          ...noService,
        })),
    ...deny(
      "ReadersOnly",
      ["secretsmanager:GetSecretValue"],
      readers.length === 0 ? undefined : { ArnNotEquals: { "aws:PrincipalArn": readers } },
    ),
    ...(Object.keys(ways).length === 0
      ? []
      : deny("ValuesThroughEndpointsOnly", passingValues, { StringNotEquals: ways })),
  ];
}
