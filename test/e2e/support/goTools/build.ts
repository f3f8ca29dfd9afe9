import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { goBuild } from "../../../../sandbox/goBuild";
import { sourceOf, toolSets, type ToolSetName } from "./toolSets";

export interface BuildOptions {
  readonly set: ToolSetName;
  /** Folder in which the programs end up. */
  readonly bin: string;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Builds the programs of a set; their folder is there once all of them are.
 * @throws when there is no Go, or the modules cannot be had
 */
export async function buildTools({ set, bin, log, signal }: BuildOptions): Promise<void> {
  await mkdir(dirname(bin), { recursive: true });
  await goBuild(
    toolSets[set],
    { source: sourceOf(set), beside: dirname(bin), log, signal },
    async (built) => {
      await rm(bin, { recursive: true, force: true });
      await rename(built, bin);
    },
  );
}
