import type { ErrorHook } from "@pulumi/pulumi";
import { explained } from "../explain";

/** How AWS's services say that a name is taken. */
const taken = /AlreadyExists|ResourceExists|BucketAlreadyOwnedByYou|already exists/;

const afterDestroy = "after a destroy, which keeps it";
const afterCut = "after a run that was cut off: run `promptsentinel-secrets recover`";

/** A secret or its key's alias that is there: a destroy keeps what holds values. */
export const explainSecret = (name: string, what: string): ErrorHook =>
  explained(
    `${name}-taken`,
    taken,
    `${what} exists and is not in this stack's state; ${afterDestroy}: set aws.secrets.mode to adopt, with the ARNs in aws.secrets.arns; ${afterCut}`,
  );

/** A part of the trail that is there: a destroy keeps the audit. */
export const explainTrail = (name: string, what: string): ErrorHook =>
  explained(
    `${name}-taken`,
    taken,
    `${what} exists and is not in this stack's state; ${afterDestroy}: set aws.audit.mode to external, with aws.audit.trailArn and aws.audit.logGroup; ${afterCut}`,
  );
