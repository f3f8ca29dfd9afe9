import { createInterface } from "node:readline";
import { join } from "node:path";
import execa from "execa";
import { projectRoot } from "../../../sandbox/session";
import type { StoreTask } from "./storeChild";

/** A process that is about to put a key. */
export interface StoreProcess {
  /** Lets it begin; what it says became of it, or undefined when it was killed. */
  go(): Promise<string | undefined>;
  /** SIGKILL, as the out-of-memory killer would. */
  kill(): void;
}

/** Starts one; it has loaded everything when this returns. */
export async function storeProcess(
  task: StoreTask,
  env: Readonly<Record<string, string>>,
): Promise<StoreProcess> {
  const program = join("test", "e2e", "support", "storeChild.ts");
  const child = execa("node", ["--import", "tsx", program], {
    ...{ cwd: projectRoot, env, reject: false, buffer: false },
  });
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error("the process has no pipes");
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  stdin.write(`${JSON.stringify(task)}\n`);
  await lines.next();
  return {
    go: async () => {
      stdin.write("go\n");
      const answer = await lines.next();
      await child;
      if (answer.done === true) return undefined;
      return (JSON.parse(answer.value) as { readonly outcome: string }).outcome;
    },
    kill: () => {
      child.kill("SIGKILL");
    },
  };
}
