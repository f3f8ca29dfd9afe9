import { max } from "../../fixtures/aws";
import { accountOf, allowed, type Account } from "../../support/iam";
import { recordedUp } from "../support/recordedUp";

const account = "210987654321";
const region = "eu-central-1";
const secretArn = (name: string): string =>
  `arn:aws:secretsmanager:${region}:${account}:secret:${name}-a1B2c3`;
const keyArn = `arn:aws:kms:${region}:${account}:key/11111111-2222-3333-4444-555555555555`;

/** The secrets by the resource that each is, with the name that each has. */
const secrets = {
  "api-keys": "promptsentinel/api-keys",
  redis: "promptsentinel/cache",
  gdpr: "promptsentinel/gdpr",
  snyk: "promptsentinel/snyk",
} as const;
type SecretId = keyof typeof secrets;

/** What can be asked of a secret, and of the key for it. */
const onSecret = [
  ...["GetSecretValue", "DescribeSecret", "ListSecretVersionIds", "PutSecretValue"],
  ...["UpdateSecretVersionStage", "UpdateSecret", "DeleteSecret", "RestoreSecret"],
  ...["PutResourcePolicy", "DeleteResourcePolicy", "RotateSecret", "CancelRotateSecret"],
  ...["ReplicateSecretToRegions", "StopReplicationToReplica", "TagResource", "UntagResource"],
].map((name) => `secretsmanager:${name}`);
const onKey = [
  ...["Decrypt", "GenerateDataKey", "Encrypt", "ReEncryptFrom", "CreateGrant", "PutKeyPolicy"],
  ...["DisableKey", "ScheduleKeyDeletion", "DescribeKey", "UpdateAlias"],
].map((name) => `kms:${name}`);

const read = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret", "kms:Decrypt"];
const application = { "api-keys": read, redis: read, gdpr: read };
const versions = "secretsmanager:ListSecretVersionIds";
const write = [
  "secretsmanager:DescribeSecret",
  "secretsmanager:PutSecretValue",
  versions,
  "kms:Decrypt",
  "kms:GenerateDataKey",
];
const compose = [
  ...write,
  "secretsmanager:GetSecretValue",
  "secretsmanager:UpdateSecretVersionStage",
];

const ofSecrets = (name: string): string => `secretsmanager:${name}`;
const all = (actions: readonly string[]) => ({
  "api-keys": actions,
  redis: actions,
  gdpr: actions,
  snyk: actions,
});

/** Written by hand: what a row does not name is expected to be refused. */
const matrix: Readonly<Record<string, Partial<Record<SecretId, readonly string[]>>>> = {
  "promptsentinel-prod-app-ecs-execution": application,
  "promptsentinel-prod-app-ecs-task": application,
  "promptsentinel-prod-app-pod-identity": application,
  "promptsentinel-prod-app-irsa": application,
  "promptsentinel-prod-app-ec2": application,
  "promptsentinel-prod-app-lambda": application,
  "promptsentinel-prod-ci-oidc": { snyk: read },
  "promptsentinel-prod-rotator": { "api-keys": compose, redis: compose, snyk: compose },
  "promptsentinel-prod-operator": {
    "api-keys": write,
    redis: write,
    gdpr: write,
    snyk: write,
  },
  "promptsentinel-prod-break-glass": {
    "api-keys": [...read, versions],
    redis: [...read, versions],
    gdpr: [...read, versions],
    snyk: [...read, versions],
  },
  "promptsentinel-prod-pipeline-preview": all(["secretsmanager:DescribeSecret", "kms:DescribeKey"]),
  "promptsentinel-prod-pipeline-apply": all([
    ...["DescribeSecret", "UpdateSecret", "RestoreSecret", "PutResourcePolicy"].map(ofSecrets),
    ...["DeleteResourcePolicy", "ReplicateSecretToRegions"].map(ofSecrets),
    ...["TagResource", "UntagResource"].map(ofSecrets),
    ...["kms:DescribeKey", "kms:PutKeyPolicy", "kms:UpdateAlias"],
  ]),
  "promptsentinel-prod-alerts-check": {
    "api-keys": [versions],
    redis: [versions],
    snyk: [versions],
  },
  "promptsentinel-prod-alerts-ages": {},
  "promptsentinel-prod-audit": {},
};

