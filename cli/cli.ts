import type { Command } from "commander";
import { command, examples } from "./command";
import { completion } from "./definitions/completion";
import { doctor } from "./definitions/doctor";
import { dotenv } from "./definitions/dotenv";
import { guard } from "./definitions/guard";
import { newStack } from "./definitions/newStack";
import { recover } from "./definitions/recover";
import { run } from "./definitions/run";
import { secrets } from "./definitions/secrets";
import { vault } from "./definitions/vault";
import { wiring } from "./definitions/wiring";

/** What defines the commands, in the order of the help. Each loads what its command needs when that runs. */
const definitions = [
  secrets,
  run,
  dotenv,
  guard,
  doctor,
  wiring,
  recover,
  newStack,
  vault,
  completion,
];

/** The command line. */
export function buildCli(): Command {
  const cli = command("promptsentinel-secrets")
    .description("Commands around PromptSentinel's keys. None of them prints a value.")
    // So that what follows `run`'s command is left to that.
    .enablePositionalOptions()
    // One line a command: its own help has its options.
    .configureHelp({ subcommandTerm: (one) => one.name() })
    .addHelpText(
      "after",
      examples(
        "promptsentinel-secrets secrets put anthropic --to vault --stack dev",
        "promptsentinel-secrets run --method vault -- docker compose up",
      ),
    );
  for (const define of definitions) define(cli);
  return cli;
}
