import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { findEngine } from "../sandbox/engine/find";
import { engineFailure } from "./engineFailure";
import { backendUrl, mendFileBackend } from "./fileBackend";
import { note } from "./output";
import { projectRoot } from "./stackConfig";

/**
 * An existing stack of this project, with the user's own backend, environment and engine.
 * @throws UsageError when there is none of that name; what the engine says, in one line
 */
export const openStack = (name: string): Promise<Stack> =>
  select(name).catch((error: unknown) => {
    throw engineFailure(name, error);
  });

async function select(name: string): Promise<Stack> {
  const engine = await findEngine({ log: note });
  const open = (): Promise<Stack> =>
    LocalWorkspace.selectStack(
      { stackName: name, workDir: projectRoot },
      { pulumiCommand: engine.command },
    );
  try {
    return await open();
  } catch (error) {
    if (!String(error).includes("failed to load checkpoint")) throw error;
    const removed = await mendFileBackend(await backendUrl(engine.command.command, projectRoot));
    if (removed.length === 0) throw error;
    for (const file of removed) note(`${file}: was cut off while it was written; removed`);
    return open();
  }
}
