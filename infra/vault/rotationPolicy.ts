import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import type * as contract from "../contracts/rotationPolicy";
import { maxAgesOf } from "../environment";
import type { SecretStore } from "./secretStore";

export interface RotationPolicyArgs extends ComponentArgs {
  readonly store: SecretStore;
}

/**
 * Limits of age. KV version 2 never rotates anything by itself, so the mode is `staged`: a person or a job writes the
 * new version. The limits stand in each entry's metadata, beside the times that the server keeps.
 */
export class RotationPolicy extends Component implements contract.RotationPolicy {
  public readonly mode = "staged";
  public readonly maxAgeDays: Readonly<Record<string, number>>;

  constructor(name: string, args: RotationPolicyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vault", "RotationPolicy", name, { ...args }, opts);
    this.maxAgeDays = maxAgesOf(args.environment);
    this.registerOutputs({ mode: this.mode, maxAgeDays: this.maxAgeDays });
  }
}
