import * as pulumi from "@pulumi/pulumi";
import type { Platforms } from "../../infra/config";
import type { Platform } from "../../infra/contracts/platform";
import { program, type StackOutputs } from "../../stacks/program";
import { platforms } from "../../stacks/platforms";

/** What is not looked at without a network. */
export const notChecked = "not checked in a rehearsal";

/** The platforms with a pre-flight that asks nobody and says so. */
const rehearsed = Object.fromEntries(
  Object.entries(platforms).map(([name, platform]) => [
    name,
    {
      ...(platform as Platform),
      preflight: () =>
        Promise.resolve([
          {
            severity: "warning" as const,
            message: `${name}: ${notChecked}: what the pre-flight asks of the real server or account`,
          },
        ]),
    },
  ]),
) as Platforms;

/** An argument that a resource lost because the output that it refers to is not there. */
export interface Lost {
  readonly resource: string;
  readonly argument: string;
}

/**
 * The program without its pre-flight.
 * @param lost is filled with arguments that the SDK would leave out without a word: outputs that came to nothing
 */
export async function rehearsedProgram(lost: Lost[]): Promise<StackOutputs> {
  watchFor(lost);
  return program(rehearsed);
}

/** Looks at each resource's arguments as they are registered. */
export function watchFor(lost: Lost[]): void {
  pulumi.runtime.registerStackTransformation(({ type, name, props }) => {
    for (const [argument, value] of Object.entries(props)) {
      for (const output of outputsIn(value).filter(isOfResource)) {
        output.apply((found) => {
          if (found === undefined) lost.push({ resource: `${type} ${name}`, argument });
        });
      }
    }
    return undefined;
  });
}

/** The SDK turns some arguments into outputs, given or not: those are of no resource. It marks what tells this internal. */
const isOfResource = (output: pulumi.Output<unknown>): boolean =>
  (output as unknown as { resources(): ReadonlySet<pulumi.Resource> }).resources().size > 0;

function outputsIn(value: unknown): readonly pulumi.Output<unknown>[] {
  if (pulumi.Output.isInstance(value)) return [value];
  if (typeof value !== "object" || value === null || pulumi.Resource.isInstance(value)) return [];
  return Object.values(value).flatMap(outputsIn);
}
