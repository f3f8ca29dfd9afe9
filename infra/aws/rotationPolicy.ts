import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import type * as contract from "../contracts/rotationPolicy";
import { maxAgesOf } from "../environment";
import type { SecretStore } from "./secretStore";

export interface RotationPolicyArgs extends ComponentArgs {
  readonly store: SecretStore;
}

/**
 * Limits of age. Secrets Manager rotates by a function, which comes with the executor; until then a person or a job
 * writes the new version, so the mode is `staged`, and nothing rotates when the stack comes up.
 */
export class RotationPolicy extends Component implements contract.RotationPolicy {
  public readonly mode = "staged";
  public readonly maxAgeDays: Readonly<Record<string, number>>;

  constructor(name: string, args: RotationPolicyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("aws", "RotationPolicy", name, { ...args }, opts);
    this.maxAgeDays = maxAgesOf(args.environment);
    this.registerOutputs({ mode: this.mode, maxAgeDays: this.maxAgeDays });
  }
}
