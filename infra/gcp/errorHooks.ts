import type { ErrorHook } from "@pulumi/pulumi";
import { awaited, explained, type Patience } from "../explain";

/** How Google says that something of the name is there. https://cloud.google.com/apis/design/errors#http_mapping */
const taken = /already ?exists|Error 409/i;

const afterCut = "after a run that was cut off: run `promptsentinel-secrets recover`";

/** A secret that is there: a destroy keeps what holds values. */
export const explainSecret = (name: string, secret: string): ErrorHook =>
  explained(
    `${name}-taken`,
    taken,
    `${secret} exists and is not in this stack's state; after a destroy, which keeps it: set gcp.secrets.mode to adopt; of somebody else: choose another name in gcp.secrets.names; after a replacement that failed: put the settings back and \`pulumi state delete\` it before adopting it; ${afterCut}`,
  );

/**
 * What a destroy keeps, and is there.
 * @param command takes it into the state. @default none is told
 */
export const explainKept = (
  name: string,
  what: string,
  setting: string,
  command?: string,
): ErrorHook =>
  explained(
    `${name}-taken`,
    taken,
    `${what} exists and is not in this stack's state; after a destroy, which keeps it: ${command === undefined ? "" : `\`${command}\`, or `}set ${setting} to external; ${afterCut}`,
  );

/**
 * A pool whose name a destroy keeps taken for 30 days.
 * @param command takes it into the state
 */
export const explainPool = (
  name: string,
  project: string,
  pool: string,
  command: string,
): ErrorHook =>
  explained(
    `${name}-taken`,
    taken,
    `the identity pool ${pool} exists, or was deleted less than 30 days ago, which keeps its name: choose another in gcp.federation.name, or bring it back (\`gcloud iam workload-identity-pools undelete ${pool} --location=global --project=${project}\`, then \`${command}\`); ${afterCut}`,
  );

/** A retention that is locked: it is never shortened, and a log bucket's not changed at all. */
export const explainLocked = (name: string, setting: string): ErrorHook =>
  explained(
    `${name}-locked`,
    /\b(un)?lock(ed)?\b|retention policy/i,
    `what is locked keeps its retention, and stays locked: set ${setting}.retentionDays to what it has, and ${setting}.lock to locked`,
  );

/** How long a new account or grant may take until it is known everywhere, and how often it is asked. */
const spread = { timeout: 420_000, pause: 5000 };

/**
 * What is new is not known everywhere at once: a grant may take seven minutes. What fails for that is tried again, with a
 * word on what is waited for. https://cloud.google.com/iam/docs/access-change-propagation
 * @param unknown how the platform says so
 */
export const awaitSpread = (
  name: string,
  what: string,
  unknown: RegExp,
  patience: Patience = spread,
): ErrorHook => awaited(`${name}-spread`, unknown, `Google knows ${what} everywhere`, patience);

/** A service account, or a role, that is new: the provider tells the refusal on. https://cloud.google.com/iam/docs/service-accounts-create */
export const awaitAccount = (name: string, account: string): ErrorHook =>
  awaitSpread(
    name,
    account,
    /service account .*(does not exist|not found)|unknown service account|\brole .*does not exist/i,
  );

/** Secret Manager's own account, which a project has from when it is asked for. https://cloud.google.com/iam/docs/service-agents */
export const awaitAgent = (name: string): ErrorHook =>
  awaitAccount(name, "Secret Manager's account");

/** How Secret Manager says that its account is not there yet, or may not yet use a key or publish to a topic. */
const notYetGranted =
  /^(?!.*has not been used)(?=.*(gcp-sa-secretmanager|service (agent|identity)|cloudkms\.|pubsub\.|\bpublish\b))/is;

/** What a secret needs that its service was granted a moment ago. */
export const awaitGrants = (name: string): ErrorHook =>
  awaitSpread(name, "Secret Manager's grants on key and topic", notYetGranted);

/** A service that has just been turned on. https://cloud.google.com/service-usage/docs/enable-disable */
export const awaitService = (name: string): ErrorHook =>
  awaitSpread(name, "the services that are on", /has not been used in project|SERVICE_DISABLED/);

/** A cluster's pool of Pods. https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity */
export const explainGke = (name: string, project: string): ErrorHook =>
  explained(
    `${name}-no-cluster`,
    /identity pool does not exist/i,
    `${project} has no cluster with Workload Identity yet: make one, or correct gcp.access's gke.project`,
  );

/** A project that is in the perimeter already. */
export const explainPerimeter = (name: string): ErrorHook =>
  explained(
    `${name}-joined`,
    /existing object already found|already ?exists/i,
    `the project is in the perimeter already, which a destroy keeps: take gcp.network.perimeter out; ${afterCut}`,
  );

/**
 * A metric of log entries that is new: Google speaks of ten minutes. The engine asks a hook a hundred times at most.
 * https://github.com/hashicorp/terraform-provider-google/issues/11102
 * https://github.com/hashicorp/terraform-provider-google/issues/10325
 */
export const awaitMetric = (name: string, metric: string): ErrorHook =>
  awaitSpread(
    name,
    `the metric ${metric}`,
    /Cannot find metric|metric referenced by the provided filter is unknown/i,
    {
      timeout: 720_000,
      pause: 10_000,
    },
  );
