import type { Command } from "commander";
import { examples, json } from "../command";

export interface GuardOptions {
  readonly install?: boolean;
  readonly all?: boolean;
  readonly json?: boolean;
}

export function guard(cli: Command): void {
  cli
    .command("guard")
    .description(
      "stop a commit that holds a key: by its form, or by its value in your .env or keyring",
    )
    .summary("stop a commit that holds a key")
    .option("--install", "make this the pre-commit hook of the repository around")
    .option("--all", "look at all tracked files instead of what is staged")
    .addOption(json())
    .addHelpText(
      "after",
      "\nA line with `promptsentinel:allow <reason>` may hold a key's form, no value.",
    )
    .addHelpText(
      "after",
      examples("promptsentinel-secrets guard --install", "promptsentinel-secrets guard --all"),
    )
    .action((options: GuardOptions) =>
      (require("../commands/guard") as typeof import("../commands/guard")).guard(options),
    );
}
