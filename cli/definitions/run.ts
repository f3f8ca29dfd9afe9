import { Option, type Command } from "commander";
import type { Reader } from "../../infra/catalog";
import { storeNames, type StoreName } from "../../stores/store";
import { examples, stack, wiringFile } from "../command";
import { exitCodes } from "../exitCodes";

export interface RunOptions {
  readonly method: StoreName;
  readonly stack?: string;
  readonly file?: string;
  readonly consumer: Reader;
  readonly allowMissing?: boolean;
  readonly keepCredentials?: boolean;
}

export function run(cli: Command): void {
  cli
    .command("run")
    .usage("[options] -- <command> [arguments...]")
    .description("start a command with the application's keys in its environment")
    .argument("<command>", "what to start")
    .argument("[arguments...]", "and its own arguments")
    .addOption(
      new Option("-m, --method <name>", "where the keys are")
        .choices(storeNames)
        .default("dotenv")
        .env("SECRET_METHOD"),
    )
    .addOption(stack())
    .addOption(wiringFile())
    .addOption(new Option("-c, --consumer <name>", "who reads").choices(readers).default("app"))
    .option("--allow-missing", "start although keys are missing, without them")
    .option("--keep-credentials", "give the command what the store was read with, too")
    // What follows the command is the command's own, with `--` or without.
    .passThroughOptions()
    // As env(1): its command could end with any other code itself.
    .exitOverride((error) => {
      if (error.exitCode !== 0) process.exit(exitCodes.runFailed);
      throw error;
    })
    .addHelpText(
      "after",
      examples("promptsentinel-secrets run --method vault -- docker compose up"),
    )
    .action((command: string, args: readonly string[], options: RunOptions) =>
      (require("../commands/run") as typeof import("../commands/run")).run(command, args, options),
    );
}

const readers = ["app", "ci"] as const satisfies readonly Reader[];