/** A request as it should be made: by TLS, from this account and organization, through the endpoint. */
const usual = {
  "aws:SecureTransport": "true",
  "aws:PrincipalAccount": account,
  "aws:PrincipalOrgID": "o-abcdefghij",
  "aws:PrincipalIsAWSService": "false",
  "aws:SourceVpce": "vpce-0a1b2c3d4e5f60718",
  "aws:SourceVpc": "vpc-0a1b2c3d4e5f60718",
};
/** From a network that is none of ours. */
const elsewhere = { "aws:SourceVpce": "vpce-1", "aws:SourceVpc": "vpc-1" };
const throughSecretsManager = (secret: SecretId) => ({
  "aws:PrincipalAccount": account,
  "kms:ViaService": `secretsmanager.${region}.amazonaws.com`,
  "kms:CallerAccount": account,
  "kms:EncryptionContext:SecretARN": secretArn(secrets[secret]),
  "kms:EncryptionContext:SecretVersionId": "5b1c",
  "kms:ResourceAliases": ["alias/promptsentinel-prod-secrets"],
  "aws:ResourceTag/app": "promptsentinel",
  "aws:ResourceTag/stage": "prod",
});
const administrator = [
  { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
];
const roleArn = (name: string): string => `arn:aws:iam::${account}:role/${name}`;

type Context = Readonly<Record<string, string | readonly string[]>>;

describe("who may do what, asked of a policy evaluator", () => {
  let made: Account;
  beforeAll(async () => {
    made = accountOf(await recordedUp(max));
  });

  const asked = (
    role: string,
    action: string,
    secret: SecretId,
    context: Context = {},
    identity: readonly unknown[] = made.grantsOf(role),
  ): Promise<boolean> => {
    const isKey = action.startsWith("kms:");
    const base = isKey ? throughSecretsManager(secret) : usual;
    return allowed(
      {
        principal: roleArn(role),
        action,
        resource: isKey ? keyArn : secretArn(secrets[secret]),
        context: { ...base, "aws:PrincipalArn": roleArn(role), ...context },
      },
      {
        identity,
        resource: isKey
          ? made.keyPolicy("aws-store-key")
          : made.secretPolicy(`aws-store-${secret}`),
      },
    );
  };

  test("every role that the program makes has a row", () => {
    expect([...made.roles].sort()).toEqual(Object.keys(matrix).sort());
  });

  test.each(Object.keys(matrix))("%s has exactly what its row says", async (role) => {
    const found: Partial<Record<SecretId, string[]>> = {};
    for (const secret of Object.keys(secrets) as SecretId[]) {
      for (const action of [...onSecret, ...onKey]) {
        if (await asked(role, action, secret)) (found[secret] ??= []).push(action);
      }
      found[secret]?.sort();
    }
    const expected = Object.entries(matrix[role] ?? {}).map(
      ([secret, actions]) => [secret, [...actions].sort()] as const,
    );
    expect(found).toEqual(Object.fromEntries(expected));
  });

  const app = "promptsentinel-prod-app-ecs-task";

  test.each<[string, string, Context]>([
    ["without TLS", "secretsmanager:GetSecretValue", { "aws:SecureTransport": "false" }],
    ["from another network", "secretsmanager:GetSecretValue", elsewhere],
    [
      "of another organization",
      "secretsmanager:GetSecretValue",
      { "aws:PrincipalOrgID": "o-zzzzzzzzzz" },
    ],
    [
      "with another secret's context",
      "kms:Decrypt",
      { "kms:EncryptionContext:SecretARN": secretArn(secrets.snyk) },
    ],
    [
      "not through Secrets Manager",
      "kms:Decrypt",
      { "kms:ViaService": `s3.${region}.amazonaws.com` },
    ],
    ["with another key", "kms:Decrypt", { "kms:ResourceAliases": ["alias/another"] }],
  ])("the application is refused %s", async (_, action, context) => {
    expect(await asked(app, action, "api-keys")).toBe(true);
    expect(await asked(app, action, "api-keys", context)).toBe(false);
  });

  test.each<Context>([{ "aws:SourceVpce": "vpce-1" }, { "aws:SourceVpc": "vpc-1" }])(
    "either way in is enough: %j is not ours",
    async (context) => {
      expect(await asked(app, "secretsmanager:GetSecretValue", "api-keys", context)).toBe(true);
    },
  );

  test.each(["PutResourcePolicy", "DeleteResourcePolicy", "RestoreSecret"])(
    "the pipeline can repair from anywhere: %s",
    async (name) => {
      const apply = "promptsentinel-prod-pipeline-apply";
      expect(await asked(apply, ofSecrets(name), "api-keys", elsewhere)).toBe(true);
    },
  );

  test("a secret whose name only begins like ours is not ours", async () => {
    const resource = secretArn("promptsentinel/api-keys-of-others");
    const request = { principal: roleArn(app), action: "secretsmanager:GetSecretValue", resource };
    const identity = made.grantsOf(app);
    expect(await allowed({ ...request, context: usual }, { identity })).toBe(false);
  });

  describe("an administrator of the account", () => {
    const ask = (action: string, context?: Context) =>
      asked("administrator", action, "api-keys", context, administrator);

    test.each([
      "secretsmanager:PutResourcePolicy",
      "secretsmanager:DeleteResourcePolicy",
      "secretsmanager:DescribeSecret",
      "secretsmanager:RestoreSecret",
      "kms:PutKeyPolicy",
      "kms:CancelKeyDeletion",
      "kms:EnableKey",
    ])("can repair: %s", async (action) => {
      expect(await ask(action)).toBe(true);
      // From outside of the network too.
      expect(await ask(action, elsewhere)).toBe(true);
    });

    test.each([
      "secretsmanager:GetSecretValue",
      "kms:Decrypt",
      "kms:GenerateDataKey",
      "kms:CreateGrant",
    ])("does not get at a value: %s", async (action) => {
      expect(await ask(action)).toBe(false);
    });

    test("shows Secrets Manager that it may give a secret the key", async () => {
      const validation = { "kms:EncryptionContext:SecretVersionId": "RequestToValidateKeyAccess" };
      for (const action of ["kms:GenerateDataKey", "kms:Decrypt"]) {
        expect(await ask(action, validation)).toBe(true);
        expect(
          await ask(action, { ...validation, "kms:ViaService": `s3.${region}.amazonaws.com` }),
        ).toBe(false);
      }
    });
  });

  test.each(["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "kms:Decrypt"])(
    "another account's administrator is refused %s",
    async (action) => {
      const principal = "arn:aws:iam::111122223333:role/administrator";
      const isKey = action.startsWith("kms:");
      const context = isKey
        ? { ...throughSecretsManager("api-keys"), "kms:CallerAccount": "111122223333" }
        : usual;
      const request = {
        principal,
        action,
        resource: isKey ? keyArn : secretArn(secrets["api-keys"]),
        context: {
          ...context,
          "aws:PrincipalAccount": "111122223333",
          "aws:PrincipalArn": principal,
        },
      };
      const resource = isKey
        ? made.keyPolicy("aws-store-key")
        : made.secretPolicy("aws-store-api-keys");
      expect(await allowed(request, { identity: administrator, resource })).toBe(false);
    },
  );

  describe("a replica", () => {
    const there = "eu-west-1";
    const secret = secretArn(secrets["api-keys"]).replace(region, there);
    const context = {
      ...throughSecretsManager("api-keys"),
      "kms:ViaService": `secretsmanager.${there}.amazonaws.com`,
      "kms:EncryptionContext:SecretARN": secret,
    };
    const decrypt = (role: string, more: Context = {}): Promise<boolean> =>
      allowed(
        {
          principal: roleArn(role),
          action: "kms:Decrypt",
          resource: keyArn.replace(region, there),
          context: { ...context, "aws:PrincipalArn": roleArn(role), ...more },
        },
        { identity: made.grantsOf(role), resource: made.keyPolicy(`aws-store-key-${there}`) },
      );
    const call = (role: string, action: string): Promise<boolean> =>
      allowed(
        {
          principal: roleArn(role),
          action: `secretsmanager:${action}`,
          resource: secret,
          context: { ...usual, "aws:PrincipalArn": roleArn(role) },
        },
        { identity: made.grantsOf(role), resource: made.secretPolicy("aws-store-api-keys") },
      );

    test("is read with its own key, through its own region's Secrets Manager", async () => {
      expect(await call(app, "GetSecretValue")).toBe(true);
      expect(await decrypt(app)).toBe(true);
      expect(await decrypt(app, throughSecretsManager("api-keys"))).toBe(false);
    });

    test("is written by nobody", async () => {
      for (const role of made.roles) expect(await call(role, "PutSecretValue")).toBe(false);
    });
  });
});
