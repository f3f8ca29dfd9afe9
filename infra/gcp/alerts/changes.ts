import { has, is, like, literal, literals, not, present, type Calls } from "./filter";
import { ofSecrets, projectIn } from "./reads";
import type { Scope } from "./scope";

const resource = "protoPayload.resourceName";

/** Methods of Secret Manager: https://cloud.google.com/secret-manager/docs/audit-logging */
const onSecrets = (scope: Scope, ...methods: readonly string[]): Calls => ({
  service: "secretmanager",
  methods,
  where: [ofSecrets(scope)],
});

/** Keys as they are in the project's log, and their rings. */
const places = ({ keys }: Scope): readonly string[] =>
  keys.map((key) => key.replace(/^projects\/[^/]+/, ""));
const rings = (scope: Scope): readonly string[] => [
  ...new Set(places(scope).map((place) => place.replace(/\/cryptoKeys\/.*$/, ""))),
];

/** Methods of Cloud KMS: https://cloud.google.com/kms/docs/logging */
const onKeys = (scope: Scope, names: string, ...methods: readonly string[]): readonly Calls[] =>
  scope.keys.length === 0
    ? []
    : [
        {
          service: "cloudkms",
          methods,
          where: [like(resource, `${projectIn(scope)}${names}$`)],
        },
      ];

/** Who would be told of anything, and when. Numbers are all that their names say. https://cloud.google.com/monitoring/audit-logging */
const silencing: Calls = {
  service: "monitoring",
  methods: [
    ...["UpdateAlertPolicy", "DeleteAlertPolicy"],
    ...["UpdateNotificationChannel", "DeleteNotificationChannel"],
    ...["CreateSnooze", "UpdateSnooze"],
  ],
};

/** It gives Google's own agents their roles when a service is turned on. https://cloud.google.com/iam/docs/audit-logging/examples-service-accounts#grant-roles */
const byGoogle = is(
  "protoPayload.authenticationInfo.principalEmail",
  "service-agent-manager@system.gserviceaccount.com",
);

/**
 * Who may reach the secrets, by all ways that a project's own log has: its policy, its organization policies and what it is
 * under, roles of its own, accounts and whose they may be, pools of other issuers, and denials. Folders and the
 * organization have logs of their own. And who hears of it, so that no alert is the only one to tell that it was silenced.
 * https://cloud.google.com/iam/docs/audit-logging
 * https://cloud.google.com/resource-manager/docs/audit-logging
 */
export const grantChanges = (scope: Scope): readonly Calls[] => [
  onSecrets(scope, "SetIamPolicy"),
  {
    service: "cloudresourcemanager",
    methods: [
      ...["SetIamPolicy", "SetOrgPolicy", "ClearOrgPolicy"],
      // The old API moves a project by an update; both are named in two ways.
      ...["MoveProject", "projects.move", "UpdateProject", "projects.update"],
    ],
    where: [not(byGoogle)],
  },
  { service: "orgpolicy", methods: ["CreatePolicy", "UpdatePolicy", "DeletePolicy"] },
  { service: "iam", methods: ["UpdateRole", "UndeleteRole"] },
  {
    service: "iam",
    methods: [
      ...["SetIAMPolicy", "CreateServiceAccountKey", "UploadServiceAccountKey"],
      ...["EnableServiceAccountKey", "EnableServiceAccount", "DisableServiceAccount"],
      ...["DeleteServiceAccount", "UndeleteServiceAccount"],
    ],
    where: [is("resource.labels.email_id", ...scope.accounts)],
  },
  {
    service: "iam",
    methods: [
      ...["CreateWorkloadIdentityPool", "UpdateWorkloadIdentityPool"],
      ...["DeleteWorkloadIdentityPool", "UndeleteWorkloadIdentityPool"],
      ...["CreateWorkloadIdentityPoolProvider", "UpdateWorkloadIdentityPoolProvider"],
      ...["DeleteWorkloadIdentityPoolProvider", "UndeleteWorkloadIdentityPoolProvider"],
      "WorkloadIdentityPools.SetIamPolicy",
    ],
  },
  {
    service: "iam",
    methods: [
      ...["Policies.CreatePolicy", "Policies.UpdatePolicy", "Policies.DeletePolicy"],
      ...["CreatePolicyBinding", "UpdatePolicyBinding", "DeletePolicyBinding"],
    ],
  },
  ...onKeys(scope, literals([...places(scope), ...rings(scope)]), "SetIamPolicy"),
  silencing,
];

