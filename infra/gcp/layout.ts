import type { CiRole } from "../contracts/ciAccess";
import type { Consumer, Environment, Key } from "../environment";
import { appName, keyNames, physicalName } from "../naming";
import type { GcpSettings, PlaceSettings } from "./settings";

type NameSettings = Pick<GcpSettings, "secrets">;
type Project = Pick<PlaceSettings, "projectId">;
type SecretSettings = PlaceSettings & NameSettings;

/** The secret of a key. */
export function secretName(key: Key, { secrets }: NameSettings): string {
  const guide = keyNames(key.id, key).gcp;
  return secrets.names[guide] ?? guide;
}

/** What a secret stands under: the project, or a region of it. */
const secretParent = (project: string, { location, secrets }: SecretSettings): string =>
  secrets.replication === "regional"
    ? `projects/${project}/locations/${location}`
    : `projects/${project}`;

/** A secret as its service and the provider name it. */
export const secretId = (name: string, settings: SecretSettings): string =>
  `${secretParent(settings.projectId, settings)}/secrets/${name}`;

/** A secret as conditions and logs name it: by the project's number. https://cloud.google.com/iam/docs/conditions-resource-attributes#resource-name */
export const numberedSecretId = (name: string, settings: SecretSettings): string =>
  `${secretParent(settings.projectNumber, settings)}/secrets/${name}`;

/**
 * Where values are kept, and so a key for them is needed. In the order of their names: another order is another secret to
 * the provider. https://cloud.google.com/secret-manager/docs/cmek
 */
export function replicaLocations({ location, secrets }: SecretSettings): readonly string[] {
  if (secrets.replication === "automatic") return ["global"];
  if (secrets.replication === "regional") return [location];
  return [...(secrets.locations ?? [location])].sort();
}

/** The stack's key ring, of which each location has one. */
export const keyRingName = (environment: Environment): string =>
  physicalName(environment.stage, "secrets");

export const keyRingId = (
  environment: Environment,
  { projectId }: Project,
  location: string,
): string => `projects/${projectId}/locations/${location}/keyRings/${keyRingName(environment)}`;

/** The key that encrypts the values of a location; undefined where Google's own does. */
export function keyId(
  environment: Environment,
  settings: Project & Pick<GcpSettings, "encryption">,
  location: string,
): string | undefined {
  const { mode, keys } = settings.encryption;
  if (mode === "google") return undefined;
  if (mode === "external") return keys[location];
  return `${keyRingId(environment, settings, location)}/cryptoKeys/secrets`;
}

/** The keys of all locations. */
export const keyIds = (
  environment: Environment,
  settings: SecretSettings & Pick<GcpSettings, "encryption">,
): readonly string[] =>
  replicaLocations(settings).flatMap((location) => keyId(environment, settings, location) ?? []);

/** Whether something is the project's own, and so logged there. */
export const isOfProject = (name: string, { projectId }: Project): boolean =>
  name.startsWith(`projects/${projectId}/`);

/** Secret Manager's own account in the project. https://cloud.google.com/iam/docs/service-agents */
export const secretManagerAgent = ({ projectNumber }: PlaceSettings): string =>
  `serviceAccount:service-${projectNumber}@gcp-sa-secretmanager.iam.gserviceaccount.com`;

/** Where Secret Manager tells that a key is due. */
export const topicName = (environment: Environment): string =>
  physicalName(environment.stage, "rotation");

export const topicId = (environment: Environment, { projectId }: Project): string =>
  `projects/${projectId}/topics/${topicName(environment)}`;

/** Where a key that is due waits until somebody has seen to it. */
export const subscriptionName = (environment: Environment): string =>
  physicalName(environment.stage, "due");

/** Id of a consumer's service account: at most 30 characters. https://cloud.google.com/iam/docs/service-accounts-create */
export const accountName = (environment: Environment, consumer: Consumer): string =>
  physicalName(environment.stage, consumer);

