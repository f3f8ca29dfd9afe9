import { shown } from "../configError";
import type { PlatformArgs } from "../contracts/platform";
import { limits } from "../limits";
import { catalogue } from "./alerts/catalogue";
import { eventPattern } from "./alerts/eventPattern";
import { filterPattern } from "./alerts/filterPattern";
import { fitted, TooLongError } from "./alerts/match";
import { scopeOf } from "./alerts/scope";
import { parseArn, partitionOf } from "./partition";
import type { AwsSettings } from "./settings";

type Args = PlatformArgs<AwsSettings>;

/** Whose the trail is, and what prod does not loosen. */
export function* audit({ environment, settings }: Args): Generator<string> {
  const { mode, trailArn, logGroup, lock, retentionDays } = settings.audit;
  if (mode === "external" && trailArn === undefined) {
    yield "aws.audit.trailArn: is missing; a trail that exists is named by its ARN; fix: add it (`aws cloudtrail list-trails` shows it), or set aws.audit.mode to create";
  }
  const arn = trailArn === undefined ? undefined : parseArn(trailArn);
  // An organization's trail may be of another account and another region, not of another partition.
  if (arn && (arn.service !== "cloudtrail" || arn.partition !== partitionOf(settings.region))) {
    yield `aws.audit.trailArn: got ${shown(trailArn)}; allowed: a trail of partition ${partitionOf(settings.region)}; fix: correct it or aws.region`;
  }
  for (const [name, value] of Object.entries({ trailArn, logGroup })) {
    if (mode === "create" && value !== undefined) {
      yield `aws.audit.${name}: is for aws.audit.mode external; fix: remove it or set the mode`;
    }
  }
  if (environment.stage !== "prod" || mode !== "create") return;
  if (lock !== "compliance") {
    yield `aws.audit.lock: got ${lock}; prod takes compliance only: what governance locks, its administrators delete; fix: remove it`;
  }
  if (retentionDays < limits.awsTrailDaysInProd) {
    yield `aws.audit.retentionDays: got ${String(retentionDays)}; prod takes ${String(limits.awsTrailDaysInProd)} or more; fix: raise it`;
  }
}

/** Alerts whose patterns are longer than AWS takes, or more than it takes. */
export function* alerts({ environment, settings }: Args): Generator<string> {
  const key = "k".repeat(limits.awsKeyArnLength);
  const keys = Array.from({ length: 3 + settings.secrets.replicas.length }, () => key);
  const all = catalogue(scopeOf(environment, settings, keys), settings.alerts);
  let filters = 0;
  for (const [id, alert] of Object.entries(all)) {
    if (alert.by === "check") continue;
    try {
      if (alert.by === "event") fitted(alert.match, eventPattern, limits.awsEventPatternSize);
      filters += fitted(alert.match, filterPattern, limits.awsFilterPatternSize).length;
    } catch (error) {
      if (!(error instanceof TooLongError)) throw error;
      yield `alert ${id}: its pattern is ${error.message.slice(0, 60)}…; fix: have fewer consumers or ways in`;
    }
  }
  if (filters > limits.awsMetricFilters) {
    yield `alerts: ${String(filters)} metric filters; AWS takes ${String(limits.awsMetricFilters)} on a log group; fix: have fewer keys with a secret of their own, or split the stack`;
  }
}

export function* network({ settings }: Args): Generator<string> {
  const one = settings.network;
  if (one === undefined) return;
  if (one.vpcId === undefined) {
    yield "aws.network.vpcId: is missing; endpoints stand in a VPC; fix: add it, or remove aws.network";
  }
  for (const [name, list] of Object.entries({
    subnetIds: one.subnetIds,
    securityGroupIds: one.securityGroupIds,
  })) {
    if (one.endpoints.length > 0 && list.length === 0) {
      yield `aws.network.${name}: is empty; an endpoint stands in at least one; fix: name one, or set aws.network.endpoints to []`;
    }
  }
  for (const name of one.endpoints.filter((each, at) => one.endpoints.indexOf(each) !== at)) {
    yield `aws.network.endpoints: got ${name} twice; fix: name each service once`;
  }
}

/** The pipeline's roles. */
export function* pipeline({ environment, settings, ci }: Args): Generator<string> {
  const one = settings.pipeline;
  if (one === undefined) return;
  if (!ci) {
    yield "aws.pipeline: needs to know whose tokens to trust; fix: add the ci section";
  }
  for (const subject of one.apply.subjects.filter((each) => one.preview.subjects.includes(each))) {
    yield `aws.pipeline: got ${subject} for preview and for apply; who previews would apply; fix: give each its own, such as one environment each`;
  }
  if (environment.stage === "prod" && settings.permissionsBoundary === undefined) {
    yield "aws.permissionsBoundary: is missing, and prod with aws.pipeline has to have it: who applies makes roles, and nothing else bounds what those may do; fix: name the account's boundary policy";
  }
}
