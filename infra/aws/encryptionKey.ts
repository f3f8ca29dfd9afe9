import { Alias } from "@pulumi/aws/kms/alias";
import { Key } from "@pulumi/aws/kms/key";
import type { Children } from "../component";
import type { Environment } from "../environment";
import { policyDocument, type Statement } from "./policyDocument";
import type { AwsSettings } from "./settings";

export interface EncryptionKeyArgs {
  readonly region: string;
  readonly alias: string;
  readonly description: string;
  readonly policy: readonly Statement[];
  readonly encryption: Pick<AwsSettings["encryption"], "rotationDays" | "deletionDays">;
  readonly environment: Environment;
}

/**
 * A key of the customer's own, with its alias. It is never deleted by the program: what it encrypted would be lost.
 * https://www.pulumi.com/registry/packages/aws/api-docs/kms/key/
 */
export function encryptionKey(
  suffix: string,
  { region, alias, description, policy, encryption, environment }: EncryptionKeyArgs,
  children: Children,
): Key {
  const key = new Key(
    children.name(suffix),
    {
      region,
      description,
      enableKeyRotation: true,
      rotationPeriodInDays: encryption.rotationDays,
      deletionWindowInDays: encryption.deletionDays,
      policy: policyDocument(policy),
      tags: environment.tags,
    },
    children.options({ retainOnDelete: true }),
  );
  new Alias(
    children.name(`${suffix}-alias`),
    { region, name: alias, targetKeyId: key.keyId },
    children.options({ retainOnDelete: true }),
  );
  return key;
}
