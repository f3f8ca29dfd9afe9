/** Where a resource is, by its inputs in braces: the API, what it is asked, and the id that the provider keeps. */
interface Located {
  readonly api: string;
  readonly path: string;
  readonly id: string;
  /** How an answer tells that the resource is there, where an answer alone does not. */
  readonly there?: (body: Readonly<Record<string, unknown>>, inputs: Inputs) => boolean;
}

export type Inputs = Readonly<Record<string, unknown>>;

const at = (api: string, version: string, id: string, more: Partial<Located> = {}): Located => ({
  ...{ api, path: `${version}/${id}`, id },
  ...more,
});

const project = "projects/{project}";
const pool = `${project}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}`;

/** What Google keeps for a month after it was deleted, the provider holds for gone. */
const notDeleted = ({ state }: Inputs): boolean => state !== "DELETED";

/**
 * By the provider's own ids, which a refresh goes by, and not by those of an import, where they differ.
 * https://github.com/hashicorp/terraform-provider-google/tree/main/google/services
 */
export const located: Readonly<Record<string, Located>> = {
  "gcp:secretmanager/secret:Secret": at("secretmanager", "v1", `${project}/secrets/{secretId}`),
  "gcp:secretmanager/regionalSecret:RegionalSecret": at(
    "secretmanager.{location}.rep",
    "v1",
    `${project}/locations/{location}/secrets/{secretId}`,
  ),
  "gcp:kms/keyRing:KeyRing": at(
    "cloudkms",
    "v1",
    `${project}/locations/{location}/keyRings/{name}`,
  ),
  "gcp:kms/cryptoKey:CryptoKey": at("cloudkms", "v1", "{keyRing}/cryptoKeys/{name}"),
  "gcp:pubsub/topic:Topic": at("pubsub", "v1", `${project}/topics/{name}`),
  "gcp:pubsub/subscription:Subscription": at("pubsub", "v1", `${project}/subscriptions/{name}`),
  "gcp:serviceaccount/account:Account": at(
    "iam",
    "v1",
    `${project}/serviceAccounts/{accountId}@{project}.iam.gserviceaccount.com`,
  ),
  "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": at("iam", "v1", pool, {
    there: notDeleted,
  }),
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": at(
    "iam",
    "v1",
    `${pool}/providers/{workloadIdentityPoolProviderId}`,
    { there: notDeleted },
  ),
  "gcp:projects/service:Service": {
    ...at("serviceusage", "v1", `${project}/services/{service}`),
    id: "{project}/{service}",
    there: ({ state }) => state === "ENABLED",
  },
  "gcp:projects/iAMCustomRole:IAMCustomRole": at("iam", "v1", `${project}/roles/{roleId}`, {
    there: ({ deleted }) => deleted !== true,
  }),
  "gcp:logging/projectBucketConfig:ProjectBucketConfig": at(
    "logging",
    "v2",
    `${project}/locations/{location}/buckets/{bucketId}`,
    { there: ({ lifecycleState }) => lifecycleState !== "DELETE_REQUESTED" },
  ),
  "gcp:logging/projectSink:ProjectSink": at("logging", "v2", `${project}/sinks/{name}`),
  "gcp:logging/metric:Metric": at("logging", "v2", `${project}/metrics/{name}`, { id: "{name}" }),
  "gcp:storage/bucket:Bucket": at("storage", "storage/v1/b", "{name}", {
    // Another project's bucket of the name is not ours to take.
    there: ({ projectNumber }, inputs) => projectNumber === inputs["projectNumber"],
  }),
  "gcp:bigquery/dataset:Dataset": at("bigquery", "bigquery/v2", `${project}/datasets/{datasetId}`),
  "gcp:iam/denyPolicy:DenyPolicy": {
    ...{ api: "iam", path: "v2/policies/{parent}/denypolicies/{name}", id: "{parent}/{name}" },
  },
  "gcp:orgpolicy/policy:Policy": at("orgpolicy", "v2", "{name}"),
  "gcp:accesscontextmanager/servicePerimeterResource:ServicePerimeterResource": {
    ...at("accesscontextmanager", "v1", "{perimeterName}"),
    id: "{perimeterName}/{resource}",
    there: ({ status }, { resource }) =>
      ((status ?? {}) as { resources?: readonly unknown[] }).resources?.includes(resource) === true,
  },
};

/** What has an id of Google's making: the list that it is in, and which inputs tell it from others there. */
interface Listed {
  readonly path: string;
  readonly field: string;
  readonly same: readonly string[];
}

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies/list */
export const listed: Readonly<Record<string, Listed>> = {
  "gcp:monitoring/alertPolicy:AlertPolicy": {
    path: `v3/${project}/alertPolicies`,
    field: "alertPolicies",
    same: ["displayName", "userLabels"],
  },
  "gcp:monitoring/notificationChannel:NotificationChannel": {
    path: `v3/${project}/notificationChannels`,
    field: "notificationChannels",
    same: ["displayName", "type", "userLabels"],
  },
};

/** Google gives it back when it is there already: made again it is the same one, so nobody has to look for it. */
export const again: readonly string[] = ["gcp:projects/serviceIdentity:ServiceIdentity"];
