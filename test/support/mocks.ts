import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor, type Mocks } from "@pulumi/pulumi/runtime/mocks";
import { setMockOptions } from "@pulumi/pulumi/runtime/settings";

/** One resource as the program registered it. */
export interface Recorded {
  readonly name: string;
  readonly type: string;
  readonly custom: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** URN of the parent; undefined at the top. */
  readonly parent: string | undefined;
  readonly provider: string | undefined;
  /** URNs of what has to be there first. */
  readonly dependsOn: readonly string[];
  readonly retainOnDelete: boolean;
  readonly importId: string | undefined;
  readonly ignoreChanges: readonly string[];
  /** How often the program registered its outputs. */
  readonly outputsRegistered: number;
}

export interface RecordOptions {
  /** Answer as a preview does: nothing that a server would make is known. @default false */
  readonly preview?: boolean;
}

const project = "promptsentinel-secrets";
const stack = "test";

type Request = Pick<RegisterResourceRequest, keyof RegisterResourceRequest>;
type Found = Recorded & { readonly urn: string };

/** The SDK's mocks tell a resource's inputs alone: its options are read here from the request itself. */
class RecordingMonitor extends MockMonitor {
  readonly found: Found[] = [];
  private readonly outputs: string[] = [];

  override async registerResource(
    request: Request,
    callback: Parameters<MockMonitor["registerResource"]>[1],
  ): Promise<void> {
    const inputs = request.getObject()?.toJavaScript() ?? {};
    const own = request.getType() === "pulumi:pulumi:Stack";
    await super.registerResource(request, (error: unknown, response: { getUrn(): string }) => {
      if (!own && !error) this.found.push(asRecorded(request, inputs, response.getUrn()));
      callback(error, response);
    });
  }

  override registerResourceOutputs(
    request: { getUrn(): string },
    callback: Parameters<MockMonitor["registerResourceOutputs"]>[1],
  ): void {
    this.outputs.push(request.getUrn());
    super.registerResourceOutputs(request, callback);
  }

  /** The SDK's mocks know no hooks; a program that registers one would wait for an answer for ever. */
  registerErrorHook(_: unknown, callback: (error: unknown, response: object) => void): void {
    callback(null, {});
  }

  recorded(): readonly Recorded[] {
    return this.found.map(({ urn, ...resource }) => ({
      ...resource,
      outputsRegistered: this.outputs.filter((one) => one === urn).length,
    }));
  }
}

const asRecorded = (request: Request, inputs: Recorded["inputs"], urn: string): Found => ({
  urn,
  name: request.getName(),
  type: request.getType(),
  custom: request.getCustom(),
  inputs,
  parent: request.getParent() || undefined,
  provider: request.getProvider() || undefined,
  dependsOn: request.getDependenciesList(),
  retainOnDelete: request.getRetainondelete() ?? false,
  importId: request.getImportid() || undefined,
  ignoreChanges: request.getIgnorechangesList(),
  outputsRegistered: 0,
});

/** Runs a program under mocks and gives what it registered. A secret input stays wrapped, so that it shows. */
export async function record(
  run: () => unknown,
  { preview = false }: RecordOptions = {},
): Promise<readonly Recorded[]> {
  const mocks: Mocks = {
    newResource: ({ name, inputs }) => ({
      id: preview ? undefined : `${name}-id`,
      // What a cloud makes up, by the resource's own name.
      state: {
        name: `name-of-${name}`,
        ...{ arn: `arn-of-${name}`, keyId: `key-id-of-${name}` },
        ...{ principalId: `principal-of-${name}`, clientId: `client-of-${name}` },
        ...(inputs as object),
      },
    }),
    call: ({ inputs }) => inputs as Record<string, unknown>,
  };
  await pulumi.runtime.setMocks(mocks, project, stack, preview);
  const monitor = new RecordingMonitor(mocks);
  setMockOptions(monitor, project, stack, preview);
  await withPlainStacks(async () => {
    await pulumi.runtime.runInPulumiStack(async () => {
      await run();
      return {};
    });
    // Registrations are sent in the background: a resource is recorded when its call has been answered.
    await pulumi.runtime.disconnect();
  });
  return monitor.recorded();
}

/** The SDK writes out a stack for each of its promises; through jest's source maps that is most of a test's time. */
async function withPlainStacks(run: () => Promise<void>): Promise<void> {
  const stacks: { prepareStackTrace?: unknown } = Error;
  const mapped = stacks.prepareStackTrace;
  delete stacks.prepareStackTrace;
  try {
    await run();
  } finally {
    stacks.prepareStackTrace = mapped;
  }
}

/** The recorded resources of a type. */
export const ofType = <One extends Pick<Recorded, "type">>(
  resources: readonly One[],
  type: string,
): readonly One[] => resources.filter((resource) => resource.type === type);

/** The recorded resource of a name; fails when it is missing or not the only one. */
export function named<One extends Pick<Recorded, "name">>(
  resources: readonly One[],
  name: string,
): One {
  const [found, ...more] = resources.filter((resource) => resource.name === name);
  if (found === undefined || more.length > 0) {
    throw new Error(
      `resources named ${name}: expected one; got ${resources.map((one) => one.name).join(", ")}`,
    );
  }
  return found;
}
