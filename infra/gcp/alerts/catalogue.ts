import type { AlertId } from "../../contracts/usageAlerts";
import { logId } from "../layout";
import {
  auditChanges,
  deletions,
  grantChanges,
  keyChanges,
  noticeChanges,
  versionDeletions,
} from "./changes";
import { all, any, changesOf, has, is, namesOf } from "./filter";
import { byNoneOf, privilegedReads, reads, refusals } from "./reads";
import type { Scope } from "./scope";

/** What somebody is told with. */
export interface Told {
  readonly what: string;
  /** What to do about it. */
  readonly act: string;
  readonly severity: "CRITICAL" | "ERROR" | "WARNING";
  /** Names of what it hears of. */
  readonly hears: readonly string[];
}

/**
 * How an alert is raised: by each entry of the log; by a number of entries in five minutes, which a metric counts; by a
 * message that waits; or not at all.
 */
export type Alert = Told &
  (
    | { readonly by: "entry"; readonly filter: string }
    | {
        readonly by: "number";
        readonly filter: string;
        readonly limit: number;
        /** Whether each caller and secret has a count of its own. @default all have one */
        readonly each?: true;
      }
    | { readonly by: "wait"; readonly subscription: string; readonly seconds: number }
    | { readonly by: "nothing"; readonly why: string }
  );

export type CountLimits = Readonly<Record<"readsPerFiveMinutes" | "deniedPerFiveMinutes", number>>;

const hour = 3600;

/**
 * What each alert looks for. Changes are in a log that nobody can turn off or exclude from, so an entry itself raises the
 * alert. Reads can be excluded from every bucket, but not from a metric: so metrics count them.
 * https://cloud.google.com/logging/docs/logs-based-metrics
 * https://cloud.google.com/logging/docs/alerting/monitoring-logs
 */
export function catalogue(scope: Scope, limits: CountLimits): Readonly<Record<AlertId, Alert>> {
  const activity = logId(scope.projectId)("activity");
  const keys = keyChanges(scope);
  const grants = grantChanges(scope);
  const audit = auditChanges(scope);
  return {
    "unexpected-reader": {
      by: "number",
      what: "somebody who is no reader read a secret, or tried to",
      act: "Find out who it is and where the call came from. If nobody knows of it, rotate the key at its vendor, then see how the caller could read it.",
      severity: "ERROR",
      hears: ["AccessSecretVersion"],
      filter: all(reads(scope), ...byNoneOf(scope.readers)),
      limit: 1,
      each: true,
    },
    "read-spike": {
      by: "number",
      what: "secrets were read more often than usual",
      act: "See which workload reads, and whether it starts again and again. The application reads once, at its start.",
      severity: "WARNING",
      hears: ["AccessSecretVersion"],
      filter: reads(scope),
      limit: limits.readsPerFiveMinutes,
    },
    "denied-burst": {
      by: "number",
      what: "calls about the secrets were refused again and again",
      act: "See who was refused. After a deployment it is often a grant that is missing; otherwise somebody is trying names.",
      severity: "WARNING",
      hears: ["any call of Secret Manager that is refused"],
      filter: refusals(scope),
      limit: limits.deniedPerFiveMinutes,
    },
    "grant-change": {
      by: "entry",
      what: "who may reach the secrets, or who hears of it, was changed",
      act: "Compare with the last run of the pipeline. What it did not do, take back, and see who was let in meanwhile.",
      severity: "ERROR",
      hears: namesOf(grants),
      filter: changesOf(activity, grants),
    },
    "deletion-scheduled": deletionAlert(scope, activity),
    "rotation-failed": rotationAlert(scope, activity),
    "stale-key":
      scope.subscription === undefined
        ? {
            by: "nothing",
            why: "the secrets are another's, and so are their notices",
            what: "a key is due, and nobody has seen to it",
            act: "",
            severity: "WARNING",
            hears: [],
          }
        : {
            by: "wait",
            what: "a key is due, and nobody has seen to it for an hour",
            act: `Rotate the key, then take the notice out: \`gcloud pubsub subscriptions pull ${scope.subscription} --project=${scope.projectId} --auto-ack\`.`,
            severity: "WARNING",
            hears: ["SECRET_ROTATE that waits"],
            subscription: scope.subscription,
            seconds: hour,
          },
    "encryption-key-disabled": {
      what: "a key that encrypts secrets was changed, disabled or is being destroyed",
      act: "If a version was disabled, enable it; if it is being destroyed, restore it: until then its secrets cannot be read.",
      severity: "CRITICAL",
      hears: namesOf(keys),
      ...(keys.length === 0
        ? { by: "nothing", why: "the keys are Google's own, or another project's" }
        : { by: "entry", filter: changesOf(activity, keys) }),
    },
    "audit-switched-off": {
      by: "entry",
      what: "a part of the audit, or an alert, was changed, deleted or silenced",
      act: "Compare with the last run of the pipeline. What it did not do, take back, and take what happened meanwhile as unseen.",
      severity: "CRITICAL",
      hears: namesOf(audit),
      filter: changesOf(activity, audit),
    },
    "privileged-session": {
      by: "number",
      what: "somebody who reads every key read one, or somebody read as a workload that he is not, or by a key of its account",
      act: "Ask whoever it is what for. Outside a rotation or an incident take it as an unexpected reader.",
      severity: "ERROR",
      hears: [
        "AccessSecretVersion by break-glass, the rotator, an impersonator or a key of an account",
      ],
      filter: privilegedReads(scope),
      limit: 1,
      each: true,
    },
  };
}

/** What Secret Manager says of the stack's secrets by itself. https://github.com/googleapis/googleapis/blob/master/google/cloud/secretmanager/logging/v1/secret_event.proto */
const events = (scope: Scope, of: string): string =>
  all(
    is("logName", logId(scope.projectId)("secret_event")),
    of,
    is("resource.labels.secret_id", ...scope.secrets),
  );

const deletionAlert = (scope: Scope, activity: string): Alert => {
  const changes = deletions(scope);
  const versions = versionDeletions(scope);
  const byOthers = { ...versions, where: [...(versions.where ?? []), ...byNoneOf(scope.rotators)] };
  return {
    by: "entry",
    what: "a secret or a version of it was deleted, disabled, expires, or is kept otherwise than before",
    act: "Bring it back: a destroyed version can be enabled again during its delay, a disabled one at once. Of a deleted secret or an expired one the value has to come from its vendor.",
    severity: "ERROR",
    hears: [...namesOf([...changes, versions]), "EXPIRES_IN_…", "EXPIRED"],
    filter: any(
      changesOf(activity, [...changes, byOthers]),
      // Of every time before it: an expiry can be set for the next minute.
      events(scope, has("jsonPayload.type", "EXPIRE")),
    ),
  };
};

const rotationAlert = (scope: Scope, activity: string): Alert => {
  const changes = noticeChanges(scope);
  const failed = ["TOPIC_NOT_FOUND", "TOPIC_PERMISSION_DENIED"];
  return {
    by: "entry",
    what: "nobody is told any more that a key is due",
    act: "See that the topic is there and Secret Manager's account may publish to it, then run the pipeline. Keys that were due meanwhile are due still.",
    severity: "ERROR",
    hears: [...failed, ...namesOf(changes)],
    filter: any(
      events(scope, is("jsonPayload.type", ...failed)),
      ...(changes.length === 0 ? [] : [changesOf(activity, changes)]),
    ),
  };
};
