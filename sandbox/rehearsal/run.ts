import { cp, mkdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import execa from "execa";
import { LocalWorkspace, type EngineEvent, type Stack } from "@pulumi/pulumi/automation";
import { projectName } from "../../stacks/config";
import type { Engine } from "../engine/find";
import { attached, pulumiHome } from "../plugins";
import { privateDir } from "../privateDir";
import { loaders, policyPack, projectRoot } from "../session";
import { serveGenericStandIn } from "../standin/generic";
import { rehearsedProgram, type Lost } from "./program";
import { collector, type Rehearsal } from "./report";

/** Packages whose providers are stood in for: every one that the project could use. */
const packages = ["aws", "azure-native", "gcp", "kubernetes", "vault"] as const;

/** Settings of a user's that would let a provider or a client log in somewhere. */
const credentials = /^(AWS|VAULT|BAO|AZURE|ARM|GOOGLE|GCLOUD|CLOUDSDK|KUBE|PULUMI)_|^KUBECONFIG$/;

export interface RehearseOptions {
  readonly engine: Engine;
  readonly stack: string;
  /** A stack's config in place of Pulumi.<stack>.yaml. */
  readonly config: string | undefined;
  /** Bring it up, in memory, and then once more. */
  readonly up: boolean;
  readonly signal: AbortSignal;
  /** @default the project's own */
  readonly program?: (lost: Lost[]) => Promise<unknown>;
  /** Folder of the policy pack. @default the project's own */
  readonly policies?: string;
}

/**
 * Previews a stack, or brings it up, with the real engine, the policy pack and one stand-in for all providers. No
 * credential is read: what could be one is taken out of this process's environment first.
 */
export async function rehearse(options: RehearseOptions): Promise<Rehearsal> {
  for (const name of Object.keys(process.env)) {
    if (credentials.test(name)) Reflect.deleteProperty(process.env, name);
  }
  const dir = await privateDir();
  const standIn = await serveGenericStandIn();
  try {
    const lost: Lost[] = [];
    const stack = await openStack(options, dir.path, standIn.port, lost);
    const events = collector();
    const run = {
      policyPacks: [options.policies ?? policyPack],
      onEvent: (event: EngineEvent) => {
        events.add(event);
      },
      signal: options.signal,
    };
    // A signal that is there before the engine is goes unheard.
    options.signal.throwIfAborted();
    let failed: unknown;
    try {
      await (options.up ? stack.up(run) : stack.preview(run));
    } catch (error) {
      options.signal.throwIfAborted();
      failed = error;
    }
    const again =
      options.up && failed === undefined ? await secondUp(stack, options.signal) : undefined;
    return events.rehearsal({
      stack: options.stack,
      up: options.up,
      failed,
      lost,
      changedBySecondUp: again,
      checkpoint: options.up ? await checkpoint(options.engine, stack) : undefined,
    });
  } finally {
    await Promise.all([standIn.stop(), dir.remove()]);
  }
}

async function openStack(
  { engine, stack, config, program = rehearsedProgram }: RehearseOptions,
  dir: string,
  port: number,
  lost: Lost[],
): Promise<Stack> {
  const state = join(dir, "state");
  await mkdir(state);
  await cp(join(projectRoot, "Pulumi.yaml"), join(dir, "Pulumi.yaml"));
  const file = config ?? join(projectRoot, `Pulumi.${stack}.yaml`);
  await cp(file, join(dir, `Pulumi.${stack}.yaml`));
  return LocalWorkspace.createOrSelectStack(
    {
      stackName: stack,
      projectName,
      program: async () => program(lost) as Promise<Record<string, unknown>>,
    },
    {
      workDir: dir,
      pulumiCommand: engine.command,
      envVars: {
        PULUMI_HOME: pulumiHome(),
        PULUMI_BACKEND_URL: `file://${state}`,
        PULUMI_CONFIG_PASSPHRASE: "a rehearsal holds no secret",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PATH: [process.env["PATH"] ?? "", loaders].join(delimiter),
        ...attached(port, packages),
      },
    },
  );
}

/** How many resources a second up would touch. */
async function secondUp(stack: Stack, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  const { summary } = await stack.up({ signal });
  return Object.entries(summary.resourceChanges ?? {})
    .filter(([operation]) => operation !== "same")
    .reduce((sum, [, count]) => sum + count, 0);
}

/** As `pulumi stack export` writes it, for other tools. */
async function checkpoint({ command }: Engine, { name, workspace }: Stack): Promise<string> {
  const { stdout } = await execa(command.command, ["stack", "export", "--stack", name], {
    cwd: workspace.workDir,
    env: workspace.envVars,
  });
  return stdout;
}
