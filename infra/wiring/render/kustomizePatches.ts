import { restrictedContainer, seccomp } from "./restricted";

/** What the application's raw manifests are called. */
export const base = "prompt-sentinel";
export const secret = "prompt-sentinel-secrets";
export const redis = `${base}-redis`;

/** A patch of a part, or operations on a thing: https://datatracker.ietf.org/doc/html/rfc6902 */
export type Patch = Thing | { readonly target: object; readonly operations: readonly object[] };

export interface Thing {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly [part: string]: unknown;
}

/** A thing of the manifests, which is named as they name it. */
export const thing = (apiVersion: string, kind: string, name: string, namespace = base): Thing => ({
  ...{ apiVersion, kind, metadata: { name, namespace } },
});

export const annotated = (one: Thing, annotations: Readonly<Record<string, string>>): Thing => ({
  ...one,
  metadata: { ...one.metadata, ...(Object.keys(annotations).length > 0 && { annotations }) },
});

/** Operations on the first container of a thing's Pods. */
const onContainer = (
  kind: string,
  name: string,
  values: readonly (readonly [path: string, value: unknown])[],
): Patch => ({
  target: { kind, name },
  operations: values.map(([path, value]) => ({
    ...{ op: "add", path: `/spec/template/spec/containers/0/${path}`, value },
  })),
});

/** The application's Pods, with what they have to say. */
export const deployment = (
  annotations: Readonly<Record<string, string>>,
  podAnnotations: Readonly<Record<string, string>>,
  volumes: readonly object[] = [],
): Thing => ({
  ...annotated(thing("apps/v1", "Deployment", base), annotations),
  spec: {
    template: {
      ...(Object.keys(podAnnotations).length > 0 && { metadata: { annotations: podAnnotations } }),
      spec: { securityContext: seccomp, ...(volumes.length > 0 && { volumes }) },
    },
  },
});

/** Mounts for the application's container. */
export const mounted = (volumeMounts: readonly object[]): Patch =>
  onContainer(
    "Deployment",
    base,
    volumeMounts.map((mount) => ["volumeMounts/-", mount]),
  );

/**
 * The manifests' own Redis, as a restricted Pod: they leave it to its image, which begins as root. The user is the
 * image's own, and its group may write the volume. https://github.com/docker-library/redis
 */
export const restrictedRedis = (
  annotations: Readonly<Record<string, string>>,
): readonly Patch[] => [
  {
    ...annotated(thing("apps/v1", "StatefulSet", redis), annotations),
    spec: {
      template: {
        spec: {
          securityContext: { runAsNonRoot: true, runAsUser: 999, fsGroup: 999, ...seccomp },
        },
      },
    },
  },
  onContainer("StatefulSet", redis, [["securityContext", restrictedContainer]]),
];

const password = "REDIS_PASSWORD";
const ofSecret = { valueFrom: { secretKeyRef: { name: secret, key: password } } };

/** It asks for no password, and answers an error to a client that has one. */
export const redisPassword: Patch = onContainer("StatefulSet", redis, [
  // The second is for the probes, which run redis-cli: https://redis.io/docs/latest/develop/tools/cli/
  ["env", [password, "REDISCLI_AUTH"].map((name) => ({ name, ...ofSecret }))],
  // https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/#use-environment-variables-to-define-arguments
  ["command/-", "--requirepass"],
  ["command/-", `$(${password})`],
]);