/** Id of a service account of the pipeline. */
export const pipelineName = (environment: Environment, role: CiRole): string =>
  physicalName(environment.stage, role);

export const accountEmail = (account: string, { projectId }: Project): string =>
  `${account}@${projectId}.iam.gserviceaccount.com`;

export const accountMember = (account: string, project: Project): string =>
  `serviceAccount:${accountEmail(account, project)}`;

export const accountId = (account: string, project: Project): string =>
  `projects/${project.projectId}/serviceAccounts/${accountEmail(account, project)}`;

/** Id of a role of ours. https://cloud.google.com/iam/docs/creating-custom-roles */
export const customRoleName = (environment: Environment, role: CiRole): string =>
  pipelineName(environment, role).replaceAll("-", "_");

/** Whose tokens a pool takes. Each kind has a pool of its own, as a subject says nothing of its issuer. */
export type PoolKind = "oidc" | "aws" | "azure";

/** Id of an identity pool: at most 32 characters. */
export const poolName = (
  environment: Environment,
  { federation }: Pick<GcpSettings, "federation">,
  kind: PoolKind,
): string => `${federation.name ?? `${appName}-${environment.stage}`}-${kind}`;

/** A pool as members name it. https://cloud.google.com/iam/docs/principal-identifiers */
export const poolId = (
  environment: Environment,
  settings: PlaceSettings & Pick<GcpSettings, "federation">,
  kind: PoolKind,
): string =>
  `projects/${settings.projectNumber}/locations/global/workloadIdentityPools/${poolName(environment, settings, kind)}`;

/** Name of the log bucket, its sinks and whatever else of the audit has a name of its own. */
export const auditName = (environment: Environment): string =>
  physicalName(environment.stage, "audit");

/** Where the log bucket is. */
export const auditLocation = ({
  audit,
  location,
}: PlaceSettings & Pick<GcpSettings, "audit">): string => audit.bucket.location ?? location;

/** The archive in Cloud Storage, whose name is the whole world's: a project's number is nobody else's. */
export const archiveName = (environment: Environment, { projectNumber }: PlaceSettings): string =>
  `${auditName(environment)}-${projectNumber}`;

/** The log bucket. */
export const auditBucketId = (
  environment: Environment,
  settings: PlaceSettings & Pick<GcpSettings, "audit">,
): string =>
  `projects/${settings.projectId}/locations/${auditLocation(settings)}/buckets/${auditName(environment)}`;

/** Where a sink sends: the log bucket, the archive or the dataset. */
export type SinkKind = "" | "archive" | "dataset";

export const sinkName = (environment: Environment, kind: SinkKind): string =>
  kind === "" ? auditName(environment) : `${auditName(environment)}-${kind}`;

/** The dataset in BigQuery, whose name has no hyphen. https://cloud.google.com/bigquery/docs/datasets#dataset-naming */
export const datasetName = (environment: Environment): string =>
  auditName(environment).replaceAll("-", "_");

/** Logs of a project that Google writes alone. https://cloud.google.com/logging/docs/audit#viewing_audit_logs */
const logs = {
  activity: "cloudaudit.googleapis.com%2Factivity",
  data_access: "cloudaudit.googleapis.com%2Fdata_access",
  policy: "cloudaudit.googleapis.com%2Fpolicy",
  secret_event: "secretmanager.googleapis.com%2Fsecret_event",
} as const;

export const logId =
  (projectId: string) =>
  (log: keyof typeof logs): string =>
    `projects/${projectId}/logs/${logs[log]}`;

/** Logging's own account in the project. https://cloud.google.com/iam/docs/service-agents */
export const loggingAgent = ({ projectNumber }: PlaceSettings): string =>
  `serviceAccount:service-${projectNumber}@gcp-sa-logging.iam.gserviceaccount.com`;

/** How names of alerts and metrics begin. */
export const alertsName = (environment: Environment): string =>
  physicalName(environment.stage, "alerts");
