import * as proxy from "@pulumi/policy/proxy";
import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import type { Exception } from "../../policies/exceptions";
import type { Rule } from "../../policies/rules/rule";
import { toPolicy } from "../../policies/toPolicy";

/** The engine's own view of inputs: reading an unknown value throws. The SDK's types leave it out. */
const { unknownCheckingProxy: asSeen } = proxy as unknown as {
  readonly unknownCheckingProxy: (props: unknown) => Record<string, unknown>;
};

export interface Resource {
  readonly type: string;
  readonly props?: Readonly<Record<string, unknown>>;
  readonly name?: string;
  /** Options of the resource that rules look at. */
  readonly ignoreChanges?: readonly string[];
}

/** What stands for a value that a preview does not know. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const urnOf = ({ type, name = "one" }: Resource): string =>
  `urn:pulumi:test::promptsentinel-secrets::${type}::${name}`;

export interface CheckOptions {
  readonly exceptions?: readonly Exception[];
  readonly now?: Date;
}

/** Runs a rule over resources as the engine does, in their order; gives what it reports. */
export async function check(
  rule: Rule,
  resources: readonly Resource[],
  { exceptions = [], now = new Date("2026-01-15") }: CheckOptions = {},
): Promise<readonly string[]> {
  const reported: string[] = [];
  const report = (message: string): void => {
    reported.push(message);
  };
  const policy = toPolicy(rule, exceptions, () => now);
  const seen = resources.map((resource) => ({
    type: resource.type,
    urn: urnOf(resource),
    name: resource.name ?? "one",
    props: asSeen(resource.props ?? {}),
    opts: { ignoreChanges: resource.ignoreChanges ?? [] },
  }));
  const validations = "validateResource" in policy ? [policy.validateResource ?? []].flat() : [];
  for (const args of seen) {
    for (const validate of validations) {
      await validate(args as unknown as ResourceValidationArgs, report);
    }
  }
  if ("validateStack" in policy) {
    await policy.validateStack({ resources: seen as unknown as PolicyResource[] } as never, report);
  }
  return reported;
}
