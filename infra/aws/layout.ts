import { keysOf, type Consumer, type Environment, type Key } from "../environment";
import type { CiRole } from "../contracts/ciAccess";
import { keyNames, physicalName } from "../naming";
import { partitionOf } from "./partition";
import type { AwsSettings, PlaceSettings } from "./settings";

/** One secret and the keys whose values are the fields of its JSON. */
export interface Entry {
  /** The name that the guide gives it. */
  readonly guide: string;
  /** Last part of the name that the guide gives it, such as `api-keys`: part of resources' names. */
  readonly id: string;
  /** Its name in Secrets Manager. */
  readonly name: string;
  readonly keys: readonly Key[];
}

type NameSettings = Pick<AwsSettings, "secrets">;

/** Secret and JSON key of a key. */
export function keyAt(key: Key, { secrets }: NameSettings): { secret: string; jsonKey: string } {
  const { secret, jsonKey } = keyNames(key.id, key).aws;
  return { secret: secrets.names[secret] ?? secret, jsonKey };
}

/** Keys grouped by the secret that holds them, in catalogue order. */
export function entriesOf(keys: readonly Key[], settings: NameSettings): readonly Entry[] {
  const groups = new Map<string, { name: string; keys: Key[] }>();
  for (const key of keys) {
    const guide = keyNames(key.id, key).aws.secret;
    const group = groups.get(guide) ?? { name: keyAt(key, settings).secret, keys: [] };
    group.keys.push(key);
    groups.set(guide, group);
  }
  return [...groups].map(([guide, group]) => ({
    guide,
    id: guide.split("/").slice(1).join("-"),
    ...group,
  }));
}

/** Secrets that a consumer reaches. A field cannot be granted apart, so a secret counts when all its keys do. */
export function entriesFor(
  consumer: Consumer,
  environment: Environment,
  settings: NameSettings,
): readonly Entry[] {
  const granted = new Set(keysOf(environment, consumer).map((key) => key.id));
  return entriesOf(environment.keys, settings).filter(({ keys }) =>
    keys.every((key) => granted.has(key.id)),
  );
}

/** ARN of anything of this account and region. */
export const arnOf = (
  service: string,
  resource: string,
  { accountId, region }: PlaceSettings,
): string =>
  // IAM is everywhere and its ARNs name no region.
  `arn:${partitionOf(region)}:${service}:${service === "iam" ? "" : region}:${accountId}:${resource}`;

/**
 * ARN of a secret for a policy: the service adds a hyphen and six characters to the name, which nobody knows before.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
 */
export const secretArn = (name: string, place: PlaceSettings): string =>
  arnOf("secretsmanager", `secret:${name}-??????`, place);

/** Alias of the environment's key. */
export const keyAlias = (environment: Environment): string =>
  `alias/${physicalName(environment.stage, "secrets")}`;

/** Name of a consumer's role, of one of its logins where it has several. */
export const roleName = (environment: Environment, consumer: Consumer, login?: string): string =>
  physicalName(environment.stage, login === undefined ? consumer : `${consumer}-${login}`);

/** ARN of a role by its name. */
export const roleArn = (name: string, place: PlaceSettings): string =>
  arnOf("iam", `role/${name}`, place);

/** Name of the trail, of its log group and role, and after `alias/` of its key. */
export const auditName = (environment: Environment): string =>
  physicalName(environment.stage, "audit");

/** ARN of the environment's own trail. */
export const trailArn = (environment: Environment, place: PlaceSettings): string =>
  arnOf("cloudtrail", `trail/${auditName(environment)}`, place);

/** Names of buckets are everybody's, so account and region are part of it. */
export const auditBucket = (
  environment: Environment,
  { accountId, region }: PlaceSettings,
): string => `${auditName(environment)}-${accountId}-${region}`;

/** Name of the alerts' topic, and after `alias/` of its key; the alarms' and rules' names begin with it. */
export const alertsName = (environment: Environment): string =>
  physicalName(environment.stage, "alerts");

/** Name of a role of the pipeline. */
export const pipelineRoleName = (environment: Environment, role: CiRole): string =>
  physicalName(environment.stage, `pipeline-${role}`);
