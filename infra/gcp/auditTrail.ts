import { ProjectBucketConfig } from "@pulumi/gcp/logging/projectBucketConfig";
import { IAMAuditConfig } from "@pulumi/gcp/projects/iamauditConfig";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import type * as contract from "../contracts/auditTrail";
import type { OperatorTask } from "../contracts/capability";
import { archive, dataset } from "./auditArchive";
import { sent, type Kept } from "./auditSink";
import { explainLocked } from "./errorHooks";
import { auditBucketId, auditLocation, auditName } from "./layout";
import type { SecretStore } from "./secretStore";
import type { TrailSettings } from "./settings";

export interface AuditTrailArgs extends ComponentArgs {
  readonly settings: TrailSettings;
  readonly store: SecretStore;
}

/** Whose reads are logged, and every kind that is off without it. https://cloud.google.com/logging/docs/audit/configure-data-access */
const services = ["secretmanager", "cloudkms"] as const;
const logTypes = ["ADMIN_READ", "DATA_READ", "DATA_WRITE"] as const;

/**
 * Every read of the secrets and every use of their keys, with what changes around them, in a log bucket of a retention
 * and, if set, in an archive and a dataset. It outlives the stack: ending an audit is an administrator's act.
 *
 * A locked log bucket keeps its retention for good, and is deleted only when it is empty; a locked archive also keeps
 * its project from being deleted. Neither stands in a destroy's way, because a destroy leaves both.
 * https://cloud.google.com/logging/docs/buckets#locking-logs-buckets
 * https://cloud.google.com/storage/docs/bucket-lock
 */
export class AuditTrail extends Component implements contract.AuditTrail {
  public readonly mode: "managed" | "server";
  public readonly sinks: readonly string[];
  public readonly tasks: readonly OperatorTask[];
  /** What has to be there before somebody tells of what is logged. */
  public readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: AuditTrailArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gcp", "AuditTrail", name, { ...args }, opts);
    this.retries = args.store.retries;
    this.after = args.store.apis;
    const { environment, settings } = args;
    const { mode, storage, bigQuery } = settings.audit;
    const own = mode === "create";
    this.mode = own ? "managed" : "server";
    const kept: readonly Kept[] = own
      ? [
          this.bucket(args),
          ...(storage.mode === "create" ? [archive(environment, settings, this.children())] : []),
          ...(bigQuery.mode === "create" ? [dataset(environment, settings, this.children())] : []),
        ]
      : [];
    const sinks = kept.flatMap((one) => sent(one, environment, settings, this.children()));
    // What is logged is kept from the first entry on.
    const configs = own ? services.map((service) => this.config(service, sinks, args)) : [];
    this.ready = [...sinks, ...configs];
    this.sinks = kept.map(({ destination }) => destination);
    this.tasks = own ? [] : [external(args)];
    this.registerOutputs({ mode: this.mode, sinks: this.sinks });
  }

  /**
   * Nobody is exempted. It has the last word on its own service alone: audit configs of other services stay as they are.
   * An exemption in the config of all services, or of a folder above, counts as well.
   * https://www.pulumi.com/registry/packages/gcp/api-docs/projects/iamauditconfig/
   */
  private config(
    service: (typeof services)[number],
    dependsOn: readonly pulumi.Resource[],
    { settings }: AuditTrailArgs,
  ): pulumi.Resource {
    return new IAMAuditConfig(
      this.childName(`${service}-reads`),
      {
        project: settings.projectId,
        service: `${service}.googleapis.com`,
        auditLogConfigs: logTypes.map((logType) => ({ logType })),
      },
      this.childOptions({ retainOnDelete: true, dependsOn: [...dependsOn] }),
    );
  }

  /** One that is there already, its provider takes and sets. https://cloud.google.com/logging/docs/buckets */
  private bucket({ environment, settings }: AuditTrailArgs): Kept {
    const { retentionDays, lock } = settings.audit.bucket;
    const own = this.childName("bucket");
    const made = new ProjectBucketConfig(
      own,
      {
        project: settings.projectId,
        location: auditLocation(settings),
        bucketId: auditName(environment),
        description: `Audit of ${environment.app}, ${environment.stage}`,
        retentionDays,
        locked: lock === "locked",
      },
      this.childOptions({
        retainOnDelete: true,
        hooks: { onError: [explainLocked(own, "gcp.audit.bucket")] },
      }),
    );
    return {
      suffix: "",
      destination: `logging.googleapis.com/${auditBucketId(environment, settings)}`,
      made: [made],
    };
  }
}

const external = ({ settings }: AuditTrailArgs): OperatorTask => ({
  concern: "AuditTrail",
  title:
    "the audit is its owner's: this shows whose reads the project logs; alerts need DATA_READ of secretmanager.googleapis.com, and nobody exempted",
  text: `gcloud projects get-iam-policy ${settings.projectId} --format='yaml(auditConfigs)'`,
});
