import { Alias } from "@pulumi/aws/kms/alias";
import { Key } from "@pulumi/aws/kms/key";
import type { ErrorHook } from "@pulumi/pulumi";
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
  /** What says that a taken alias is one that a destroy has kept. With it the key outlives the stack. */
  readonly kept?: (name: string, what: string) => ErrorHook;
}

/**
 * A key of the customer's own, with its alias. A key of what is kept is kept too: without it that would be lost.
 * https://www.pulumi.com/registry/packages/aws/api-docs/kms/key/
 */
export function encryptionKey(
  suffix: string,
  { region, alias, description, policy, encryption, environment, kept }: EncryptionKeyArgs,
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
    children.options({ retainOnDelete: kept !== undefined }),
  );
  new Alias(
    children.name(`${suffix}-alias`),
    { region, name: alias, targetKeyId: key.keyId },
    children.options({
      retainOnDelete: kept !== undefined,
      ...(kept && { hooks: { onError: [kept(children.name(`${suffix}-alias`), alias)] } }),
    }),
  );
  return key;
}
