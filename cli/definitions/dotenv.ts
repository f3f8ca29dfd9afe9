import { Option, type Command } from "commander";
import { examples, json } from "../command";

/** What each of them takes. */
export interface DotenvOptions {
  readonly path: string;
  readonly json?: boolean;
}

/** What each takes that is about one environment. */
export interface EnvironmentOptions extends DotenvOptions {
  readonly environment: string;
}

export interface EncryptOptions extends EnvironmentOptions {
  readonly from?: string;
  readonly prune?: boolean;
}

export interface RotateKeyOptions extends EnvironmentOptions {
  readonly method?: "dotenv-vault" | "dotenvx";
}

export interface MigrateOptions extends EnvironmentOptions {
  readonly to: "dotenv-vault" | "dotenvx";
}

export function dotenv(cli: Command): void {
  const group = cli.command("dotenv").description("the files .env, .env.vault and .env.keys");
  group.addHelpText("after", examples("promptsentinel-secrets dotenv init"));
  init(group);
  encrypt(group);
  rotateKey(group);
  migrate(group);
}

function init(group: Command): void {
  group
    .command("init")
    .description("write a .env with a placeholder for each key; one that is there is added to")
    .addOption(path())
    .addOption(json())
    .addHelpText("after", examples("promptsentinel-secrets dotenv init --path ../prompt-sentinel"))
    .action((options: DotenvOptions) =>
      (require("../commands/dotenvInit") as typeof import("../commands/dotenvInit")).init(options),
    );
}

function encrypt(group: Command): void {
  group
    .command("encrypt")
    .description("encrypt a plain file into .env.vault; its key is kept, or made in .env.keys")
    .addOption(environment())
    .option("--from <file>", "the plain file (default: .env, or .env.<environment>)")
    .option("--prune", "let go of values that only .env.vault has")
    .addOption(path())
    .addOption(json())
    .addHelpText("after", examples("promptsentinel-secrets dotenv encrypt -e production"))
    .action((options: EncryptOptions) =>
      (require("../commands/dotenvEncrypt") as typeof import("../commands/dotenvEncrypt")).encrypt(
        options,
      ),
    );
}

function rotateKey(group: Command): void {
  group
    .command("rotate-key")
    .description("encrypt the same values under a new key")
    .addOption(environment())
    .addOption(
      new Option("-m, --method <name>", "whose file (default: the only one)").choices([
        "dotenv-vault",
        "dotenvx",
      ]),
    )
    .addOption(path())
    .addOption(json())
    .addHelpText("after", examples("promptsentinel-secrets dotenv rotate-key -e production"))
    .action((options: RotateKeyOptions) =>
      (
        require("../commands/dotenvRotateKey") as typeof import("../commands/dotenvRotateKey")
      ).rotateKey(options),
    );
}

function migrate(group: Command): void {
  group
    .command("migrate")
    .description("take values over from .env.vault to dotenvx or back, never in the clear on disk")
    .addOption(
      new Option("--to <method>", "who is to read them")
        .choices(["dotenvx", "dotenv-vault"])
        .makeOptionMandatory(),
    )
    .addOption(environment())
    .addOption(path())
    .addOption(json())
    .addHelpText("after", examples("promptsentinel-secrets dotenv migrate --to dotenvx"))
    .action((options: MigrateOptions) =>
      (require("../commands/dotenvMigrate") as typeof import("../commands/dotenvMigrate")).migrate(
        options,
      ),
    );
}

const path = (): Option =>
  new Option("--path <folder>", "folder of the files").default(".", "the current one");

const environment = (): Option =>
  new Option("-e, --environment <name>", "development, staging, production or another")
    .env("DOTENV_ENVIRONMENT")
    .default("development");
