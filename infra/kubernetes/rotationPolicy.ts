import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import type * as contract from "../contracts/rotationPolicy";
import { maxAgesOf, type Environment } from "../environment";
import { keysOf } from "../environment";
import { workloadsOf } from "./layout";
import type { KubernetesSettings } from "./settings";
import type { SourceGiven } from "./sources";

type RefreshSettings = Pick<
  KubernetesSettings,
  "source" | "delivery" | "refreshMinutes" | "restart" | "access"
>;

export interface RotationPolicyArgs extends ComponentArgs {
  readonly settings: RefreshSettings;
  readonly given: SourceGiven;
}

/** Minutes of a month, as clouds count one: 730 hours. */
const month = 730 * 60;

/** Reads of the source in a month, by which keys come into the cluster: each key in each interval. */
export function readsPerMonth(
  environment: Environment,
  settings: Pick<KubernetesSettings, "delivery" | "refreshMinutes" | "access">,
): number {
  // Of the other two each Pod reads for itself, and how many there are nobody knows here.
  if (settings.delivery !== "externalSecrets") return 0;
  const keys = workloadsOf(settings).flatMap((workload) => keysOf(environment, workload));
  return keys.length * Math.ceil(month / settings.refreshMinutes);
}

/**
 * A value is rotated in the source, by whatever that can; here it arrives: at the next refresh in the Secret, and with
 * a new Pod in the application, which reads its keys once.
 */
export class RotationPolicy extends Component implements contract.RotationPolicy {
  public readonly mode: contract.RotationMode;
  public readonly maxAgeDays: Readonly<Record<string, number>>;
  /** What the refresh asks of the source in a month. */
  public readonly readsPerMonth: number;

  constructor(name: string, args: RotationPolicyArgs, opts?: pulumi.ComponentResourceOptions) {
    const { given, ...own } = args;
    super("kubernetes", "RotationPolicy", name, { ...own }, opts);
    const { environment, settings } = args;
    this.mode = given.wiring.rotation.mode;
    this.maxAgeDays = maxAgesOf(environment);
    this.readsPerMonth = readsPerMonth(environment, settings);
    this.registerOutputs({
      mode: this.mode,
      maxAgeDays: this.maxAgeDays,
      readsPerMonth: this.readsPerMonth,
    });
  }
}
