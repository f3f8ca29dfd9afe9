import {
  CloudTrailClient,
  DescribeTrailsCommand,
  GetTrailStatusCommand,
} from "@aws-sdk/client-cloudtrail";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { isDenied } from "../../stores/aws/errors";
import { callSettings, serviceOf } from "../../stores/aws/service";
import { stores } from "../../stores";
import { awsName } from "./awsNames";
import { Checks, type Check } from "./check";
import { accessOf } from "./access";
import { duration } from "./duration";
import { presences } from "./keys";
import { network } from "./network";
import { placesOf, type Subject } from "./subject";

const say = new Checks("aws");

/** AWS Secrets Manager, as the caller's credentials see it. */
export async function aws(subject: Subject): Promise<readonly Check[]> {
  const places = placesOf("aws", subject);
  const region = places[0]?.locator["region"] ?? subject.env["AWS_REGION"] ?? "us-east-1";
  const service = serviceOf(region);
  try {
    const address = await addressOf(service, region, subject.env);
    const { checks, reached } = await network(say, address, { setting: "AWS_ENDPOINT_URL" });
    if (!reached) {
      const rest = ["credentials", "token", "policy", "key present", "name", "audit"] as const;
      return [...checks, ...say.skipped("there is no answer", ...rest)];
    }
    const { checks: who, accepted } = await identity(region);
    if (!accepted) {
      const rest = ["policy", "key present", "name", "audit"] as const;
      return [...checks, ...who, ...say.skipped("the credentials are not accepted", ...rest)];
    }
    return [...checks, ...who, ...(await inside(subject, region))];
  } finally {
    service.destroy();
  }
}

/** Where the SDK goes: the caller's own endpoint, or the region's. */
async function addressOf(
  { config }: SecretsManagerClient,
  region: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const own = env["AWS_ENDPOINT_URL_SECRETS_MANAGER"] || env["AWS_ENDPOINT_URL"];
  if (own) return own;
  const fips = await config.useFipsEndpoint();
  return config.endpointProvider({ Region: region, UseFIPS: fips }).url.href;
}

const login =
  "`aws sso login`, or assume your role anew; `aws sts get-caller-identity` tells who you are";

async function identity(
  region: string,
): Promise<{ readonly checks: readonly Check[]; readonly accepted: boolean }> {
  const sts = new STSClient({ region, maxAttempts: 3 });
  try {
    const { expiration } = await sts.config.credentials();
    const { Account = "?", Arn = "" } = await sts.send(new GetCallerIdentityCommand({}));
    // The last part of a session's name is who assumed the role.
    const name = Arn.split(":").slice(5).join(":");
    return {
      accepted: true,
      checks: [say.ok("credentials", `account ${Account}, ${name}`), session(expiration)],
    };
  } catch (error) {
    const expired = (error as Error).name.startsWith("Expired");
    return {
      accepted: false,
      checks: [
        say.failed(
          "credentials",
          expired
            ? "the session has ended"
            : `there are none, or they are not accepted (${(error as Error).name})`,
          login,
        ),
        ...say.skipped("there are no credentials that are accepted", "token"),
      ],
    };
  } finally {
    sts.destroy();
  }
}

/** Seconds that a session should be good for still. */
const short = 300;

function session(expiration: Date | undefined): Check {
  if (expiration === undefined) {
    return say.ok("token", "the credentials tell no end");
  }
  const left = (expiration.getTime() - Date.now()) / 1000;
  return left < short
    ? say.warning("token", `the session ends in ${duration(Math.max(0, left))}`, login)
    : say.ok("token", `the session is good for ${duration(left)}`);
}

async function inside(subject: Subject, region: string): Promise<readonly Check[]> {
  const places = placesOf("aws", subject);
  const store = stores.aws()({ env: subject.env, dir: "", note: subject.note });
  try {
    const [keys, trail] = await Promise.all([
      presences(say, store, places, subject),
      audit(region),
    ]);
    const names = await Promise.all(
      keys
        .filter(({ missing }) => missing)
        .map(({ place }) => awsName(say, place, places, subject)),
    );
    return [
      accessOf(
        say,
        keys,
        "have an administrator give it secretsmanager:GetSecretValue on the secret, and kms:Decrypt on its key",
      ),
      ...keys.map(({ check }) => check),
      ...names,
      trail,
    ];
  } finally {
    await store.close();
  }
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html */
async function audit(region: string): Promise<Check> {
  const client = new CloudTrailClient({ region, ...callSettings });
  try {
    const { trailList = [] } = await client.send(new DescribeTrailsCommand({}));
    const logging = await Promise.all(
      trailList.map(async ({ TrailARN, Name }) => {
        const { IsLogging } = await client.send(new GetTrailStatusCommand({ Name: TrailARN }));
        return IsLogging === true ? [Name ?? ""] : [];
      }),
    );
    const names = logging.flat();
    return names.length > 0
      ? say.ok("audit", `CloudTrail records: ${names.join(", ")}`)
      : say.failed(
          "audit",
          trailList.length === 0 ? "no trail of CloudTrail records reads" : "no trail is logging",
          "turn aws.audit on in the stack's config and `pulumi up`; or `aws cloudtrail start-logging --name <trail>`",
        );
  } catch (error) {
    const message = isDenied(error)
      ? "this identity may not look at CloudTrail"
      : `CloudTrail gives no answer (${(error as Error).name})`;
    return say.unseen(
      "audit",
      message,
      "have an administrator run `aws cloudtrail describe-trails`",
    );
  } finally {
    client.destroy();
  }
}
