import { CloudTrailClient, GetTrailCommand } from "@aws-sdk/client-cloudtrail";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeVpcEndpointsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { EKSClient, ListPodIdentityAssociationsCommand } from "@aws-sdk/client-eks";
import {
  GetInstanceProfileCommand,
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import {
  DescribeKeyCommand,
  KMSClient,
  ListAliasesCommand,
  ListResourceTagsCommand,
  paginateListKeys,
} from "@aws-sdk/client-kms";
import {
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { HeadBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { arnOf } from "../../infra/aws/layout";
import type { AwsSettings } from "../../infra/aws/settings";
import type { Pending, PlatformArgs } from "../../infra/contracts/platform";

type Inputs = Pending["inputs"];

const text = (inputs: Inputs, name: string): string => {
  const value = inputs[name];
  return typeof value === "string" ? value : "";
};

/** Errors that say that a thing is not there. */
const absent = [
  "ResourceNotFoundException",
  "NoSuchEntityException",
  "NoSuchEntity",
  "NotFoundException",
  "NotFound",
  "NoSuchBucket",
  "TrailNotFoundException",
];

type Lookup = (
  inputs: Inputs,
  region: string,
  settings: AwsSettings,
) => Promise<string | undefined>;

/**
 * What AWS makes by a put, or gives back when it is there already: made again it is the same one, so nobody has to
 * look for it, and the next run makes it.
 */
const puts: ReadonlySet<string> = new Set([
  ...["BucketLifecycleConfiguration", "BucketObjectLockConfiguration", "BucketOwnershipControls"],
  ...["BucketPolicy", "BucketPublicAccessBlock", "BucketServerSideEncryptionConfiguration"],
  ...["BucketVersioning", "EventRule", "EventTarget", "LogMetricFilter", "MetricAlarm"],
  ...["Topic", "TopicPolicy", "TopicSubscription", "StateMachine"],
]);

/** By the "Import" section of each resource: https://www.pulumi.com/registry/packages/aws/ */
const lookups: Readonly<Record<string, Lookup>> = {
  "aws:secretsmanager/secret:Secret": async (inputs, region) => {
    const client = new SecretsManagerClient({ region });
    return (await client.send(new DescribeSecretCommand({ SecretId: text(inputs, "name") }))).ARN;
  },
  "aws:secretsmanager/secretPolicy:SecretPolicy": async (inputs, region) => {
    const client = new SecretsManagerClient({ region });
    const SecretId = text(inputs, "secretArn");
    const { ResourcePolicy } = await client.send(new GetResourcePolicyCommand({ SecretId }));
    return ResourcePolicy === undefined ? undefined : SecretId;
  },
  "aws:kms/key:Key": keyWith,
  "aws:kms/alias:Alias": async (inputs, region) => {
    const client = new KMSClient({ region });
    const KeyId = text(inputs, "targetKeyId");
    const { Aliases = [] } = await client.send(new ListAliasesCommand({ KeyId }));
    return Aliases.find(({ AliasName }) => AliasName === inputs["name"])?.AliasName;
  },
  "aws:iam/role:Role": async (inputs) => {
    const RoleName = text(inputs, "name");
    return (await new IAMClient().send(new GetRoleCommand({ RoleName }))).Role?.RoleName;
  },
  "aws:iam/rolePolicy:RolePolicy": async (inputs) => {
    const [RoleName, PolicyName] = [text(inputs, "role"), text(inputs, "name")];
    await new IAMClient().send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    return `${RoleName}:${PolicyName}`;
  },
  "aws:iam/instanceProfile:InstanceProfile": async (inputs) => {
    const InstanceProfileName = text(inputs, "name");
    await new IAMClient().send(new GetInstanceProfileCommand({ InstanceProfileName }));
    return InstanceProfileName;
  },
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": async (inputs, _, settings) => {
    const host = text(inputs, "url").replace(/^https:\/\//, "");
    const OpenIDConnectProviderArn = arnOf("iam", `oidc-provider/${host}`, settings);
    await new IAMClient().send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
    return OpenIDConnectProviderArn;
  },
  "aws:cloudtrail/trail:Trail": async (inputs, region) => {
    const client = new CloudTrailClient({ region });
    return (await client.send(new GetTrailCommand({ Name: text(inputs, "name") }))).Trail?.TrailARN;
  },
  "aws:cloudwatch/logGroup:LogGroup": async (inputs, region) => {
    const logGroupNamePrefix = text(inputs, "name");
    const { logGroups = [] } = await new CloudWatchLogsClient({ region }).send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix }),
    );
    return logGroups.find(({ logGroupName }) => logGroupName === logGroupNamePrefix)?.logGroupName;
  },
  "aws:s3/bucket:Bucket": async (inputs, region, { accountId }) => {
    const Bucket = text(inputs, "bucket");
    // Another account's bucket of the name is not ours to take.
    const ours = { Bucket, ExpectedBucketOwner: accountId };
    await new S3Client({ region }).send(new HeadBucketCommand(ours));
    return Bucket;
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": endpointOf,
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": async (inputs, region) => {
    const clusterName = text(inputs, "clusterName");
    const { associations = [] } = await new EKSClient({ region }).send(
      new ListPodIdentityAssociationsCommand({
        clusterName,
        namespace: text(inputs, "namespace"),
        serviceAccount: text(inputs, "serviceAccount"),
      }),
    );
    const [one] = associations;
    return one?.associationId && `${clusterName},${one.associationId}`;
  },
};

