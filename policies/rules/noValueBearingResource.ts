import { isSet, isSetAt, isUnknown, raw } from "../support";
import { known } from "../valueBearing/table";
import { endpointProblems, endpointType } from "../valueBearing/vaultEndpoint";
import type { Rule } from "./rule";

type Props = Readonly<Record<string, unknown>>;

/**
 * Even a write-only argument stands, encrypted, in state, and a managed version puts an old key back after a
 * rotation: so values reach the stores by a command, never by a resource.
 *
 * @link https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-8
 * @link https://www.checkov.io/5.Policy%20Index/terraform.html CKV_AWS_41, CKV_AWS_45, CKV_AWS_46
 * @link https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-3
 */
export const noValueBearingResource: Rule = {
  name: "no-value-bearing-resource",
  description:
    "No resource carries a secret value or makes one, because what a resource holds stands in state and in its backups.",
  enforcementLevel: "mandatory",
  controls: [
    ...["FSBP ECS.8", "FSBP IAM.3", "CKV_AWS_41", "CKV_AWS_45", "CKV_AWS_46"],
    ...["CKV2_GCP_3", "CIS GCP 1.5"],
  ],
  validateResource: ({ type, props }, report) => {
    for (const problem of problems(type, raw(props))) report(problem);
  },
};

function problems(type: string, props: Props): readonly string[] {
  // The SDK marks its data as secret, because it can hold anything: what it holds decides.
  if (type === endpointType) return endpointProblems(props).map((why) => refusedWrite(type, why));
  const { byHand, arguments: paths, yields } = known(type);
  const whole = byHand.find(
    ({ arguments: some, where }) =>
      some === undefined && (where === undefined || props[where.argument] === where.is),
  );
  if (whole) return [refusedType(type, whole.reason, whole.source)];
  if (yields.length > 0) {
    return [refusedType(type, `the provider puts ${yields.join(", ")} into state`)];
  }
  const listed = byHand.flatMap(({ arguments: some, reason, having }) =>
    (some ?? []).map((path) => ({ path, reason, having })),
  );
  const marked = paths.map((path) => ({ path, reason: "it holds a value", having: undefined }));
  return [...listed, ...marked]
    .filter(({ path, having }) => isSetAt(props, path.split("."), isA(having)))
    .map(({ path, reason }) => refusedArgument(type, path, reason));
}

/** What is not known yet may be one. */
const isA =
  (having: RegExp | undefined) =>
  (found: unknown): boolean =>
    isSet(found) && (having === undefined || isUnknown(found) || having.test(String(found)));

const refusedType = (type: string, reason: string, source?: string): string =>
  `${type} is refused: ${reason}${source === undefined ? "" : ` (${source})`}; allowed: the container without a value; fix: declare the container here and write the value with the store's own client`;

const refusedArgument = (type: string, path: string, reason: string): string =>
  `${path} of ${type} is set: ${reason}; allowed: a reference to a secret, or nothing; fix: remove the argument and let the service read or make the value itself`;

const refusedWrite = (type: string, why: string): string =>
  `${type} could carry a value: ${why}; allowed: settings of a KV version 2 mount or the metadata of an entry; fix: use the resource made for this, or write values with the store's own client`;
