import { ciRoles } from "../../contracts/ciAccess";
import type { Consumer, Environment } from "../../environment";
import type { WorkloadLogins } from "../accessSettings";
import { membersOfConsumer } from "../grants";
import * as layout from "../layout";
import type { AlertsSettings } from "../settings";
import { membersOf } from "../trust";

/** Somebody as logs name him: by an email or, of another issuer's tokens, by a subject. */
export interface Callers {
  readonly emails: readonly string[];
  readonly subjects: readonly string[];
}

/** What the alerts are about, by the names that logs carry. */
export interface Scope {
  readonly projectId: string;
  readonly projectNumber: string;
  /** Names of the stack's secrets. */
  readonly secrets: readonly string[];
  /** Who reads in the usual course, and who of them rotates. */
  readonly readers: Callers;
  readonly rotators: Callers;
  /** Who reads every key, and is somebody whom an entry can name: a group calls nothing. */
  readonly privileged: Callers;
  /** The workloads' accounts that read, and by whom they may be spoken for. */
  readonly workloads: readonly string[];
  readonly delegates: { readonly cloudRun: boolean; readonly subjects: readonly string[] };
  /** Accounts of the project that have grants. */
  readonly accounts: readonly string[];
  /** Keys that encrypt values, as far as they are in the project: another's log is elsewhere. */
  readonly keys: readonly string[];
  /** Where notices of due keys are, if they are the stack's. */
  readonly topic: string | undefined;
  readonly subscription: string | undefined;
  /** Parts of the audit; those of another's are not known by name. */
  readonly trail:
    | {
        readonly bucket: string;
        readonly sinks: readonly string[];
        readonly archive: string | undefined;
        readonly dataset: string | undefined;
      }
    | undefined;
  /** How names of alerts and metrics begin. */
  readonly alerts: string;
}

/** What the alerts of an environment are about. */
export function scopeOf(environment: Environment, settings: AlertsSettings): Scope {
  const { projectId, projectNumber, access, secrets } = settings;
  const members = (consumer: Consumer) => membersOfConsumer(consumer, environment, settings);
  const own = secrets.mode === "create";
  const workloads = (["app", "ci"] as const).flatMap(members).map(nameOf);
  const logins = [access.app, ...(access.ci ? [access.ci] : [])];
  return {
    ...{ projectId, projectNumber, workloads },
    secrets: environment.keys.map((key) => layout.secretName(key, settings)),
    readers: callersOf((["app", "ci", "rotator"] as const).flatMap(members)),
    rotators: callersOf(members("rotator")),
    privileged: callersOf((["rotator", "breakGlass"] as const).flatMap(members)),
    delegates: {
      cloudRun: logins.some(({ cloudRun }) => cloudRun === true),
      subjects: delegatesOf(logins, environment, settings),
    },
    accounts: accountsOf(environment, settings),
    keys: layout.keyIds(environment, settings).filter((key) => layout.isOfProject(key, settings)),
    topic: own ? layout.topicName(environment) : undefined,
    subscription: own ? layout.subscriptionName(environment) : undefined,
    trail: trailOf(environment, settings),
    alerts: layout.alertsName(environment),
  };
}

/** https://cloud.google.com/iam/docs/principal-identifiers */
const nameOf = (member: string): string => member.replace(/^(user|serviceAccount):/, "");

const callersOf = (members: readonly string[]): Callers => ({
  emails: members.filter((one) => /^(user|serviceAccount):/.test(one)).map(nameOf),
  subjects: members.filter((one) => one.startsWith("principal://")),
});

/** How subjects begin that the stack's own pools let in, and Pods. A pool's providers say which subjects those are. */
const delegatesOf = (
  logins: readonly WorkloadLogins[],
  environment: Environment,
  settings: AlertsSettings,
): readonly string[] => [
  ...new Set(
    logins.flatMap((login) =>
      Object.values(membersOf(login, environment, settings)).map((member) =>
        member.replace(
          /^principal(?:Set)?(:\/\/.+)\/(?:subject|attribute\.\w+)\/.*$/,
          "principal$1/subject/",
        ),
      ),
    ),
  ),
];

/** The stack's accounts, those of its pipeline too, and others that it grants something. */
const accountsOf = (environment: Environment, settings: AlertsSettings): readonly string[] => [
  ...[layout.accountName(environment, "app"), layout.accountName(environment, "ci")].map((name) =>
    layout.accountEmail(name, settings),
  ),
  ...ciRoles.map((role) => layout.accountEmail(layout.pipelineName(environment, role), settings)),
  ...(["rotator", "operator", "breakGlass"] as const)
    .flatMap((consumer) => membersOfConsumer(consumer, environment, settings))
    .filter((one) => one.startsWith("serviceAccount:"))
    .map(nameOf)
    .filter((email) => email.endsWith(`@${settings.projectId}.iam.gserviceaccount.com`)),
];

function trailOf(environment: Environment, settings: AlertsSettings): Scope["trail"] {
  const { mode, storage, bigQuery } = settings.audit;
  if (mode === "external") return undefined;
  const kinds = [
    "" as const,
    ...(storage.mode === "create" ? (["archive"] as const) : []),
    ...(bigQuery.mode === "create" ? (["dataset"] as const) : []),
  ];
  return {
    bucket: layout.auditName(environment),
    sinks: kinds.map((kind) => layout.sinkName(environment, kind)),
    archive: kinds.some((one) => one === "archive")
      ? layout.archiveName(environment, settings)
      : undefined,
    dataset: kinds.some((one) => one === "dataset") ? layout.datasetName(environment) : undefined,
  };
}
