import type { Projects } from "../../support/gcpConditions";
import { anonymous, callerOf, type Caller, type Groups } from "../../support/gcpMembers";
import { allPermissions } from "../../support/gcpRoles";

/** What can be asked of the fullest stack, and by whom: the questions alone, without an answer. */
export const project = "projects/sentinel-prod-4711";
export const otherProject = "projects/of-others-4711";
export const projects: Projects = {
  "sentinel-prod-4711": "604321987655",
  "of-others-4711": "704321987655",
};

/** Names of the secrets in the project: the stack's own, and one that is somebody else's. */
export const secrets = [
  ...["anthropic-api-key", "openai-api-key", "gemini-api-key", "snyk-token"],
  ...["cache-password", "gdpr-master-key", "of-others"],
] as const;

/** Who is in the settings' groups, which Google alone knows. */
export const groups: Groups = {
  "group:platform@promptsentinel.ai": ["user:ann@promptsentinel.ai"],
  "group:everybody@promptsentinel.ai": ["user:ann@promptsentinel.ai", "user:bob@promptsentinel.ai"],
};

const account = (name: string): string =>
  `serviceAccount:${name}@sentinel-prod-4711.iam.gserviceaccount.com`;

/** Whoever asks, and when: break-glass has a beginning and an end, the others ask while it is open. */
export const callers = {
  app: callerOf(account("promptsentinel-prod-app")),
  ci: callerOf(account("promptsentinel-prod-ci")),
  rotator: callerOf(account("rotator")),
  operator: callerOf("user:ann@promptsentinel.ai", groups),
  "breakGlass, before its beginning": callerOf("user:on-call@promptsentinel.ai"),
  "breakGlass, at its beginning": callerOf("user:on-call@promptsentinel.ai"),
  "breakGlass, before its end": callerOf("user:on-call@promptsentinel.ai"),
  "breakGlass, at its end": callerOf("user:on-call@promptsentinel.ai"),
  preview: callerOf(account("promptsentinel-prod-preview")),
  apply: callerOf(account("promptsentinel-prod-apply")),
  agent: callerOf(
    "serviceAccount:service-604321987655@gcp-sa-secretmanager.iam.gserviceaccount.com",
  ),
  // What writes the copies of the audit.
  logs: callerOf("serviceAccount:service-604321987655@gcp-sa-logging.iam.gserviceaccount.com"),
  colleague: callerOf("user:bob@promptsentinel.ai", groups),
  // What a Pod, a role of AWS or a token is before it becomes a service account.
  pod: callerOf("serviceAccount:clusters-4711.svc.id.goog[prompt-sentinel/prompt-sentinel]"),
  role: callerOf(
    "principalSet://iam.googleapis.com/projects/604321987655/locations/global/workloadIdentityPools/sentinel-prod-aws/attribute.aws_role/arn:aws:sts::210987654321:assumed-role/prompt-sentinel-task",
  ),
  token: callerOf(
    "principal://iam.googleapis.com/projects/604321987655/locations/global/workloadIdentityPools/sentinel-prod-oidc/subject/repo:promptsentinelai/prompt-sentinel:environment:prod",
  ),
  anonymous,
} as const satisfies Readonly<Record<string, Caller>>;
export type Who = keyof typeof callers;
export const everybody = Object.keys(callers) as Who[];

const times: Partial<Readonly<Record<Who, string>>> = {
  "breakGlass, before its beginning": "2026-11-30T23:59:59Z",
  "breakGlass, at its beginning": "2026-12-01T00:00:00Z",
  "breakGlass, before its end": "2026-12-02T23:59:59Z",
  "breakGlass, at its end": "2026-12-03T00:00:00Z",
};
export const timeOf = (who: Who): string => times[who] ?? "2026-12-02T00:00:00Z";

export interface Call {
  readonly permission: string;
  readonly resource: string;
}

/** Of Secret Manager's permissions, those that are asked of what holds the secrets. https://cloud.google.com/secret-manager/docs/access-control */
const ofParent = /^secretmanager\.(locations\.|secrets\.(create|list)$)/;

/** And those that are asked of a version; the rest is asked of the secret. */
const ofVersion = /^secretmanager\.versions\.(?!add$|list$)/;

/** Every permission on one secret, by its last two parts: `versions.access`. */
export const secretCalls = (secret: string): readonly (readonly [string, Call])[] =>
  allPermissions
    .filter((one) => one.startsWith("secretmanager.") && !ofParent.test(one))
    .map((permission) => [
      permission.replace("secretmanager.", ""),
      { permission, resource: ofVersion.test(permission) ? `${secret}/versions/7` : secret },
    ]);

/** What is managed in a project, by the beginning of its permissions; what is not here is managed in the project itself. */
const managed: readonly (readonly [begins: string, ours: string, neighbour: string])[] = [
  ["bigquery.datasets.", "datasets/promptsentinel_prod_audit", "datasets/of_others"],
  [
    "cloudkms.cryptoKey",
    "locations/europe-west3/keyRings/promptsentinel-prod-secrets/cryptoKeys/secrets",
    "locations/europe-west3/keyRings/of-others/cryptoKeys/secrets",
  ],
  [
    "cloudkms.keyRings.",
    "locations/europe-west3/keyRings/promptsentinel-prod-secrets",
    "locations/europe-west3/keyRings/of-others",
  ],
  [
    "iam.serviceAccount",
    "serviceAccounts/promptsentinel-prod-app@sentinel-prod-4711.iam.gserviceaccount.com",
    "serviceAccounts/of-others@sentinel-prod-4711.iam.gserviceaccount.com",
  ],
  ["pubsub.topics.", "topics/promptsentinel-prod-rotation", "topics/of-others"],
  ["pubsub.subscriptions.", "subscriptions/promptsentinel-prod-due", "subscriptions/of-others"],
  ["storage.", "buckets/promptsentinel-prod-audit-604321987655", "buckets/of-others"],
];

const managedCall =
  (which: 1 | 2) =>
  (permission: string, within = project): Call => {
    const found = managed.find(([begins]) => permission.startsWith(begins))?.[which];
    return { permission, resource: found === undefined ? within : `${within}/${found}` };
  };

/** A permission on what of the stack's it is asked of, in a project. */
export const managementCall = managedCall(1);

/** And on somebody else's thing of the kind. */
export const neighbourCall = managedCall(2);

/** Every permission but those on one secret. */
export const managementPermissions: readonly string[] = allPermissions.filter(
  (one) => !one.startsWith("secretmanager.") || ofParent.test(one),
);
