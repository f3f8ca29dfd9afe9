import { wiringSchema, type Wiring } from "../../../infra/wiring/document";
import { accountOf, allowed } from "../../support/iam";
import { named, ofType } from "../../support/mocks";
import type { Up } from "./recordedUp";

/** The wiring document as an up put it out. */
export const wiringOf = (resources: readonly Up[]): Wiring =>
  wiringSchema.parse(ofType(resources, "pulumi:pulumi:Stack")[0]?.outputs["wiring"]);

/** What `ecs` renders. */
export interface EcsBlock {
  readonly taskDefinition: {
    readonly executionRoleArn: string;
    readonly containerDefinitions: readonly {
      readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
    }[];
  };
  readonly executionRolePolicy: unknown;
}

/** Keys of a request's context. */
export type Context = Readonly<Record<string, string | readonly string[]>>;

interface Reader {
  readonly principal: string;
  readonly identity: readonly unknown[];
  /** Of a secret and its key that exist, in the place of what the stack gave its own. */
  readonly owner?: { readonly secret: unknown; readonly key: unknown };
  /** What is different of the use of the key. */
  readonly key?: Context;
}

/** Both that a value takes: each is asked apart, so that neither hides that the other is open. */
export const both = ["value", "key"] as const;

/**
 * What a reader gets of a recorded secret, as ECS asks for it: its value by its full ARN, and the use of its key through
 * Secrets Manager.
 * @param child the resource's name in the program, without its component's
 */
export async function reads(
  resources: readonly Up[],
  child: string,
  { principal, identity, owner, key: different }: Reader,
): Promise<readonly (typeof both)[number][]> {
  const made = accountOf(resources);
  const secret = arnOf(resources, `aws-store-${child}`);
  const [, , , region = "", account = ""] = secret.split(":");
  const context = { "aws:PrincipalArn": principal, "aws:PrincipalAccount": account };
  const value = await allowed(
    {
      ...{ principal, action: "secretsmanager:GetSecretValue", resource: secret },
      context: {
        ...context,
        "aws:SecureTransport": "true",
        "aws:PrincipalOrgID": "o-abcdefghij",
        "aws:PrincipalIsAWSService": "false",
        "aws:SourceVpce": "vpce-0a1b2c3d4e5f60718",
        "aws:SourceVpc": "vpc-0a1b2c3d4e5f60718",
      },
    },
    { identity, resource: owner ? owner.secret : made.secretPolicy(`aws-store-${child}`) },
  );
  const decrypted = await allowed(
    {
      ...{ principal, action: "kms:Decrypt", resource: arnOf(resources, "aws-store-key") },
      context: {
        ...context,
        "kms:ViaService": `secretsmanager.${region}.amazonaws.com`,
        "kms:CallerAccount": account,
        "kms:EncryptionContext:SecretARN": secret,
        "kms:EncryptionContext:SecretVersionId": "5b1c",
        "kms:ResourceAliases": ["alias/promptsentinel-prod-secrets"],
        ...different,
      },
    },
    { identity, resource: owner ? owner.key : made.keyPolicy("aws-store-key") },
  );
  return both.filter((one) => (one === "value" ? value : decrypted));
}

/** What AWS made up for a recorded resource. */
export const arnOf = (resources: readonly Up[], name: string): string =>
  String(named(resources, name).outputs["arn"]);

/** What an owner has of whom IAM decides: no policy on the secret, and the key's default one. */
export const owners = (account: string) => ({
  secret: undefined,
  key: {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  },
});
