import type { ErrorHook } from "@pulumi/pulumi";
import { explained } from "../explain";

/**
 * An object that is there: the provider takes over none that it has not made.
 * https://github.com/pulumi/pulumi-kubernetes/blob/master/CHANGELOG.md (4.29.0)
 * @param whose what to set if it is somebody else's
 */
export const explainTaken = (name: string, what: string, whose: string): ErrorHook =>
  explained(
    `${name}-taken`,
    /already ?exists/i,
    `${what} exists and is not in this stack's state; ${whose}; after a run that was cut off: run \`promptsentinel-secrets recover\``,
  );

/** A kind that the cluster does not know: its operator is not there. */
export const explainKind = (name: string, kind: string, operator: string): ErrorHook =>
  explained(
    `${name}-kind`,
    /no matches for kind|CustomResourceDefinition|the server could not find the requested resource/i,
    `the cluster has no ${kind}: install ${operator} first`,
  );
