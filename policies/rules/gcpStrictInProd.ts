import { daySeconds } from "../../infra/duration";
import { limits } from "../../infra/limits";
import { token } from "../../infra/tokens";
import { days } from "../gcp/durations";
import { expressionOf, period } from "../gcp/expression";
import { isPerson } from "../gcp/members";
import { inProd, type Seen } from "../inProd";
import { isSet, record } from "../support";
import type { Rule } from "./rule";

type Props = Readonly<Record<string, unknown>>;
type Problems = (props: Props, ignored: readonly string[]) => Generator<string>;

const checks: Readonly<Record<string, Problems>> = {
  "gcp:secretmanager/secret:Secret": secret,
  "gcp:secretmanager/regionalSecret:RegionalSecret": secret,
  "gcp:secretmanager/secretIamMember:SecretIamMember": reader,
  "gcp:secretmanager/regionalSecretIamMember:RegionalSecretIamMember": reader,
  [token("gcp", "AuditTrail")]: trail,
  "gcp:logging/projectBucketConfig:ProjectBucketConfig": logBucket,
  "gcp:storage/bucket:Bucket": archive,
  "gcp:monitoring/alertPolicy:AlertPolicy": alert,
};

/**
 * Settings that may be looser elsewhere. What Google's own key encrypts, nobody can take from everybody at once; a person
 * who reads without an end does so when nobody remembers why. A lock is no such setting: it cannot be taken back.
 *
 * @link https://cloud.google.com/secret-manager/docs/cmek
 * @link https://cloud.google.com/logging/docs/buckets#custom-retention
 */
export const gcpStrictInProd = (): Rule => ({
  name: "gcp-strict-in-prod",
  description:
    "In prod the secrets of Google Cloud are in named regions under keys of one's own, people read until a day, and the audit is there, kept for long and heard of, because what is loosened for trying out must not stay.",
  enforcementLevel: "mandatory",
  controls: [],
  validateResource: inProd(({ type, props, ignored }: Seen) => [
    ...(checks[type]?.(props, ignored) ?? []),
  ]),
});

function* secret(props: Props, ignored: readonly string[]): Generator<string> {
  const { auto, userManaged } = record(props["replication"]);
  if (!ignored.includes("replication") && !ignored.includes("customerManagedEncryption")) {
    if (isSet(auto)) {
      yield "replication: is automatic; prod takes named regions only; fix: set gcp.secrets.replication to userManaged";
    }
    const { replicas = [auto ?? props] } = record(userManaged);
    const places = [replicas].flat().map(record);
    if (places.some((one) => !isSet(record(one["customerManagedEncryption"])["kmsKeyName"]))) {
      yield "customerManagedEncryption: is missing; prod takes a key of one's own only; fix: remove gcp.encryption.mode";
    }
  }
  const delay = days(props["versionDestroyTtl"]);
  if (delay !== undefined && delay < limits.gcpDestroyDelayDaysInProd) {
    yield `versionDestroyTtl: got ${String(delay)} days; prod takes ${String(limits.gcpDestroyDelayDaysInProd)} or more; fix: raise gcp.secrets.destroyDelayDays`;
  }
}

/** A person's access ends. https://cloud.google.com/iam/docs/configuring-temporary-access */
function* reader({ role, member, condition }: Props): Generator<string> {
  if (role !== "roles/secretmanager.secretAccessor" || !isPerson(member)) return;
  const expression = expressionOf(record(condition)["expression"]);
  const bounds = expression && period(expression);
  const most = limits.gcpBreakGlassDays;
  if (!bounds || bounds.until - bounds.from > most * daySeconds * 1000) {
    yield `condition: ${String(member)} reads without a beginning and an end, or for more than ${String(most)} days; prod takes people for a time only; fix: give the role to who runs as a service account, or to gcp.access.breakGlass`;
  }
}

function* trail({ settings }: Props): Generator<string> {
  const { mode } = record(record(settings)["audit"]);
  if (mode !== "create") {
    yield `settings.audit.mode: got ${String(mode)}; prod takes create only; fix: remove gcp.audit.mode`;
  }
}

function* logBucket({ retentionDays }: Props): Generator<string> {
  if (typeof retentionDays !== "number" || retentionDays < limits.gcpLogDaysInProd) {
    yield `retentionDays: got ${String(retentionDays)}; prod takes ${String(limits.gcpLogDaysInProd)} or more; fix: raise gcp.audit.bucket.retentionDays`;
  }
}

function* archive({ retentionPolicy }: Props): Generator<string> {
  const seconds = Number(record(retentionPolicy)["retentionPeriod"]);
  if (!(seconds >= limits.gcpLogDaysInProd * daySeconds)) {
    yield `retentionPolicy: is missing, or below ${String(limits.gcpLogDaysInProd)} days; fix: raise gcp.audit.storage.retentionDays`;
  }
}

function* alert({ notificationChannels }: Props): Generator<string> {
  if (!isSet(notificationChannels)) {
    yield "notificationChannels: are none, so that nobody is told; fix: name somebody in gcp.alerts.subscribers";
  }
}
