import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { findEngine } from "../sandbox/engine/find";
import { note } from "./output";
import { projectRoot } from "./stackConfig";

/** An existing stack of this project, with the user's own backend, environment and engine. */
export async function openStack(name: string): Promise<Stack> {
  const engine = await findEngine({ log: note });
  return LocalWorkspace.selectStack(
    { stackName: name, workDir: projectRoot },
    { pulumiCommand: engine.command },
  );
}
