import type { Environment } from "../environment";
import { keyActions, throughSecretsManager } from "./grants";
import { arnOf, entriesOf, secretArn } from "./layout";
import type { Statement } from "./policyDocument";
import { roleArnsFor } from "./readers";
import type { PlaceSettings, StoreSettings } from "./settings";

const administration = [
  ...["kms:Describe*", "kms:Get*", "kms:List*", "kms:PutKeyPolicy", "kms:UpdateKeyDescription"],
  ...["kms:EnableKey", "kms:DisableKey", "kms:EnableKeyRotation", "kms:DisableKeyRotation"],
  ...["kms:RotateKeyOnDemand", "kms:RevokeGrant", "kms:TagResource", "kms:UntagResource"],
  ...["kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias"],
  ...["kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion"],
];

/**
 * Who administers a key: whoever IAM lets, the apply role and the account's owner among them, so that nobody is locked
 * out. No action among them uses the key or gives its use away by a grant.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-administrators
 */
export const administered = (place: PlaceSettings): Statement => ({
  Sid: "Administration",
  Effect: "Allow",
  Principal: { AWS: arnOf("iam", "root", place) },
  Action: administration,
  Resource: ["*"],
});

/**
 * The policy of the environment's key: administration apart from use; use by the roles that a secret is for, with that
 * secret's encryption context, through Secrets Manager.
 */
export function keyPolicy(environment: Environment, settings: StoreSettings): readonly Statement[] {
  const account = { AWS: arnOf("iam", "root", settings) };
  const everyKey = ["*"];
  const through = { "kms:ViaService": throughSecretsManager(settings) };
  const use = (action: string): readonly Statement[] =>
    // Secrets of the same roles share a statement: the policy has a limit of size.
    [...byRoles(action, environment, settings).values()].map(({ roles, arns }, index) => ({
      Sid: `${action.replace("kms:", "")}${String(index)}`,
      Effect: "Allow",
      Principal: account,
      Action: [action],
      Resource: everyKey,
      Condition: {
        StringEquals: through,
        ArnEquals: { "aws:PrincipalArn": roles },
        StringLike: { "kms:EncryptionContext:SecretARN": arns },
      },
    }));
  return [
    administered(settings),
    {
      // Whoever gives a secret this key is asked to show that they could use it: with this context and no secret's
      // own. https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-using-cmk
      Sid: "ValidationByTheServiceOnly",
      Effect: "Allow",
      Principal: account,
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: everyKey,
      Condition: {
        StringEquals: {
          ...through,
          "kms:EncryptionContext:SecretVersionId": "RequestToValidateKeyAccess",
        },
      },
    },
    ...["kms:Decrypt", "kms:GenerateDataKey"].flatMap(use),
  ];
}

/** Secrets by the roles that use the key for them. */
function byRoles(
  action: string,
  environment: Environment,
  settings: StoreSettings,
): ReadonlyMap<string, { readonly roles: readonly string[]; readonly arns: string[] }> {
  const groups = new Map<string, { roles: readonly string[]; arns: string[] }>();
  for (const entry of entriesOf(environment.keys, settings)) {
    const roles = roleArnsFor(entry, environment, settings, (consumer) =>
      keyActions(consumer).includes(action),
    );
    const group = groups.get(roles.join()) ?? { roles, arns: [] };
    group.arns.push(secretArn(entry.name, settings));
    if (roles.length > 0) groups.set(roles.join(), group);
  }
  return groups;
}
