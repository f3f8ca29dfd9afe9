import { CloudTrailClient, CreateTrailCommand } from "@aws-sdk/client-cloudtrail";
import { CloudWatchLogsClient, CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateVpcCommand, CreateVpcEndpointCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  CreateInstanceProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutResourcePolicyCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import execa from "execa";
import { parseConfig } from "../../../infra/config";
import type { AwsSettings } from "../../../infra/aws/settings";
import type { PlatformArgs } from "../../../infra/contracts/platform";
import { awsPlatform } from "../../../stacks/aws";
import { platforms } from "../../../stacks/platforms";
import { fingerprint } from "../../../sandbox/fingerprint";
import { max } from "../../fixtures/aws";
import { changed } from "../../fixtures/changed";
import { deploy } from "../../fixtures/deploy";
import { startAws, type Aws } from "../support/aws";
import { testWith } from "../support/needs";
import { findPython, pythonProgram } from "../support/python";

const account = "210987654321";
const region = "eu-central-1";
const python = findPython("aws");
const withAws = testWith("missing" in python ? python.missing : undefined);
const interpreter = "python" in python ? python.python : "";

const argsOf = (raw: unknown): PlatformArgs<AwsSettings> => {
  const { environment, ci, platforms: enabled } = parseConfig(raw, platforms);
  return { environment, ci, settings: enabled[0]?.settings as AwsSettings };
};
const findings = async (raw: unknown): Promise<readonly string[]> =>
  (await awsPlatform.preflight(argsOf(raw))).map(({ message }) => message);

/** On moto, which keeps what it is told: that calls are made as AWS's API has them. Who may make them is asked elsewhere. */
describe("an account", () => {
  let aws: Aws | undefined;
  const before = { ...process.env };
  beforeEach(async () => {
    if (interpreter === "") return;
    aws = await startAws(interpreter, account);
    Object.assign(process.env, aws.env);
  });
  afterEach(async () => {
    await aws?.stop();
    process.env = { ...before };
  });

  const secret = (name: string, tags: Readonly<Record<string, string>> = {}, value?: string) =>
    new SecretsManagerClient({ region }).send(
      new CreateSecretCommand({
        Name: name,
        ...(value === undefined ? {} : { SecretString: value }),
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );

  withAws("the guide's loader reads the keys by the wiring", async () => {
    const { results } = await deploy(parseConfig(max, platforms));
    const { references, env } = results["aws"]?.wiring ?? {};
    const { secret: name = "", jsonKey = "" } = references?.["anthropic"]?.locator ?? {};
    await secret(name, {}, JSON.stringify({ [jsonKey]: "sk-ant-1", OPENAI_API_KEY: "sk-2" }));
    const { stdout } = await execa(interpreter, [pythonProgram("aws_reader")], {
      env: { SECRET_ID: name, AWS_REGION: env?.["AWS_REGION"] },
    });
    expect(JSON.parse(stdout)).toEqual({
      ANTHROPIC_API_KEY: fingerprint("sk-ant-1"),
      OPENAI_API_KEY: fingerprint("sk-2"),
    });
  });

  withAws("the pre-flight: names are free", async () => {
    expect(await findings(max)).toEqual([]);
  });

  withAws("the pre-flight: credentials of another account", async () => {
    const raw: unknown = JSON.parse(JSON.stringify(max).replaceAll(account, "998877665544"));
    expect(await findings(raw)).toEqual([
      `aws.accountId: got 998877665544, and the credentials are of ${account}; fix: log in to the account that is meant, or correct aws.accountId`,
    ]);
  });

  withAws("the pre-flight: a name is taken; by this program it is not", async () => {
    await secret("promptsentinel/snyk", { "managed-by": "pulumi" });
    await secret("promptsentinel/api-keys");
    const [one, ...more] = await findings(max);
    expect(one).toContain("got create, but promptsentinel/api-keys exists and is not ours");
    expect(more).toEqual([]);
  });

  withAws("the pre-flight: a name that waits for its deletion, with what restores it", async () => {
    await secret("promptsentinel/api-keys");
    await new SecretsManagerClient({ region }).send(
      new DeleteSecretCommand({ SecretId: "promptsentinel/api-keys", RecoveryWindowInDays: 7 }),
    );
    const [one] = await findings(max);
    expect(one).toMatch(/^promptsentinel\/api-keys: waits for its deletion since \d{4}-/);
    expect(one).toContain("aws secretsmanager restore-secret --secret-id promptsentinel/api-keys");
  });

  withAws("the pre-flight: nothing to adopt", async () => {
    const arns = Object.fromEntries(
      ["api-keys", "redis", "gdpr", "snyk"].map((name) => [
        `promptsentinel/${name}`,
        `arn:aws:secretsmanager:${region}:${account}:secret:promptsentinel/${name}-AbCdEf`,
      ]),
    );
    const secrets = { mode: "adopt", arns };
    const found = await findings(
      changed(changed(max, "aws.secrets", secrets), "aws.encryption", {}),
    );
    expect(found).toHaveLength(4);
    for (const one of found) expect(one).toContain("there is no such secret to adopt");
  });

  withAws("what a cut-off run has made is found, each by the id that an import takes", async () => {
    const args = argsOf(max);
    const id = (type: string, inputs: Readonly<Record<string, unknown>>) =>
      awsPlatform.existingId({ type, inputs }, args);
    const tags = args.environment.tags;
    const kms = new KMSClient({ region });
    const iam = new IAMClient({ region });
    const document = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "sns:Publish", Resource: "*" }],
    });
    const { ARN } = await secret("promptsentinel/api-keys");
    await new SecretsManagerClient({ region }).send(
      new PutResourcePolicyCommand({ SecretId: ARN, ResourcePolicy: document }),
    );
    const { KeyMetadata } = await kms.send(
      new CreateKeyCommand({
        Description: "ours",
        Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
      }),
    );
    await kms.send(
      new CreateAliasCommand({ AliasName: "alias/x", TargetKeyId: KeyMetadata?.KeyId }),
    );
    const RoleName = "one";
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document }));
    await iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: "grants", PolicyDocument: document }),
    );
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: "one" }));
    await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: "https://token.actions.githubusercontent.com",
        ThumbprintList: ["0".repeat(40)],
      }),
    );
    const LocationConstraint = region;
    await new S3Client({ region, forcePathStyle: true }).send(
      new CreateBucketCommand({ Bucket: "one", CreateBucketConfiguration: { LocationConstraint } }),
    );
    await new CloudTrailClient({ region }).send(
      new CreateTrailCommand({ Name: "one", S3BucketName: "one" }),
    );
    await new CloudWatchLogsClient({ region }).send(
      new CreateLogGroupCommand({ logGroupName: "one" }),
    );
    const ec2 = new EC2Client({ region });
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    const endpoint = {
      VpcId: Vpc?.VpcId,
      ServiceName: `com.amazonaws.${region}.secretsmanager`,
    };
    const { VpcEndpoint } = await ec2.send(
      new CreateVpcEndpointCommand({
        ...endpoint,
        VpcEndpointType: "Interface",
        TagSpecifications: [
          { ResourceType: "vpc-endpoint", Tags: [{ Key: "Name", Value: "ours" }] },
        ],
      }),
    );

    const found: Readonly<Record<string, string | undefined>> = {
      secret: await id("aws:secretsmanager/secret:Secret", { name: "promptsentinel/api-keys" }),
      secretPolicy: await id("aws:secretsmanager/secretPolicy:SecretPolicy", { secretArn: ARN }),
      key: await id("aws:kms/key:Key", { description: "ours", tags }),
      alias: await id("aws:kms/alias:Alias", {
        name: "alias/x",
        targetKeyId: KeyMetadata?.KeyId,
      }),
      role: await id("aws:iam/role:Role", { name: RoleName }),
      rolePolicy: await id("aws:iam/rolePolicy:RolePolicy", { role: RoleName, name: "grants" }),
      profile: await id("aws:iam/instanceProfile:InstanceProfile", { name: "one" }),
      provider: await id("aws:iam/openIdConnectProvider:OpenIdConnectProvider", {
        url: "https://token.actions.githubusercontent.com",
      }),
      bucket: await id("aws:s3/bucket:Bucket", { bucket: "one" }),
      trail: await id("aws:cloudtrail/trail:Trail", { name: "one" }),
      logGroup: await id("aws:cloudwatch/logGroup:LogGroup", { name: "one" }),
      endpoint: await id("aws:ec2/vpcEndpoint:VpcEndpoint", {
        vpcId: Vpc?.VpcId,
        serviceName: endpoint.ServiceName,
        tags: { Name: "ours" },
      }),
    };
    expect(found).toEqual({
      secret: ARN,
      secretPolicy: ARN,
      key: KeyMetadata?.KeyId,
      alias: "alias/x",
      role: "one",
      rolePolicy: "one:grants",
      profile: "one",
      provider: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
      bucket: "one",
      trail: `arn:aws:cloudtrail:${region}:${account}:trail/one`,
      logGroup: "one",
      endpoint: VpcEndpoint?.VpcEndpointId,
    });
    for (const [name, value] of Object.entries(found)) {
      expect([name, typeof value]).toEqual([name, "string"]);
    }
  });

  withAws(
    "what it has not made is not found, and what is made again is the same is not sought",
    async () => {
      const args = argsOf(max);
      const { resources } = await deploy(parseConfig(max, platforms));
      const types = new Set(resources.filter(({ custom }) => custom).map(({ type }) => type));
      types.delete("pulumi:providers:aws");
      types.delete("aws:eks/podIdentityAssociation:PodIdentityAssociation");
      for (const type of types) {
        const inputs = {
          ...{ name: "two", bucket: "two-of-nobody", role: "two", url: "https://two.example" },
          ...{ targetKeyId: "alias/two", secretArn: "two", vpcId: "vpc-2", tags: { Name: "two" } },
        };
        expect([type, await awsPlatform.existingId({ type, inputs }, args)]).toEqual([
          type,
          undefined,
        ]);
      }
    },
  );
});
