type Props = Readonly<Record<string, unknown>>;

/** An object of Kubernetes as a resource declares it. */
export interface KubernetesObject {
  /** Group and kind without the version, such as `apps/Deployment`; `/Secret` where the group is the core one. */
  readonly kind: string;
  /** Whether it changes some fields of an object that is somebody else's. */
  readonly patch: boolean;
  readonly props: Props;
}

/** `kubernetes:<group>/<version>:<Kind>`; the core group has a name with some SDKs' classes, and none with CustomResource. */
const typed = /^kubernetes:(?:([^:/]+)\/)?v\d\w*:(\w+?)(Patch)?$/;

/** The object that a resource declares; undefined where it declares none. Its version does not matter here. */
export function objectOf(type: string, props: Props): KubernetesObject | undefined {
  const [, group = "", kind, patch] = typed.exec(type) ?? [];
  if (kind === undefined) return undefined;
  return {
    kind: `${group === "core" ? "" : group}/${kind}`,
    patch: patch !== undefined,
    props,
  };
}

/** What is looked at in the objects of a kind. */
export type Checks = Readonly<Record<string, (object: KubernetesObject) => Iterable<string>>>;

/** What checks find in what a resource declares; nothing in a resource that declares no object. */
export function problemsOf(checks: Checks, type: string, props: Props): readonly string[] {
  const object = objectOf(type, props);
  return [...((object && checks[object.kind]?.(object)) ?? [])];
}
