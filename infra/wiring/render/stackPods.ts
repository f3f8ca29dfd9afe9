import { wrongName } from "./fullname";
import { loginOf, type RenderInput } from "./renderer";

/** What a stack's own cluster has for the application's Pods, and what it leaves to their deployment. */
export interface StackPods {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Whether the deployment makes the service account, and not the stack. */
  readonly makesAccount: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  readonly podAnnotations: Readonly<Record<string, string>>;
  /** How keys come into Pods, as `kubernetes.delivery`. */
  readonly delivery: string;
  /** Undefined where keys come as a file alone. */
  readonly secret: string | undefined;
  /** Whether the deployment makes the Secret, and not the stack. */
  readonly makesSecret: boolean;
  /** The CSI driver's class, where the driver brings the keys. */
  readonly secretProviderClass: string | undefined;
}

/** What the stack's cluster has; undefined of a platform that is none. */
export function stackPods(input: RenderInput): StackPods | undefined {
  const pod = loginOf(input, "app", "pod");
  if (!pod) return undefined;
  const { namespace = "", serviceAccount = "", delivery = "", serviceAccountOf, secretOf } = pod;
  return {
    ...{ namespace, serviceAccount, delivery, secret: pod["secret"] },
    makesAccount: serviceAccountOf === "deployment",
    makesSecret: secretOf === "deployment",
    // Of its coordinates annotations alone have a prefix.
    annotations: Object.fromEntries(Object.entries(pod).filter(([name]) => name.includes("/"))),
    podAnnotations: loginOf(input, "app", "podAnnotations") ?? {},
    secretProviderClass: loginOf(input, "app", "csi")?.["secretProviderClass"],
  };
}

/** Why no deployment there could be rendered, by its names. */
export function wrongPlace(
  { target, platformName }: RenderInput,
  { namespace, serviceAccount }: StackPods,
): string | undefined {
  return (
    wrongName("release", target.release) ??
    wrongName("namespace", target.namespace) ??
    wrongName("service account", serviceAccount) ??
    (target.namespace === namespace
      ? undefined
      : `namespace: got ${JSON.stringify(target.namespace)}; ${platformName} brings the keys into ${namespace}; fix: use it as --namespace, or set ${platformName}.namespace.name`)
  );
}

/** Why a shell or Docker has nothing of a cluster; undefined of a platform that is none. */
export const inPodsAlone = (input: RenderInput): string | undefined =>
  stackPods(input) === undefined
    ? undefined
    : "its keys are in Pods alone; fix: take the platform that the cluster reads";
