import { nearest, shown } from "../configError";
import type { Claim, PlatformArgs } from "../contracts/platform";
import { ciRoles } from "../contracts/ciAccess";
import { consumers } from "../environment";
import type { WorkloadLogins } from "./accessSettings";
import { alerts, audit, network, pipeline } from "./auditChecks";
import {
  alertsName,
  auditBucket,
  auditName,
  entriesFor,
  entriesOf,
  keyAlias,
  pipelineRoleName,
} from "./layout";
import { parseArn, partitionOf } from "./partition";
import { loginsOf, rolesOf } from "./readers";
import type { AwsSettings } from "./settings";
import { sizes } from "./sizes";
import { tagProblems } from "./tags";

type Args = PlatformArgs<AwsSettings>;

/** Contradictions between settings, each with its fix: what a schema of single values cannot say. */
export const contradictions = (args: Args): readonly string[] => [
  ...arns(args),
  ...principals(args),
  ...replicas(args),
  ...secretNames(args),
  ...adoption(args),
  ...workloads(args),
  ...people(args),
  ...audit(args),
  ...alerts(args),
  ...network(args),
  ...pipeline(args),
  ...tagProblems(args.environment.tags),
  ...sizes(args),
];

/** Settings that hold an ARN of something of this account. */
function* arns({ settings }: Args): Generator<string> {
  const own: readonly (readonly [setting: string, service: string, arn: string | undefined])[] = [
    ["aws.permissionsBoundary", "iam", settings.permissionsBoundary],
    ["aws.encryption.keyArn", "kms", settings.encryption.keyArn],
    ...Object.entries(settings.secrets.arns).map(
      ([name, arn]) => [`aws.secrets.arns.${name}`, "secretsmanager", arn] as const,
    ),
  ];
  for (const [setting, service, text] of own) {
    const arn = text === undefined ? undefined : parseArn(text);
    if (!arn || text === undefined) continue;
    yield* partition(setting, text, settings);
    if (arn.service !== service) {
      yield `${setting}: got an ARN of ${arn.service}; allowed: ${service}; fix: give the ARN of the right thing`;
    }
    if (!["aws", settings.accountId].includes(arn.account)) {
      yield `${setting}: got an ARN of account ${arn.account}; allowed: ${settings.accountId}, of aws.accountId; fix: correct one of them`;
    }
    if (service !== "iam" && arn.region !== settings.region) {
      yield `${setting}: got an ARN of region ${arn.region}; allowed: ${settings.region}, of aws.region; fix: correct one of them`;
    }
  }
}

function* partition(setting: string, text: string, { region }: AwsSettings): Generator<string> {
  const expected = partitionOf(region);
  const got = parseArn(text)?.partition;
  if (got !== expected) {
    yield `${setting}: got an ARN of partition ${got ?? "none"}; allowed: ${expected}, of ${region}; fix: correct the ARN or aws.region`;
  }
}

/** Whoever may assume a role is one role or one user: an account's root would be everybody in it. */
function* principals({ settings }: Args): Generator<string> {
  for (const consumer of ["operator", "rotator", "breakGlass"] as const) {
    for (const text of settings.access[consumer]?.principals ?? []) {
      const setting = `aws.access.${consumer}.principals`;
      yield* partition(setting, text, settings);
      const arn = parseArn(text);
      if (arn?.service !== "iam" || !/^(role|user)\/[\w+=,.@/-]+$/.test(arn.resource)) {
        yield `${setting}: got ${shown(text)}; allowed: ARNs of IAM roles and users, by name; fix: name who may assume it`;
      }
    }
  }
}

function* replicas({ settings }: Args): Generator<string> {
  const { replicas: regions, mode } = settings.secrets;
  if (regions.includes(settings.region)) {
    yield `aws.secrets.replicas: got ${settings.region}, the home region; allowed: other regions; fix: remove it`;
  }
  for (const region of new Set(regions.filter((one, index) => regions.indexOf(one) !== index))) {
    yield `aws.secrets.replicas: got ${region} twice; fix: name each region once`;
  }
  for (const region of regions.filter((one) => partitionOf(one) !== partitionOf(settings.region))) {
    yield `aws.secrets.replicas: got ${region}, of partition ${partitionOf(region)}; allowed: regions of ${partitionOf(settings.region)}; fix: remove it`;
  }
  if (regions.length > 0 && mode !== "create") {
    yield `aws.secrets.replicas: replicas of secrets that are ${mode === "adopt" ? "adopted" : "external"} are their owner's; fix: remove them or set aws.secrets.mode to create`;
  }
}

