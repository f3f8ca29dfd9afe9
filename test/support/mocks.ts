import * as pulumi from "@pulumi/pulumi";

/** One resource as the program registered it. */
export interface Recorded {
  readonly name: string;
  readonly type: string;
  readonly custom: boolean;
  readonly inputs: Record<string, unknown>;
  readonly parent: string | undefined;
}

/** Runs a program under mocks and gives what it registered, with secrets unwrapped for assertions. */
export async function record(
  run: () => unknown,
): Promise<readonly Recorded[]> {
  const found: Recorded[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        found.push({
          name: args.name,
          type: args.type,
          custom: args.custom ?? false,
          inputs: args.inputs as Record<string, unknown>,
          parent: args.registerRequest?.getParent() || undefined,
        });
        return { id: `${args.name}-id`, state: args.inputs as Record<string, unknown> };
      },
      call: (args) => args.inputs as Record<string, unknown>,
    },
    "promptsentinel-secrets",
    "test",
    false,
  );
  await pulumi.runtime.runInPulumiStack(async () => {
    await run();
    return {};
  });
  // Registrations are sent in the background: a resource is recorded when its call has been answered.
  await pulumi.runtime.disconnect();
  return found;
}

/** The recorded resources of a type. */
export const ofType = (resources: readonly Recorded[], type: string): readonly Recorded[] =>
  resources.filter((resource) => resource.type === type);
