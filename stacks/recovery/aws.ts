import { EKSClient, ListPodIdentityAssociationsCommand } from "@aws-sdk/client-eks";
import {
  GetInstanceProfileCommand,
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
];

type Lookup = (inputs: Inputs, region: string) => Promise<string | undefined>;

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

/** The types that can be looked up. */
export const recoverable: readonly string[] = Object.keys(lookups);

/**
 * The id of a resource whose creation was cut off, if the account has it.
 * @throws where the caller may not look: then nobody knows, and nothing is forgotten
 */
export async function existingId(
  { type, inputs }: Pending,
  { settings }: PlatformArgs<AwsSettings>,
): Promise<string | undefined> {
  if (!type.startsWith("aws:")) return undefined;
  const lookup = lookups[type];
  if (lookup === undefined) {
    throw new Error(
      `${type}: nobody knows where to look for it, so it is not forgotten either; fix: add its "Import" section to stacks/recovery/aws.ts`,
    );
  }
  try {
    return await lookup(inputs, text(inputs, "region") || settings.region);
  } catch (failure) {
    if (failure instanceof Error && absent.includes(failure.name)) return undefined;
    throw failure;
  }
}
