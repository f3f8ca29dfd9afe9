import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "./environment";
import { token, type Concern } from "./tokens";

/** What every component takes. */
export interface ComponentArgs {
  readonly environment: Environment;
}

/**
 * Base of every component: one type token per platform and concern, arguments that reach state and policies, and
 * children whose names start with the component's own.
 */
export abstract class Component extends pulumi.ComponentResource {
  protected constructor(
    platform: string,
    concern: Concern,
    private readonly ownName: string,
    args: ComponentArgs & Record<string, unknown>,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(token(platform, concern), ownName, toInputs(args), opts);
  }

  /** The name of a child; it is part of the child's identity, so it never changes without an alias. */
  protected childName(suffix: string): string {
    return `${this.ownName}-${suffix}`;
  }

  /** Options of a child. */
  protected childOptions(extra: pulumi.CustomResourceOptions = {}): pulumi.CustomResourceOptions {
    return { ...extra, parent: this };
  }
}

/** Patterns and undefined members have no form in state: patterns become their source, the rest is dropped. */
function toInputs(args: Record<string, unknown>): pulumi.Inputs {
  return Object.fromEntries(
    Object.entries(args)
      .filter(([, value]) => !pulumi.Resource.isInstance(value))
      .map(([name, value]) => [name, plain(value)]),
  );
}

const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, inner: unknown) => (inner instanceof RegExp ? inner.source : inner)),
  );
