import { Trail } from "@pulumi/aws/cloudtrail/trail";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import type { Key } from "@pulumi/aws/kms/key";
import * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import type * as contract from "../contracts/auditTrail";
import type { OperatorTask } from "../contracts/capability";
import { madeBucket } from "./auditBucket";
import { deliveryGrants, deliveryTrust, trailKeyPolicy } from "./auditPolicies";
import { encryptionKey } from "./encryptionKey";
import { explainTrail } from "./errorHooks";
import { auditBucket, auditName, trailArn } from "./layout";
import { partitionOf } from "./partition";
import { role } from "./roles";
import type { AwsSettings, TrailSettings } from "./settings";

export interface AuditTrailArgs extends ComponentArgs {
  readonly settings: TrailSettings & Pick<AwsSettings, "encryption" | "permissionsBoundary">;
}

/**
 * CloudTrail's log of every management event of all regions, reads and KMS among them, in a locked bucket and a log
 * group; or the one that exists already. It outlives the stack: ending an audit is an administrator's act.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html
 */
export class AuditTrail extends Component implements contract.AuditTrail {
  public readonly mode: "managed" | "server";
  public readonly sinks: readonly string[];
  public readonly tasks: readonly OperatorTask[];
  /** The trail's ARN. */
  public readonly trailArn: string;
  /** The log group that alarms read, and what they wait for; undefined where there is none in this account. */
  public readonly logGroup:
    { readonly name: string; readonly ready: readonly pulumi.Resource[] } | undefined;

  /** ARNs of the keys that encrypt it, where it is ours. */
  public readonly keyArns: readonly pulumi.Output<string>[];

  constructor(name: string, args: AuditTrailArgs, opts?: pulumi.ComponentResourceOptions) {
    super("aws", "AuditTrail", name, { ...args }, opts);
    const { environment, settings } = args;
    const { audit } = settings;
    this.mode = audit.mode === "create" ? "managed" : "server";
    this.trailArn = audit.trailArn ?? trailArn(environment, settings);
    if (this.mode === "managed") {
      const { group, key } = this.create(args);
      this.keyArns = [key.arn];
      this.logGroup = { name: auditName(environment), ready: [group] };
      this.sinks = [auditBucket(environment, settings), auditName(environment)];
    } else {
      this.keyArns = [];
      this.logGroup =
        audit.logGroup === undefined ? undefined : { name: audit.logGroup, ready: [] };
      this.sinks = [this.trailArn, ...(audit.logGroup === undefined ? [] : [audit.logGroup])];
    }
    this.tasks = this.mode === "server" ? [ownersTask(this.trailArn)] : [];
    this.registerOutputs({ mode: this.mode, sinks: this.sinks, trailArn: this.trailArn });
  }

  private create({ environment, settings }: AuditTrailArgs): { group: LogGroup; key: Key } {
    const { region, encryption, audit, permissionsBoundary } = settings;
    const name = auditName(environment);
    const children = this.children();
    const key = encryptionKey(
      "key",
      {
        region,
        alias: `alias/${name}`,
        description: `Encrypts the audit trail of ${environment.app}, ${environment.stage}`,
        policy: trailKeyPolicy(environment, settings),
        encryption,
        environment,
        kept: explainTrail,
      },
      children,
    );
    const group = new LogGroup(
      this.childName("log"),
      {
        name,
        kmsKeyId: key.arn,
        retentionInDays: audit.logRetentionDays,
        deletionProtectionEnabled: true,
        tags: environment.tags,
      },
      this.childOptions({
        retainOnDelete: true,
        hooks: { onError: [explainTrail(this.childName("log"), name)] },
      }),
    );
    const delivery = role(
      "delivery",
      {
        name,
        description: `CloudTrail writes the log group ${name}`,
        trust: deliveryTrust(environment, settings),
        grants: deliveryGrants(environment, settings),
        permissionsBoundary,
        environment,
      },
      { ...children, options: () => this.childOptions({ retainOnDelete: true }) },
    );
    this.trail(key, group, delivery, { environment, settings });
    return { group, key };
  }

  /** https://www.pulumi.com/registry/packages/aws/api-docs/cloudtrail/trail/ */
  private trail(
    key: Key,
    group: LogGroup,
    delivery: ReturnType<typeof role>,
    { environment, settings }: AuditTrailArgs,
  ): void {
    const bucket = madeBucket(environment, settings, this.children());
    new Trail(
      this.childName("trail"),
      {
        name: auditName(environment),
        s3BucketName: bucket.name,
        kmsKeyId: key.arn,
        isMultiRegionTrail: true,
        includeGlobalServiceEvents: true,
        enableLogFileValidation: true,
        enableLogging: true,
        cloudWatchLogsGroupArn: pulumi.interpolate`${group.arn}:*`,
        cloudWatchLogsRoleArn: delivery.made.arn,
        advancedEventSelectors: selectors(bucket.name, settings),
        tags: environment.tags,
      },
      // The role's grants too: CloudTrail tries the delivery when the trail is made.
      this.childOptions({
        retainOnDelete: true,
        dependsOn: [...bucket.ready, delivery.grants],
        hooks: { onError: [explainTrail(this.childName("trail"), auditName(environment))] },
      }),
    );
  }
}

/**
 * Every management event, none left out; and who reads the logs, which is what the bucket's own access log would say.
 * Writes of the bucket are not among them: each would make the next.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 */
const selectors = (bucket: string, { region }: TrailSettings) => [
  {
    name: "Every management event",
    fieldSelectors: [{ field: "eventCategory", equals: ["Management"] }],
  },
  {
    name: "Reads of the logs",
    fieldSelectors: [
      { field: "eventCategory", equals: ["Data"] },
      { field: "resources.type", equals: ["AWS::S3::Object"] },
      { field: "readOnly", equals: ["true"] },
      { field: "resources.ARN", startsWiths: [`arn:${partitionOf(region)}:s3:::${bucket}/`] },
    ],
  },
];

const ownersTask = (trail: string): OperatorTask => ({
  concern: "AuditTrail",
  title: "the trail is its owner's: this shows whether it logs, in all regions, reads and KMS too",
  text: `aws cloudtrail get-trail-status --name ${trail} && aws cloudtrail get-event-selectors --trail-name ${trail}`,
});
