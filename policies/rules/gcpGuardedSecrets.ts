import { inSeconds } from "../../infra/gcp/durations";
import { limits } from "../../infra/limits";
import { days } from "../gcp/durations";
import { isSet, raw, record } from "../support";
import type { Rule } from "./rule";

type Props = Readonly<Record<string, unknown>>;

const checks: Readonly<
  Record<string, (props: Props, ignored: readonly string[]) => Generator<string>>
> = {
  "gcp:secretmanager/secret:Secret": secret,
  "gcp:secretmanager/regionalSecret:RegionalSecret": secret,
  "gcp:kms/cryptoKey:CryptoKey": key,
};

/**
 * What guards a secret besides its readers' grants: nothing deletes it by a clock or by a destroy, what is destroyed can be
 * brought back for a time, and its key rotates and goes no sooner. Whether a key is due at all, a secret does not say; and
 * whether a destroy keeps a resource, no policy is shown.
 *
 * @link https://cloud.google.com/secret-manager/docs/best-practices
 * @link https://cloud.google.com/kms/docs/key-rotation
 */
export const gcpGuardedSecrets: Rule = {
  name: "gcp-guarded-secrets",
  description:
    "Each secret of Google Cloud is deleted by no clock, takes a destroyed version back for a time and tells when it is due, and each key rotates, because what is lost once is lost for good.",
  enforcementLevel: "mandatory",
  controls: [...["CKV_GCP_43", "CIS GCP 1.11"], "prowler secretmanager_secret_rotation_enabled"],
  validateResource: ({ type, props, opts }, report) => {
    // Of what is adopted, the owner's settings are left alone, and the program does not see them.
    for (const problem of checks[type]?.(raw(props), opts.ignoreChanges) ?? []) report(problem);
  },
};

function* secret(props: Props, ignored: readonly string[]): Generator<string> {
  for (const name of ["ttl", "expireTime"].filter((one) => isSet(props[one]))) {
    yield `${name}: is set, so that Secret Manager deletes the secret with its values; fix: remove it`;
  }
  if (props["deletionProtection"] !== true && !ignored.includes("deletionProtection")) {
    yield "deletionProtection: is not on; fix: set it to true";
  }
  const delay = days(props["versionDestroyTtl"]);
  if (
    !ignored.includes("versionDestroyTtl") &&
    (delay === undefined || delay < limits.gcpDestroyDelayDaysMin)
  ) {
    yield `versionDestroyTtl: is missing, not known, or below a day, so that a destroyed version is gone at once; allowed: ${String(limits.gcpDestroyDelayDaysMin)} to ${String(limits.gcpDestroyDelayDaysMax)} days in seconds; fix: set it`;
  }
  if (isSet(props["rotation"])) yield* rotation(props);
}

/** https://cloud.google.com/secret-manager/docs/secret-rotation */
function* rotation(props: Props): Generator<string> {
  const period = days(record(props["rotation"])["rotationPeriod"]);
  if (period === undefined || period > limits.keyMaxAgeDays) {
    yield `rotation.rotationPeriod: is missing, not known, or above ${String(limits.keyMaxAgeDays)} days, so that it is due once, or too late; fix: set it`;
  }
  if (!isSet(props["topics"])) {
    yield "topics: are none, so that nobody hears when it is due; fix: name one";
  }
}

/** Only a symmetric key rotates by itself. https://cloud.google.com/kms/docs/key-rotation#asymmetric */
function* key({
  purpose = "ENCRYPT_DECRYPT",
  rotationPeriod,
  destroyScheduledDuration,
}: Props): Generator<string> {
  const period = days(rotationPeriod);
  const { gcpKeyRotationDaysMax: most, gcpKeyDestroyDaysMin: least } = limits;
  if (purpose === "ENCRYPT_DECRYPT" && (period === undefined || period > most)) {
    yield `rotationPeriod: is missing, not known, or above ${String(most)} days; fix: set it to ${inSeconds(most)} or less`;
  }
  // Without it, Google takes 30 days.
  if (isSet(destroyScheduledDuration) && (days(destroyScheduledDuration) ?? 0) < least) {
    yield `destroyScheduledDuration: is not known, or below ${String(least)} days; fix: raise it, or remove it`;
  }
}
