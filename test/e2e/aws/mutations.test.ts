import { max } from "../../fixtures/aws";
import { accountOf, allowed, type Account } from "../../support/iam";
import { mutants, type PolicyDocument as Document } from "../support/mutants";
import { recordedUp } from "../support/recordedUp";

/**
 * Nothing in a policy is there for its looks: without any one of its conditions, or with a wider resource, some request
 * is answered otherwise. What the right answers are is written in access.test.ts.
 */
const account = "210987654321";
const region = "eu-central-1";
const secretArn = (name: string): string =>
  `arn:aws:secretsmanager:${region}:${account}:secret:promptsentinel/${name}-a1B2c3`;
const keyArn = `arn:aws:kms:${region}:${account}:key/11111111-2222-3333-4444-555555555555`;
const everything = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};
const openKey = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: "kms:*",
      Resource: "*",
    },
  ],
};

const usual = {
  "aws:SecureTransport": "true",
  "aws:PrincipalAccount": account,
  "aws:PrincipalOrgID": "o-abcdefghij",
  "aws:PrincipalIsAWSService": "false",
  "aws:SourceVpce": "vpce-0a1b2c3d4e5f60718",
  "aws:SourceVpc": "vpc-0a1b2c3d4e5f60718",
  "kms:ViaService": `secretsmanager.${region}.amazonaws.com`,
  "kms:EncryptionContext:SecretARN": secretArn("api-keys"),
  "kms:EncryptionContext:SecretVersionId": "5b1c",
  "kms:ResourceAliases": ["alias/promptsentinel-prod-secrets"],
};
type Variant = Readonly<Record<string, string | readonly string[]>>;
const calls: readonly Variant[] = [
  {},
  { "aws:SecureTransport": "false" },
  { "aws:PrincipalAccount": "111122223333" },
  { "aws:PrincipalOrgID": "o-zzzzzzzzzz" },
  { "aws:SourceVpce": "vpce-1" },
  { "aws:SourceVpc": "vpc-1" },
  { "aws:SourceVpce": "vpce-1", "aws:SourceVpc": "vpc-1" },
];
const uses: readonly Variant[] = [
  { "kms:ResourceAliases": ["alias/another"] },
  ...["secretsmanager", "s3"].flatMap((service) =>
    ["5b1c", "RequestToValidateKeyAccess"].flatMap((version) =>
      ["api-keys", "snyk", "gdpr", "of-others"].map((name) => ({
        "kms:ViaService": `${service}.${region}.amazonaws.com`,
        "kms:EncryptionContext:SecretVersionId": version,
        "kms:EncryptionContext:SecretARN": secretArn(name),
      })),
    ),
  ),
];
const roles = ["app-ecs-task", "ci-oidc", "rotator", "operator", "administrator"].map(
  (name) => `arn:aws:iam::${account}:role/promptsentinel-prod-${name}`,
);
const requests = roles.flatMap((principal) =>
  [
    ["secretsmanager:GetSecretValue", secretArn("api-keys")],
    ["secretsmanager:GetSecretValue", secretArn("api-keys-and-more")],
    ["secretsmanager:GetSecretValue", secretArn("snyk")],
    ["kms:Decrypt", keyArn],
    ["kms:GenerateDataKey", keyArn],
  ].flatMap(([action = "", resource = ""]) =>
    (action.startsWith("kms:") ? uses : calls).map((variant) => ({
      principal,
      action,
      resource,
      context: { ...usual, "aws:PrincipalArn": principal, ...variant },
    })),
  ),
);

type Ask = (policy: Document) => Promise<readonly boolean[]>;
const asking =
  (service: string, policies: (policy: Document) => Parameters<typeof allowed>[1]): Ask =>
  (policy) =>
    Promise.all(
      requests
        .filter(({ action }) => action.startsWith(service))
        .map((request) => allowed(request, policies(policy))),
    );

/** Mutants that no request can tell, each with the reason why the condition is there. */
const accepted: Readonly<Record<string, string>> = {
  "ThisAccountOnly without aws:PrincipalIsAWSService":
    "keeps the denial from services, to which nothing here allows anything either",
  "ThisOrganizationOnly without aws:PrincipalIsAWSService": "the same",
  "EncryptionKey on anything": "any key that the account's alias is on is meant",
};

describe("every part of a policy counts", () => {
  let made: Account;
  beforeAll(async () => {
    made = accountOf(await recordedUp(max));
  });

  async function survivors(policy: unknown, ...asks: readonly Ask[]): Promise<readonly string[]> {
    const answers = (one: Document) => Promise.all(asks.map((ask) => ask(one)));
    const right = JSON.stringify(await answers(policy as Document));
    expect(right).toContain("true");
    expect(right).toContain("false");
    const found: string[] = [];
    for (const [name, mutant] of mutants(policy as Document)) {
      if (JSON.stringify(await answers(mutant)) === right) found.push(name);
    }
    return found.filter((name) => !(name in accepted));
  }

  test("of a role's", async () => {
    const grants = made.grantsOf("promptsentinel-prod-app-ecs-task")[0];
    const alone = (identity: Document) => ({ identity: [identity] });
    const withKey = (identity: Document) => ({ identity: [identity], resource: openKey });
    const asks = [asking("secretsmanager:", alone), asking("kms:", withKey)];
    expect(await survivors(grants, ...asks)).toEqual([]);
  });

  test("of a secret's", async () => {
    const ask = asking("secretsmanager:", (resource) => ({ identity: [everything], resource }));
    expect(await survivors(made.secretPolicy("aws-store-api-keys"), ask)).toEqual([]);
  });

  test("of the key's", async () => {
    const ask = asking("kms:", (resource) => ({ identity: [everything], resource }));
    expect(await survivors(made.keyPolicy("aws-store-key"), ask)).toEqual([]);
  });
});
