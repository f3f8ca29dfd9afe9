/** An object of Kubernetes as a resource declares it. */
export interface KubernetesObject {
  /** Group and kind without the version, such as `apps/Deployment`; `/Secret` where the group is the core one. */
  readonly kind: string;
  /** Whether it changes some fields of an object that is somebody else's. */
  readonly patch: boolean;
  readonly props: Readonly<Record<string, unknown>>;
}

/** `kubernetes:<group>/<version>:<Kind>`; the core group has a name with some SDKs' classes, and none with CustomResource. */
const typed = /^kubernetes:(?:([^:/]+)\/)?v\d\w*:(\w+?)(Patch)?$/;

/** The object that a resource declares; undefined where it declares none. Its version does not matter here. */
export function objectOf(
  type: string,
  props: Readonly<Record<string, unknown>>,
): KubernetesObject | undefined {
  const [, group = "", kind, patch] = typed.exec(type) ?? [];
  if (kind === undefined) return undefined;
  return {
    kind: `${group === "core" ? "" : group}/${kind}`,
    patch: patch !== undefined,
    props,
  };
}