/** An endpoint has no name either: it is the one of this service in the VPC with the stack's own tag. */
async function endpointOf(inputs: Inputs, region: string): Promise<string | undefined> {
  const { Name = "" } = (inputs["tags"] ?? {}) as Readonly<Record<string, string>>;
  const { VpcEndpoints = [] } = await new EC2Client({ region }).send(
    new DescribeVpcEndpointsCommand({
      Filters: [
        { Name: "vpc-id", Values: [text(inputs, "vpcId")] },
        { Name: "service-name", Values: [text(inputs, "serviceName")] },
        { Name: "tag:Name", Values: [Name] },
        { Name: "vpc-endpoint-state", Values: ["pendingAcceptance", "pending", "available"] },
      ],
    }),
  );
  return VpcEndpoints[0]?.VpcEndpointId;
}

/** A key has no name: it is the enabled one with this description and these tags. */
async function keyWith(inputs: Inputs, region: string): Promise<string | undefined> {
  const client = new KMSClient({ region });
  const tags = Object.entries((inputs["tags"] ?? {}) as Readonly<Record<string, string>>);
  for await (const { Keys = [] } of paginateListKeys({ client }, {})) {
    for (const { KeyId } of Keys) {
      const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
      if (KeyMetadata?.KeyState !== "Enabled") continue;
      if (KeyMetadata.Description !== inputs["description"]) continue;
      const { Tags = [] } = await client.send(new ListResourceTagsCommand({ KeyId }));
      const has = (name: string, value: string): boolean =>
        Tags.some(({ TagKey, TagValue }) => TagKey === name && TagValue === value);
      if (tags.every(([name, value]) => has(name, value))) return KeyId;
    }
  }
  return undefined;
}

/** Whether the outcome of a cut-off creation can be settled: by looking, or because making it again is the same. */
export const isRecoverable = (type: string): boolean =>
  type in lookups || puts.has(type.split(":").at(-1) ?? "");

/**
 * The id of a resource whose creation was cut off, if the account has it.
 * @throws where the caller may not look: then nobody knows, and nothing is forgotten
 */
export async function existingId(
  { type, inputs }: Pending,
  { settings }: PlatformArgs<AwsSettings>,
): Promise<string | undefined> {
  if (!type.startsWith("aws:")) return undefined;
  if (puts.has(type.split(":").at(-1) ?? "")) return undefined;
  const lookup = lookups[type];
  if (lookup === undefined) {
    throw new Error(
      `${type}: nobody knows where to look for it, so it is not forgotten either; fix: add its "Import" section to stacks/recovery/aws.ts`,
    );
  }
  try {
    return await lookup(inputs, text(inputs, "region") || settings.region, settings);
  } catch (failure) {
    if (failure instanceof Error && absent.includes(failure.name)) return undefined;
    throw failure;
  }
}
