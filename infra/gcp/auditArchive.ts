import { Dataset } from "@pulumi/gcp/bigquery/dataset";
import { DatasetIamMember } from "@pulumi/gcp/bigquery/datasetIamMember";
import { Bucket } from "@pulumi/gcp/storage/bucket";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import type { Children } from "../component";
import { daySeconds } from "../duration";
import type { Environment } from "../environment";
import type { Kept } from "./auditSink";
import { awaitAccount, explainKept, explainLocked } from "./errorHooks";
import { importCommand } from "./imports";
import { archiveName, datasetName, loggingAgent } from "./layout";
import type { TrailSettings } from "./settings";

/** Takes a copy that a destroy has left into the state. */
const taking = (type: string, name: string, id: string, owner: string): string =>
  importCommand({ type, name, id, owner: { concern: "AuditTrail", name: owner } });

/**
 * The logs' bucket of Cloud Storage: no object is changed or deleted before its time, and then it is deleted. It has no
 * versions, as nothing in it can be overwritten. Locked, its retention is never shortened, and the project cannot be
 * deleted as long as it is there. It outlives the stack. https://cloud.google.com/storage/docs/bucket-lock
 */
export function archive(
  environment: Environment,
  settings: TrailSettings,
  children: Children,
): Kept {
  const { retentionDays, lock } = settings.audit.storage;
  const name = archiveName(environment, settings);
  const own = children.name("archive");
  const made = new Bucket(
    own,
    {
      ...{ project: settings.projectId, name, location: settings.location.toUpperCase() },
      storageClass: "STANDARD",
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      retentionPolicy: {
        retentionPeriod: String(retentionDays * daySeconds),
        isLocked: lock === "locked",
      },
      lifecycleRules: [{ action: { type: "Delete" }, condition: { age: retentionDays + 1 } }],
      labels: environment.tags,
    },
    children.options({
      retainOnDelete: true,
      hooks: {
        onError: [
          explainKept(
            own,
            `the bucket ${name}`,
            "gcp.audit.mode",
            taking("gcp:storage/bucket:Bucket", own, name, children.owner),
          ),
          explainLocked(own, "gcp.audit.storage"),
        ],
      },
    }),
  );
  return {
    suffix: "archive",
    destination: `storage.googleapis.com/${name}`,
    made: [made],
    // Adds objects and does nothing else: https://cloud.google.com/storage/docs/access-control/iam-roles
    writer: (sink) => {
      const writer = children.name("archive-writer");
      return new BucketIAMMember(
        writer,
        { bucket: name, role: "roles/storage.objectCreator", member: loggingAgent(settings) },
        children.options({
          retainOnDelete: true,
          dependsOn: [sink],
          hooks: { onError: [awaitAccount(writer, "Cloud Logging's account")] },
        }),
      );
    },
  };
}

/**
 * The logs' dataset of BigQuery, of which each day's partition is deleted at its time. Whoever is no owner of the project
 * has no part in it: by default its viewers would read it. It outlives the stack.
 * https://cloud.google.com/bigquery/docs/access-control-basic-roles#dataset-basic-roles
 */
export function dataset(
  environment: Environment,
  settings: TrailSettings,
  children: Children,
): Kept {
  const { projectId: project, location } = settings;
  const datasetId = datasetName(environment);
  const own = children.name("dataset");
  const at = `projects/${project}/datasets/${datasetId}`;
  const made = new Dataset(
    own,
    {
      ...{ project, datasetId, location },
      description: `Audit of ${environment.app}, ${environment.stage}`,
      defaultPartitionExpirationMs: settings.audit.bigQuery.retentionDays * daySeconds * 1000,
      accesses: [{ role: "OWNER", specialGroup: "projectOwners" }],
      labels: environment.tags,
    },
    children.options({
      retainOnDelete: true,
      // The writer is added below.
      ignoreChanges: ["accesses"],
      hooks: {
        onError: [
          explainKept(
            own,
            `the dataset ${datasetId}`,
            "gcp.audit.mode",
            taking("gcp:bigquery/dataset:Dataset", own, at, children.owner),
          ),
        ],
      },
    }),
  );
  return {
    suffix: "dataset",
    destination: `bigquery.googleapis.com/${at}`,
    made: [made],
    options: { bigqueryOptions: { usePartitionedTables: true } },
    // https://cloud.google.com/logging/docs/export/configure_export_v2#dest-auth
    writer: (sink) => {
      const writer = children.name("dataset-writer");
      return new DatasetIamMember(
        writer,
        { project, datasetId, role: "roles/bigquery.dataEditor", member: loggingAgent(settings) },
        children.options({
          retainOnDelete: true,
          dependsOn: [sink],
          hooks: { onError: [awaitAccount(writer, "Cloud Logging's account")] },
        }),
      );
    },
  };
}
