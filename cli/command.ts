import { Command, Option } from "commander";
import { exitCodes } from "./output";

/** A command with this project's conventions: a suggestion for a misspelt flag, exit code 2 for a wrong call. */
export const command = (name: string): Command =>
  new Command(name)
    .showHelpAfterError("(add --help for usage)")
    .showSuggestionAfterError()
    .exitOverride((error) => {
      process.exit(error.exitCode === 0 ? 0 : exitCodes.usage);
    });

/** Lines for the end of a help text. */
export const examples = (...lines: string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;

/** For machines. */
export const json = (): Option => new Option("--json", "print JSON for machines");