/** A secret is gone, or changed in what it says of its end: its expiry, the delay of destroyed versions, its notices. */
export const deletions = (scope: Scope): readonly Calls[] => [
  onSecrets(scope, "DeleteSecret", "UpdateSecret"),
];

/** Versions, which who rotates takes away in the usual course. */
export const versionDeletions = (scope: Scope): Calls =>
  onSecrets(scope, "DestroySecretVersion", "DisableSecretVersion");

/** A value cannot be read without its key. https://cloud.google.com/kms/docs/delete-kms-resources */
export const keyChanges = (scope: Scope): readonly Calls[] =>
  onKeys(
    scope,
    `${literals(places(scope))}(/.*)?`,
    ...["UpdateCryptoKeyVersion", "DestroyCryptoKeyVersion", "DeleteCryptoKeyVersion"],
    ...["UpdateCryptoKey", "UpdateCryptoKeyPrimaryVersion", "DeleteCryptoKey"],
  );

/** What notices of due keys come by. https://cloud.google.com/pubsub/docs/audit-logging */
export function noticeChanges(scope: Scope): readonly Calls[] {
  const { topic, subscription } = scope;
  if (topic === undefined || subscription === undefined) return [];
  const places = literals([`topics/${topic}`, `subscriptions/${subscription}`]);
  return [
    {
      service: "pubsub",
      methods: [
        ...["DeleteTopic", "UpdateTopic", "DetachSubscription", "DeleteSubscription"],
        ...["UpdateSubscription", "ModifyPushConfig", "SetIamPolicy"],
      ],
      where: [like(resource, `${projectIn(scope)}/${places}$`)],
    },
  ];
}

/**
 * What is logged, where it goes and who is told, and what would keep that from being seen: exclusions and snoozes.
 * https://cloud.google.com/logging/docs/audit/audit-logging
 */
export function auditChanges(scope: Scope): readonly Calls[] {
  const { trail, alerts } = scope;
  const named = (pattern: string) => [like(resource, `${projectIn(scope)}/${pattern}$`)];
  return [
    {
      service: "cloudresourcemanager",
      methods: ["SetIamPolicy"],
      where: [present("protoPayload.serviceData.policyDelta.auditConfigDeltas")],
    },
    {
      service: "logging",
      methods: ["UpdateSink", "DeleteSink"],
      // The project's own sink is the one that excludes.
      where: trail ? named(`sinks/${literals([...trail.sinks, "_Default"])}`) : [],
    },
    { service: "logging", methods: ["CreateExclusion", "UpdateExclusion"] },
    {
      service: "logging",
      methods: ["UpdateBucket", "UpdateBucketAsync", "DeleteBucket"],
      where: trail ? named(`locations/[^/]+/buckets/${literal(trail.bucket)}`) : [],
    },
    {
      service: "logging",
      methods: ["DeleteLog"],
      where: [has(resource, "cloudaudit.googleapis.com")],
    },
    {
      service: "logging",
      methods: ["UpdateLogMetric", "DeleteLogMetric"],
      where: named(`metrics/${literal(alerts)}-[^/]+`),
    },
    silencing,
    {
      service: "serviceusage",
      methods: ["DisableService"],
      where: [
        like(
          resource,
          String.raw`/services/(logging|monitoring|secretmanager|cloudkms|pubsub|iam)\.googleapis\.com`,
        ),
      ],
    },
    ...(trail?.archive === undefined
      ? []
      : [
          {
            service: "storage",
            methods: ["buckets.update", "buckets.patch", "buckets.delete", "setIamPermissions"],
            where: [is(resource, `projects/_/buckets/${trail.archive}`)],
          },
        ]),
    ...(trail?.dataset === undefined
      ? []
      : [
          {
            service: "bigquery",
            // Tables come and grow by what is logged.
            methods: ["UpdateDataset", "PatchDataset", "DeleteDataset", "DeleteTable"],
            where: named(`datasets/${literal(trail.dataset)}(/tables/[^/]+)?`),
          },
        ]),
  ];
}
