import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "./environment";
import { token, type Concern } from "./tokens";

/** What every component takes. */
export interface ComponentArgs {
  readonly environment: Environment;
}

/** Names and options of children, as the component that owns them gives. */
export interface Children {
  /** The component's own name. */
  readonly owner: string;
  name(suffix: string): string;
  options(extra?: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions;
}

/**
 * Base of every component: one type token per platform and concern, arguments that reach state and policies, and
 * children whose names start with the component's own.
 */
export abstract class Component extends pulumi.ComponentResource {
  /** What each child waits for. */
  protected after: readonly pulumi.Resource[] = [];
  /** What each child is tried again for. */
  public retries: readonly pulumi.ErrorHook[] = [];

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
    const options =
      this.retries.length === 0
        ? extra
        : {
            ...extra,
            hooks: {
              ...extra.hooks,
              onError: [...this.retries, ...(extra.hooks?.onError ?? [])],
            },
          };
    return this.after.length === 0
      ? { ...options, parent: this }
      : pulumi.mergeOptions({ dependsOn: [...this.after], parent: this }, options);
  }

  /**
   * What makes children elsewhere than in the component's own file.
   * @param prefix begins every suffix. @default none
   */
  protected children(prefix?: string): Children {
    return {
      owner: this.ownName,
      name: (suffix) => this.childName(prefix === undefined ? suffix : `${prefix}-${suffix}`),
      options: (extra) => this.childOptions(extra),
    };
  }
}

/** What a component shows of its arguments: the environment in short, other components not at all. */
function toInputs({
  environment,
  ...rest
}: ComponentArgs & Record<string, unknown>): pulumi.Inputs {
  const { app, stage, tags, keys } = environment;
  const shown = Object.entries(rest).filter(([, value]) => !pulumi.Resource.isInstance(value));
  return {
    environment: { app, stage, tags, keys: keys.map(({ id }) => id) },
    ...Object.fromEntries(shown),
  };
}
