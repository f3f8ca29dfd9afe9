import { isSet, record } from "../support";

type Props = Readonly<Record<string, unknown>>;

/** A resource as the rule on audit saw it. */
export interface Audited {
  readonly urn: string;
  readonly type: string;
  readonly props: Props;
}

interface Unheard {
  readonly urn: string;
  readonly problem: string;
}

const guarded: Readonly<Record<string, string>> = {
  "gcp:secretmanager/secret:Secret": "secretmanager.googleapis.com",
  "gcp:secretmanager/regionalSecret:RegionalSecret": "secretmanager.googleapis.com",
  "gcp:kms/cryptoKey:CryptoKey": "cloudkms.googleapis.com",
};

/** What is used without a log of it, or with one that is kept nowhere: told once for each service of a project. */
export function* unheard(all: readonly Audited[]): Generator<Unheard> {
  const of = (type: string): readonly Props[] =>
    all.filter((one) => one.type === type).map(({ props }) => props);
  const configs = of("gcp:projects/iAMAuditConfig:IAMAuditConfig");
  const sinks = of("gcp:logging/projectSink:ProjectSink");
  const buckets = of("gcp:logging/projectBucketConfig:ProjectBucketConfig");
  const told = new Set<string>();
  for (const { urn, type, props } of all) {
    const service = guarded[type];
    if (service === undefined) continue;
    const project = projectOf(props);
    const say = function* (problem: string): Generator<Unheard> {
      if (!told.has(`${project ?? ""} ${problem}`)) yield { urn, problem };
      told.add(`${project ?? ""} ${problem}`);
    };
    if (!configs.some((one) => hears(one, service, project))) {
      yield* say(
        `no audit config of the project logs DATA_READ of ${service}, which is off without one; fix: add an IAMAuditConfig`,
      );
    }
    if (!sinks.some((one) => buckets.some((bucket) => keeps(one, bucket, project)))) {
      yield* say(
        "no sink of the project keeps its audit in a log bucket of the program's with a retention; fix: add a ProjectSink to a ProjectBucketConfig with retentionDays",
      );
    }
  }
  yield* loose(all, sinks);
}

/** An archive of logs whose objects can be deleted. https://cloud.google.com/storage/docs/bucket-lock */
function* loose(all: readonly Audited[], sinks: readonly Props[]): Generator<Unheard> {
  for (const { urn, type, props } of all) {
    if (type !== "gcp:storage/bucket:Bucket") continue;
    const to = `storage.googleapis.com/${String(props["name"])}`;
    const kept = Number(record(props["retentionPolicy"])["retentionPeriod"]) > 0;
    if (!kept && sinks.some((one) => one["destination"] === to)) {
      yield {
        urn,
        problem: `${String(props["name"])}: keeps logs that can be deleted; fix: give it a retentionPolicy`,
      };
    }
  }
}

/** The project by a resource's own word, or by that of a key's ring. */
function projectOf({ project, keyRing }: Props): string | undefined {
  if (typeof project === "string") return project;
  return /^projects\/([^/]+)\//.exec(typeof keyRing === "string" ? keyRing : "")?.[1];
}

const isOf = (one: Props, project: string | undefined): boolean =>
  project === undefined || one["project"] === undefined || one["project"] === project;

const hears = (config: Props, service: string, project: string | undefined): boolean =>
  isOf(config, project) &&
  [service, "allServices"].includes(String(config["service"])) &&
  [config["auditLogConfigs"] ?? []].flat().some((one) => record(one)["logType"] === "DATA_READ");

/** An empty filter lets all through. */
function keeps(sink: Props, bucket: Props, project: string | undefined): boolean {
  const { filter, destination } = sink;
  const { location, bucketId, retentionDays } = bucket;
  const place = `/locations/${String(location)}/buckets/${String(bucketId)}`;
  return (
    isOf(sink, project) &&
    String(destination).startsWith("logging.googleapis.com/projects/") &&
    String(destination).endsWith(place) &&
    typeof retentionDays === "number" &&
    (!isSet(filter) ||
      /cloudaudit\.googleapis\.com|secretmanager\.googleapis\.com/.test(String(filter)))
  );
}
