import { readFile, rm, writeFile } from "node:fs/promises";
import { parseDocument, visit } from "yaml";
import { nearest } from "../../infra/configError";
import { stages } from "../../infra/environment";
import { projectName } from "../../stacks/config";
import type { NewOptions } from "../definitions/newStack";
import { result, UsageError } from "../output";
import { configFile, loadStackConfig } from "../stackConfig";

/**
 * Writes a new stack's config: the other's, comments and all, with another stage, and with its pipeline's
 * environment where that is named after the stage. Never overwrites a file, and leaves
 * none behind that the program would refuse.
 * @param root folder of the stacks' files. @default the project's
 */
export async function newStack(name: string, options: NewOptions, root?: string): Promise<void> {
  const stage = options.stage ?? name;
  if (!(stages as readonly string[]).includes(stage)) {
    const meant = nearest(stage, stages);
    throw new UsageError(
      `stage: got ${JSON.stringify(stage)}; allowed: ${stages.join(", ")}; fix: ${meant === undefined ? "name one with --stage" : `use ${meant}`}`,
    );
  }
  const from = await loadStackConfig(options.from, root);
  const document = parseDocument(await readFile(configFile(options.from, root), "utf8"));
  document.setIn(["config", `${projectName}:stage`], stage);
  // A pipeline's environment is named after its stage: the new stack must not trust the other's.
  const trusted = from.ci?.apply["environment"];
  if (trusted?.length === 1 && trusted[0] === from.environment.stage) {
    document.setIn(["config", `${projectName}:ci`, "apply", "environment", 0], stage);
  }
  // Nor a token's subject that ends in it.
  visit(document, {
    Scalar(_, node) {
      const old = `:environment:${from.environment.stage}`;
      if (typeof node.value === "string" && node.value.endsWith(old)) {
        node.value = `${node.value.slice(0, -old.length)}:environment:${stage}`;
      }
    },
  });
  const file = configFile(name, root);
  await writeFile(file, document.toString(), { flag: "wx" }).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === "EEXIST"
      ? new Error(`stack: ${file} exists; fix: edit it, or choose another name`)
      : error;
  });
  await loadStackConfig(name, root).catch(async (error: unknown) => {
    await rm(file);
    throw error;
  });
  result(file, `wrote ${file}\nnext: pulumi stack init ${name}, then edit what differs`, false);
}
