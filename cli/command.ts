import { Command, Option } from "commander";

/**
 * A command with this project's conventions: a suggestion for a misspelt flag, exit code 2 for a wrong call. What ends
 * it is thrown, for `failure` to take: with an exit in the middle, what tsx compiled would not be kept for the next time.
 */
export const command = (name: string): Command =>
  new Command(name)
    .showHelpAfterError("(add --help for usage)")
    .showSuggestionAfterError()
    .configureOutput({
      outputError: (message, write) => {
        write((require("./hideWords") as typeof import("./hideWords")).hideWords(message));
      },
    })
    .exitOverride();

/** Lines for the end of a help text. */
export const examples = (...lines: string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;

/** For machines. */
export const json = (): Option => new Option("--json", "print JSON for machines");

/** A stack of which there must be a config. */
export const stack = (): Option =>
  new Option("-s, --stack <name>", "the Pulumi stack").env("PULUMI_STACK");

/** Where a command learns of the deployment, other than from a stack. */
export const wiringFile = (): Option =>
  new Option("--file <path>", "a wiring document instead of a stack; - for stdin");
