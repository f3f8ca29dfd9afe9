import {
  DescribeSecretCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { entriesOf, type Entry } from "../../infra/aws/layout";
import type { AwsSettings } from "../../infra/aws/settings";
import type { Finding, PlatformArgs } from "../../infra/contracts/platform";
import { examples } from "./awsExamples";
import { error } from "./findings";

type Args = PlatformArgs<AwsSettings>;

const reasonOf = (failure: unknown): string =>
  failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);

/**
 * What has to be true of the account before anything is registered: the settings are no examples, the credentials are
 * of the account that is meant, and each secret's name is free, or taken, as the settings say. Reads only.
 */
export async function preflight(args: Args): Promise<readonly Finding[]> {
  const placeholders = examples(args.settings);
  if (placeholders.length > 0) return placeholders.map(error);
  const caller = await identity(args);
  if (caller) return [caller];
  return (
    await Promise.all(
      entriesOf(args.environment.keys, args.settings).map((entry) => secret(entry, args)),
    )
  ).flat();
}

async function identity({ settings }: Args): Promise<Finding | undefined> {
  const { accountId, region } = settings;
  const client = new STSClient({ region });
  try {
    const { Account } = await client.send(new GetCallerIdentityCommand({}));
    return Account === accountId
      ? undefined
      : error(
          `aws.accountId: got ${accountId}, and the credentials are of ${Account ?? "no account"}; fix: log in to the account that is meant, or correct aws.accountId`,
        );
  } catch (failure) {
    return error(
      `AWS: nobody is logged in (${reasonOf(failure)}); fix: log in (\`aws sso login\`, or the pipeline's role) and run this again`,
    );
  } finally {
    client.destroy();
  }
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html */
async function secret({ name, guide }: Entry, { settings }: Args): Promise<readonly Finding[]> {
  const { mode } = settings.secrets;
  const client = new SecretsManagerClient({ region: settings.region });
  try {
    const found = await client.send(new DescribeSecretCommand({ SecretId: name }));
    if (found.DeletedDate) {
      return [
        error(
          `${name}: waits for its deletion since ${found.DeletedDate.toISOString()}, and its name is taken until then; fix: \`aws secretsmanager restore-secret --secret-id ${name}\` and set aws.secrets.mode to adopt, or choose another name (aws.secrets.names.${guide})`,
        ),
      ];
    }
    const ours = found.Tags?.some(({ Key, Value }) => Key === "managed-by" && Value === "pulumi");
    return mode === "create" && ours !== true
      ? [
          error(
            `aws.secrets.mode: got create, but ${name} exists and is not ours; allowed: adopt (tracked, never deleted), external (left alone); fix: set aws.secrets.mode to adopt, or choose another name (aws.secrets.names.${guide})`,
          ),
        ]
      : [];
  } catch (failure) {
    if (failure instanceof ResourceNotFoundException) {
      return mode === "create"
        ? []
        : [
            error(
              `${name}: there is no such secret to ${mode === "adopt" ? "adopt" : "use"}; fix: set aws.secrets.mode to create, or name the one that exists (aws.secrets.names.${guide})`,
            ),
          ];
    }
    return [
      error(
        `${name}: could not be looked at (${reasonOf(failure)}); fix: log in with a role that may secretsmanager:DescribeSecret`,
      ),
    ];
  } finally {
    client.destroy();
  }
}
