import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "commander";
import { exitCodes } from "../../cli/exitCodes";
import { failure, note } from "../../cli/output";
import { current, expected, generated, projectRoot } from "./generated";

const command = new Command("generate")
  .description(
    "Writes the files that come from the program's own code: the golden resource lists, the wiring's schema, the policy pack's tables and the README's matrix. Their diff is what a reviewer reads.",
  )
  .option("--check", "write nothing; list what is stale and exit with 1")
  .addHelpText(
    "after",
    "\nExamples:\n  $ npm run generate\n  $ npm run --silent generate -- --check",
  )
  .action(run);

async function run({ check }: { readonly check?: boolean }): Promise<void> {
  for (const one of generated) {
    const text = await expected(one);
    if (text === (await current(one.file))) continue;
    if (check === true) {
      note(`stale: ${one.file}; fix: npm run generate`);
      process.exitCode = exitCodes.failed;
    } else {
      await writeFile(join(projectRoot, one.file), text);
      note(`wrote ${one.file}`);
    }
  }
}

command.parseAsync().catch((error: unknown) => {
  failure(error);
});