function* secretNames({ environment, settings }: Args): Generator<string> {
  const guide = entriesOf(environment.keys, settings).map((entry) => entry.guide);
  for (const [setting, map] of [
    ["names", settings.secrets.names],
    ["arns", settings.secrets.arns],
  ] as const) {
    for (const name of Object.keys(map).filter((one) => !guide.includes(one))) {
      const meant = nearest(name, guide);
      yield `aws.secrets.${setting}: got ${shown(name)}, which is no secret of this stack; allowed: ${guide.join(", ")}; fix: ${meant === undefined ? "remove it" : `rename it to ${meant}`}`;
    }
  }
}

function* adoption({ environment, settings }: Args): Generator<string> {
  const { mode, arns: given } = settings.secrets;
  if (mode === "create" && settings.encryption.keyArn !== undefined) {
    yield "aws.encryption.keyArn: with aws.secrets.mode create the stack makes its own key; fix: remove it, or adopt the secrets";
  }
  for (const { guide, name } of entriesOf(environment.keys, settings)) {
    const arn = given[guide];
    if (mode !== "adopt" && arn !== undefined) {
      yield `aws.secrets.arns.${guide}: is for aws.secrets.mode adopt; fix: remove it or set the mode`;
    }
    if (mode !== "adopt") continue;
    if (arn === undefined) {
      yield `aws.secrets.arns.${guide}: is missing; a secret is adopted by its ARN; fix: add it (\`aws secretsmanager describe-secret --secret-id ${name}\` shows it)`;
    } else if (!parseArn(arn)?.resource.startsWith(`secret:${name}-`)) {
      yield `aws.secrets.arns.${guide}: got ${shown(arn)}, which is not the ARN of ${name}; fix: correct it or aws.secrets.names`;
    }
  }
}

function* workloads({ environment, settings, ci }: Args): Generator<string> {
  for (const consumer of ["app", "ci"] as const) {
    const access: WorkloadLogins | undefined = settings.access[consumer];
    if (!access) continue;
    const at = `aws.access.${consumer}`;
    if (loginsOf(access).length === 0) {
      yield `${at}: has no way in; allowed: ecs, podIdentity, irsa, ec2, lambda, oidc; fix: add at least one of them`;
    }
    if (access.oidc && !ci) {
      yield `${at}.oidc: needs to know whose tokens to trust; fix: add the ci section`;
    }
    if (entriesFor(consumer, environment, settings).length === 0) {
      yield `${at}: there is no key for it; fix: remove the section or enable a key for it`;
    }
  }
}

function* people({ environment, settings }: Args): Generator<string> {
  if (environment.stage === "prod" && settings.access.breakGlass?.requireMfa === false) {
    yield "aws.access.breakGlass.requireMfa: got false; prod takes true only; fix: remove it";
  }
}

/** Names that this platform will use in the account. */
export function claims({ environment, settings }: Args): readonly Claim[] {
  const { accountId, region } = settings;
  const regional = `${accountId} ${region}`;
  return [
    ...entriesOf(environment.keys, settings).map(({ name, guide }) => ({
      scope: `secret in ${regional}`,
      name,
      setting:
        settings.secrets.names[guide] === undefined
          ? `secret ${guide}`
          : `aws.secrets.names.${guide}`,
    })),
    { scope: `KMS alias in ${regional}`, name: keyAlias(environment), setting: "stage" },
    { scope: `topic in ${regional}`, name: alertsName(environment), setting: "stage" },
    ...(settings.audit.mode === "create"
      ? [
          { scope: "bucket", name: auditBucket(environment, settings), setting: "stage" },
          { scope: `trail in ${regional}`, name: auditName(environment), setting: "stage" },
        ]
      : []),
    ...(settings.pipeline
      ? ciRoles.map((role) => ({
          scope: `role in ${accountId}`,
          name: pipelineRoleName(environment, role),
          setting: `aws.pipeline.${role}`,
        }))
      : []),
    ...consumers.flatMap((consumer) =>
      rolesOf(consumer, environment, settings).map((name) => ({
        scope: `role in ${accountId}`,
        name,
        setting: `aws.access.${consumer}`,
      })),
    ),
  ];
}
