import { writeFile } from "node:fs/promises";
import { command, examples, json } from "../../cli/command";
import { exitCodes } from "../../cli/exitCodes";
import { failure, Interrupted, note, result } from "../../cli/output";
import { loadStackConfig } from "../../cli/stackConfig";
import { findEngine } from "../engine/find";
import { rehearsalText } from "./report";
import { rehearse } from "./run";

interface Flags {
  readonly stack: string;
  readonly config?: string;
  readonly up?: boolean;
  readonly export?: string;
  readonly json?: boolean;
}

const rehearsal = command("rehearse")
  .description(
    "Previews a stack with the real engine and the policy pack, and one stand-in for all providers: no account, no credential, no network.",
  )
  .requiredOption("-s, --stack <name>", "the stack, by its Pulumi.<name>.yaml")
  .option("--config <file>", "another stack config, in the form of Pulumi.<stack>.yaml")
  .option("--up", "bring it up, in memory, and once more to see that nothing changes")
  .option("--export <file>", "with --up: write the checkpoint, as `pulumi stack export` does")
  .addOption(json())
  .addHelpText(
    "after",
    examples(
      "npm run rehearse -- --stack prod",
      "npm run rehearse -- --stack prod --up --export checkpoint.json",
      "npm run --silent rehearse -- --stack prod --json",
    ),
  )
  .action(run);

async function run(flags: Flags): Promise<void> {
  if (flags.export !== undefined && flags.up !== true) {
    rehearsal.error("error: --export needs --up: a preview has no checkpoint");
  }
  const cut = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (cut.signal.aborted) process.exit(exitCodes.interrupted);
      cut.abort(new Interrupted(`stopped by ${signal}; nothing is left`));
    });
  }
  try {
    // Bad settings are told at once, and not by an engine around them.
    await loadStackConfig(flags.stack, undefined, flags.config);
    const engine = await findEngine({ log: note, signal: cut.signal });
    const { checkpoint, ...shown } = await rehearse({
      engine,
      stack: flags.stack,
      config: flags.config,
      up: flags.up === true,
      signal: cut.signal,
    });
    if (flags.export !== undefined && checkpoint !== undefined) {
      await writeFile(flags.export, checkpoint, { mode: 0o600 });
    }
    result(shown, rehearsalText({ ...shown, checkpoint }), flags.json);
    if (!shown.ok) process.exitCode = exitCodes.failed;
  } catch (error) {
    throw cut.signal.aborted ? cut.signal.reason : error;
  }
}

rehearsal
  .parseAsync()
  .catch((error: unknown) => {
    failure(error);
  })
  .finally(() => process.exit());
