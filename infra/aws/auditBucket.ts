import { Bucket } from "@pulumi/aws/s3/bucket";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration";
import { BucketObjectLockConfiguration } from "@pulumi/aws/s3/bucketObjectLockConfiguration";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning";
import type { Children } from "../component";
import type { Environment } from "../environment";
import { bucketPolicy } from "./auditPolicies";
import { explainTrail } from "./errorHooks";
import { auditBucket } from "./layout";
import { policyDocument } from "./policyDocument";
import type { TrailSettings } from "./settings";

/** The bucket, and what has to be there before the trail looks at it. */
export interface MadeBucket {
  readonly name: string;
  readonly ready: readonly (Bucket | BucketPolicy)[];
}

/**
 * The private bucket of the trail's logs: locked for their time, then emptied. It outlives the stack, because locked
 * logs cannot go. The logs are encrypted by the trail's key; the digests by S3's own, which CloudTrail needs no grant for.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export function madeBucket(
  environment: Environment,
  settings: TrailSettings,
  children: Children,
): MadeBucket {
  const { lock, retentionDays: days } = settings.audit;
  const name = auditBucket(environment, settings);
  const stays = children.options({ retainOnDelete: true });
  const made = new Bucket(
    children.name("bucket"),
    { bucket: name, objectLockEnabled: true, forceDestroy: false, tags: environment.tags },
    children.options({
      retainOnDelete: true,
      hooks: { onError: [explainTrail(children.name("bucket"), name)] },
    }),
  );
  const bucket = made.bucket;
  const versioning = new BucketVersioning(
    children.name("bucket-versioning"),
    { bucket, versioningConfiguration: { status: "Enabled" } },
    stays,
  );
  // A lock's default needs versions to hold on to.
  const versioned = children.options({ retainOnDelete: true, dependsOn: [versioning] });
  new BucketObjectLockConfiguration(
    children.name("bucket-lock"),
    { bucket, rule: { defaultRetention: { mode: lock.toUpperCase(), days } } },
    versioned,
  );
  new BucketLifecycleConfiguration(
    children.name("bucket-lifecycle"),
    {
      bucket,
      rules: [
        {
          id: "logs",
          status: "Enabled",
          filter: { prefix: "" },
          expiration: { days },
          noncurrentVersionExpiration: { noncurrentDays: 1 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
      ],
    },
    versioned,
  );
  new BucketServerSideEncryptionConfiguration(
    children.name("bucket-encryption"),
    { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    stays,
  );
  new BucketOwnershipControls(
    children.name("bucket-ownership"),
    { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
    stays,
  );
  const block = new BucketPublicAccessBlock(
    children.name("bucket-access"),
    {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    stays,
  );
  const policy = new BucketPolicy(
    children.name("bucket-policy"),
    { bucket, policy: policyDocument(bucketPolicy(environment, settings)) },
    // S3 refuses two changes of a bucket's access at a time.
    children.options({ retainOnDelete: true, dependsOn: [block] }),
  );
  return { name, ready: [made, policy] };
}
