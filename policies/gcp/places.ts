/** What can be granted on a kind of resource. */
export interface Place {
  readonly what: string;
  /** Roles of Google's that may be granted there; no other but, where `own` says so, one that the program makes. */
  readonly roles: readonly string[];
  readonly own?: boolean;
  /** Google makes up who writes a log somewhere, so that is not known before the run. */
  readonly memberMayCome?: boolean;
  /** To whom alone, where that is not anybody. */
  readonly only?: "agents" | "workloads";
}

const secretRoles = ["secretAccessor", "secretVersionAdder", "secretVersionManager", "viewer"].map(
  (name) => `roles/secretmanager.${name}`,
);

const none = (what: string): Place => ({ what, roles: [] });
const secret: Place = { what: "a secret", roles: secretRoles };

/**
 * By the type of the grant. A role that is not here reaches further than what it is granted for: administrators grant
 * themselves what they lack, and who impersonates an account is it.
 * https://cloud.google.com/iam/docs/using-iam-securely#least_privilege
 */
export const places: Readonly<Record<string, Place>> = {
  "gcp:secretmanager/secretIamMember:SecretIamMember": secret,
  "gcp:secretmanager/regionalSecretIamMember:RegionalSecretIamMember": secret,
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": {
    what: "a key",
    roles: ["cryptoKeyEncrypterDecrypter", "cryptoKeyEncrypter", "cryptoKeyDecrypter"].map(
      (name) => `roles/cloudkms.${name}`,
    ),
    only: "agents",
  },
  "gcp:kms/keyRingIAMMember:KeyRingIAMMember": none("a ring of keys"),
  "gcp:serviceaccount/iAMMember:IAMMember": {
    what: "a service account",
    roles: ["roles/iam.workloadIdentityUser"],
    only: "workloads",
  },
  "gcp:projects/iAMMember:IAMMember": {
    what: "the project",
    // A sink into a log bucket of another project. https://cloud.google.com/logging/docs/export/configure_export_v2#dest-auth
    roles: ["roles/logging.bucketWriter"],
    own: true,
  },
  "gcp:folder/iAMMember:IAMMember": none("a folder"),
  "gcp:organizations/iAMMember:IAMMember": none("the organization"),
  "gcp:billing/accountIamMember:AccountIamMember": none("a billing account"),
  "gcp:pubsub/topicIAMMember:TopicIAMMember": {
    what: "a topic",
    roles: ["roles/pubsub.publisher", "roles/pubsub.viewer"],
  },
  "gcp:pubsub/subscriptionIAMMember:SubscriptionIAMMember": {
    what: "a subscription",
    roles: ["roles/pubsub.subscriber", "roles/pubsub.viewer"],
  },
  // Who writes logs changes and deletes none: https://cloud.google.com/storage/docs/access-control/iam-roles
  "gcp:storage/bucketIAMMember:BucketIAMMember": {
    what: "a bucket",
    roles: ["roles/storage.objectCreator", "roles/storage.objectViewer"],
    memberMayCome: true,
  },
  // https://cloud.google.com/logging/docs/export/configure_export_v2#dest-auth
  "gcp:bigquery/datasetIamMember:DatasetIamMember": {
    what: "a dataset",
    roles: ["roles/bigquery.dataEditor", "roles/bigquery.dataViewer"],
    memberMayCome: true,
  },
};
