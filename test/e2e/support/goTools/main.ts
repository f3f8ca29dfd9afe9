import { existsSync } from "node:fs";
import { buildTools } from "./build";
import { binOf } from "./find";
import { whyGoFailed } from "./reason";
import { toolSets, type ToolSetName } from "./toolSets";

const stopped = new AbortController();

/** Builds the sets that are named, or all, into the cache: progress to stderr, and to stdout why it failed. */
async function main(names: readonly string[]): Promise<void> {
  // Not `once`: with no listener left, execa's own would end this process before it has cleaned up.
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.on(signal, () => {
      stopped.abort();
    });
  }
  const sets = Object.keys(toolSets).filter(
    (set): set is ToolSetName => names.length === 0 || names.includes(set),
  );
  const log = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  for (const set of sets) {
    const bin = binOf(set);
    if (!existsSync(bin)) await buildTools({ set, bin, log, signal: stopped.signal });
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stdout.write(stopped.signal.aborted ? "its build was stopped" : whyGoFailed(error));
  process.exitCode = 1;
});
