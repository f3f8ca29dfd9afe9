import { keysOf, type Consumer, type Environment, type Key } from "../environment";
import { physicalName } from "../naming";
import type { KubernetesSettings } from "./settings";

/** Consumers that run in Pods. */
export const workloads = ["app", "ci"] as const;
export type Workload = (typeof workloads)[number];

type Access = Pick<KubernetesSettings, "access">;
type Named = Access & Pick<KubernetesSettings, "delivery">;

/** Workloads that the settings have. */
export const workloadsOf = ({ access }: Access): readonly Workload[] =>
  workloads.filter((one) => access[one] !== undefined);

/** The service account of a workload's Pods. */
export const podAccount = (workload: Workload, { access }: Access): string =>
  access[workload]?.serviceAccount ?? "";

/** The service account by which the source is read: the Pods' own where they read it themselves. */
export const readerAccount = (workload: Workload, settings: Named): string =>
  settings.delivery === "externalSecrets"
    ? (settings.access[workload]?.reader ?? `${podAccount(workload, settings)}-reader`)
    : podAccount(workload, settings);

/** The Secret of a workload's keys. */
export const secretName = (
  workload: Workload,
  { access, target }: Access & Pick<KubernetesSettings, "target">,
): string =>
  workload === "app" ? target.secretName : (access.ci?.secretName ?? "prompt-sentinel-ci");

/** Whether a workload's keys are added to a Secret that is Helm's; the Secret of the jobs is the stack's own. */
export const merges = (
  workload: Workload,
  { delivery, target }: Pick<KubernetesSettings, "delivery" | "target">,
): boolean => workload === "app" && delivery === "externalSecrets" && target.mode === "merge";

/** Whether the stack's Secrets are there at all: Vault's agent writes a file into each Pod. */
export const hasSecrets = ({ delivery }: Pick<KubernetesSettings, "delivery">): boolean =>
  delivery !== "vaultAgent";

/** Name of whatever is a workload's or a person's own: stores, roles, bindings. */
export const ownName = (environment: Environment, consumer: Consumer): string =>
  physicalName(environment.stage, consumer);

/** Name of a role of the pipeline. */
export const pipelineName = (environment: Environment, role: string): string =>
  physicalName(environment.stage, `pipeline-${role}`);

/** Name of the rules. */
export const alertsName = (environment: Environment): string =>
  physicalName(environment.stage, "alerts");

/** Which Pods get a key. */
export const workloadOf = (
  key: Key,
  environment: Environment,
  settings: Access,
): Workload | undefined =>
  workloadsOf(settings).find((one) => keysOf(environment, one).some(({ id }) => id === key.id));
