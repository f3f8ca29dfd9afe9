import type { Consumer, Environment } from "../environment";
import { arnOf, entriesFor, keyAlias, secretArn } from "./layout";
import type { Statement } from "./policyDocument";
import type { AwsSettings, PlaceSettings } from "./settings";

type GrantSettings = PlaceSettings & Pick<AwsSettings, "secrets" | "encryption">;

interface Grant {
  /** On the secrets. */
  readonly secrets: readonly string[];
  /** On their encryption key, and only through Secrets Manager. */
  readonly key: readonly string[];
}

const reading = ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"];
const versions = "secretsmanager:ListSecretVersionIds";

/**
 * What Secrets Manager asks of its caller: https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 * (Permissions for the KMS key). A put needs Decrypt too, which gives nobody a value without GetSecretValue.
 */
const byConsumer: Readonly<Record<Consumer, Grant>> = {
  app: { secrets: reading, key: ["kms:Decrypt"] },
  ci: { secrets: reading, key: ["kms:Decrypt"] },
  breakGlass: { secrets: [...reading, versions], key: ["kms:Decrypt"] },
  operator: {
    secrets: ["secretsmanager:PutSecretValue", "secretsmanager:DescribeSecret", versions],
    key: ["kms:GenerateDataKey", "kms:Decrypt"],
  },
  rotator: {
    secrets: [
      ...reading,
      versions,
      "secretsmanager:PutSecretValue",
      "secretsmanager:UpdateSecretVersionStage",
    ],
    key: ["kms:GenerateDataKey", "kms:Decrypt"],
  },
};

/** Consumers that see values. */
export const seesValues = (consumer: Consumer): boolean =>
  byConsumer[consumer].secrets.includes("secretsmanager:GetSecretValue");

/** What a consumer may do with the encryption key. */
export const keyActions = (consumer: Consumer): readonly string[] => byConsumer[consumer].key;

/** Everything that a consumer may do: exact secrets, and their key through Secrets Manager alone. */
export function consumerStatements(
  consumer: Consumer,
  environment: Environment,
  settings: GrantSettings,
): readonly Statement[] {
  const grant = byConsumer[consumer];
  const { region, secrets } = settings;
  // A replica is read where it is; written is the home region's secret alone.
  const writes = grant.secrets.includes("secretsmanager:PutSecretValue");
  const places = [region, ...(writes ? [] : secrets.replicas)].map((one) => ({
    ...settings,
    region: one,
  }));
  const arns = entriesFor(consumer, environment, settings).flatMap(({ name }) =>
    places.map((place) => secretArn(name, place)),
  );
  return [
    { Sid: "Secrets", Effect: "Allow", Action: grant.secrets, Resource: arns },
    ...encryptionKey(grant.key, arns, environment, settings, places),
  ];
}

/** A key that AWS manages lets everybody in who is let to the secret: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk */
function encryptionKey(
  actions: readonly string[],
  arns: readonly string[],
  environment: Environment,
  settings: GrantSettings,
  places: readonly PlaceSettings[],
): readonly Statement[] {
  const { keyArn } = settings.encryption;
  const ours = settings.secrets.mode === "create";
  if (!ours && keyArn === undefined) return [];
  return [
    {
      Sid: "EncryptionKey",
      Effect: "Allow",
      Action: actions,
      // A key's own id is not known before it is made; its alias is.
      Resource:
        keyArn === undefined ? places.map((place) => arnOf("kms", "key/*", place)) : [keyArn],
      Condition: {
        ...(ours && {
          "ForAnyValue:StringEquals": { "kms:ResourceAliases": keyAlias(environment) },
        }),
        StringEquals: { "kms:ViaService": places.map(throughSecretsManager) },
        StringLike: { "kms:EncryptionContext:SecretARN": arns },
      },
    },
  ];
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service */
export const throughSecretsManager = ({ region }: PlaceSettings): string =>
  `secretsmanager.${region}.amazonaws.com`;
