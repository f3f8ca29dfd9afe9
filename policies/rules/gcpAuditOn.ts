import { token } from "../../infra/tokens";
import { unheard, type Audited } from "../gcp/audit";
import { isSet, isUnknown, raw, record } from "../support";
import type { Rule } from "./rule";

type Props = Readonly<Record<string, unknown>>;

const checks: Readonly<Record<string, (props: Props) => readonly string[]>> = {
  "gcp:projects/iAMAuditConfig:IAMAuditConfig": auditConfig,
  "gcp:folder/iamAuditConfig:IamAuditConfig": auditConfig,
  "gcp:organizations/iamAuditConfig:IamAuditConfig": auditConfig,
  "gcp:storage/bucket:Bucket": (props) => [
    ...(props["publicAccessPrevention"] === "enforced"
      ? []
      : ["publicAccessPrevention: is not enforced; fix: set it to enforced"]),
    ...(props["uniformBucketLevelAccess"] === true
      ? []
      : ["uniformBucketLevelAccess: is not on; fix: set it to true"]),
    ...(props["forceDestroy"] === true ? ["forceDestroy: got true; fix: remove it"] : []),
  ],
  "gcp:bigquery/dataset:Dataset": (props) => [
    ...(props["deleteContentsOnDestroy"] === true
      ? ["deleteContentsOnDestroy: got true; fix: remove it"]
      : []),
    ...([props["accesses"] ?? []].flat().some(isEverybodys)
      ? ["accesses: let everybody in, or a whole domain; fix: name who is meant"]
      : []),
  ],
  "gcp:logging/metric:Metric": ({ disabled }) =>
    on(disabled) ? ["disabled: is on, so that nothing is counted; fix: remove it"] : [],
  "gcp:monitoring/alertPolicy:AlertPolicy": off,
  "gcp:monitoring/notificationChannel:NotificationChannel": off,
};

/** Also of a value that is not known yet. */
const on = (value: unknown): boolean => (value ?? false) !== false;

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/datasets#Dataset */
const isEverybodys = (access: unknown): boolean => {
  const { specialGroup, iamMember, domain } = record(access);
  return [specialGroup, iamMember].some((one) => /^all/.test(String(one))) || isSet(domain);
};

function off({ enabled }: Props): readonly string[] {
  return (enabled ?? true) === true ? [] : ["enabled: is off, so nobody is told; fix: remove it"];
}

/** https://cloud.google.com/logging/docs/audit/configure-data-access */
function auditConfig({ auditLogConfigs }: Props): readonly string[] {
  const exempted = [auditLogConfigs ?? []]
    .flat()
    .some((one) => isUnknown(one) || isSet(record(one)["exemptedMembers"]));
  return exempted
    ? ["auditLogConfigs.exemptedMembers: what they read is not logged; fix: remove them"]
    : [];
}

/** https://cloud.google.com/logging/docs/routing/overview#exclusions */
function* routeProblems(type: string, { disabled, exclusions }: Props): Generator<string> {
  if (/^gcp:logging\/\w+Sink:/.test(type)) {
    if (on(disabled)) yield "disabled: is on, so that nothing is kept; fix: remove it";
    if (isSet(exclusions)) {
      yield "exclusions: leave events out; fix: remove them, and say in filter what is kept";
    }
  }
  if (/^gcp:logging\/\w+Exclusion:/.test(type) && disabled !== true) {
    yield `${type}: drops events before they are kept; fix: remove it`;
  }
}

/**
 * What is not logged raises no alert: reads of values are off in a project's audit until somebody turns them on, and whoever
 * may change a sink or an exclusion ends them unseen. What a sink's filter lets through, its own tests show.
 *
 * @link https://cloud.google.com/secret-manager/docs/audit-logging
 * @link https://cloud.google.com/logging/docs/audit/configure-data-access
 */
export function gcpAuditOn(): Rule {
  // A stack as a whole is shown as the provider answers, without what only inputs say: so they are kept.
  const seen = new Map<string, Audited>();
  return {
    name: "gcp-audit-on",
    description:
      "Each project of Google Cloud with secrets logs every read of them, and use of their keys, into a log bucket that nothing is left out of, and no alert is off, because an alert on what is not logged never comes.",
    enforcementLevel: "mandatory",
    controls: [
      ...["CKV_GCP_29", "CKV_GCP_114"],
      "CKV2_GCP_5 and CIS GCP 2.1, for Secret Manager and KMS",
    ],
    validateResource: ({ type, urn, props }, report) => {
      const inputs = raw(props);
      seen.set(urn, { urn, type, props: inputs });
      for (const problem of checks[type]?.(inputs) ?? []) report(problem);
      for (const problem of routeProblems(type, inputs)) report(problem);
    },
    validateStack: (_, report) => {
      const all = [...seen.values()];
      // Somebody else's audit is not seen; prod takes none.
      const external = all.some(
        ({ type, props }) =>
          type === token("gcp", "AuditTrail") &&
          record(record(props["settings"])["audit"])["mode"] === "external",
      );
      if (external) return;
      for (const { urn, problem } of unheard(all)) report(problem, urn);
    },
  };
}
