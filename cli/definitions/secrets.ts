import type { Command } from "commander";
import { examples, json, stack, wiringFile } from "../command";

/** Which deployment: a stack's, a document's, or by the guide's names. */
export interface DeploymentOptions {
  readonly stack?: string;
  readonly file?: string;
  readonly json?: boolean;
}

export interface PutOptions extends DeploymentOptions {
  readonly to: string;
  readonly rotate?: boolean;
  readonly missing?: boolean;
  readonly stdin?: boolean;
  readonly fd?: string;
}

export interface StatusOptions extends DeploymentOptions {
  readonly in?: readonly string[];
}

export interface CopyOptions extends DeploymentOptions {
  readonly all?: boolean;
  readonly from: string;
  readonly to: string;
  readonly rotate?: boolean;
  readonly blank?: boolean;
}

export interface CompareOptions extends StatusOptions {
  readonly with?: string;
  readonly withFile?: string;
}

export function secrets(cli: Command): void {
  const group = cli.command("secrets").description("the keys' values: put, check, copy, compare");
  group.addHelpText("after", examples("promptsentinel-secrets secrets status --stack dev"));
  for (const define of [put, status, copy, compare]) define(group);
}

function put(group: Command): void {
  const command = group
    .command("put [key]")
    .description("write a first value, or with --rotate a new one; stores with versions keep both")
    .requiredOption("--to <store>", "where to: vault, aws, azure, gcp, keyring, dotenv, …")
    .option("--rotate", "write a new version, where there is a value already")
    .option("--missing", "ask for each key that the store has not (instead of [key])")
    .option("--stdin", "take the value from stdin, not from a hidden prompt")
    .option("--fd <n>", "take the value from an open file descriptor");
  deployed(command)
    .addHelpText(
      "after",
      examples(
        "promptsentinel-secrets secrets put anthropic --to vault --stack dev",
        "pass openai | promptsentinel-secrets secrets put openai --to aws --stdin",
      ),
    )
    .action((key: string | undefined, options: PutOptions) =>
      (require("../commands/secrets/put") as typeof import("../commands/secrets/put")).put(
        key,
        options,
      ),
    );
}

function status(group: Command): void {
  const command = group
    .command("status")
    .description("which store has which key, how old, due when, and whether they agree")
    .option("--in <store...>", "which stores (default: the deployment's own)");
  deployed(command)
    .addHelpText(
      "after",
      `${examples("promptsentinel-secrets secrets status --stack dev --in vault dotenv")}

Ends with 0 all there and the same in each store, 1 something is missing,
differs or is overdue, 4 something could not be seen.`,
    )
    .action((options: StatusOptions) =>
      (require("../commands/secrets/status") as typeof import("../commands/secrets/status")).status(
        options,
      ),
    );
}

function copy(group: Command): void {
  const command = group
    .command("copy [key]")
    .description("move a key, or with --all every key, to another store; nothing is shown")
    .requiredOption("--from <store>", "where from")
    .requiredOption("--to <store>", "where to")
    .option("--all", "every key that the first store has (instead of [key])")
    .option("--rotate", "write a new version, where there is another value already")
    .option("--blank", "then take out of the file what has arrived");
  deployed(command)
    .addHelpText(
      "after",
      `${examples("promptsentinel-secrets secrets copy --all --from dotenv --to vault -s dev")}

Run again, it goes on where it ended.`,
    )
    .action((key: string | undefined, options: CopyOptions) =>
      (require("../commands/secrets/copy") as typeof import("../commands/secrets/copy")).copy(
        key,
        options,
      ),
    );
}

function compare(group: Command): void {
  const command = group
    .command("compare")
    .description("whether two stages share a key's value: they must not")
    .option("--with <stack>", "the stack of the other stage")
    .option("--with-file <path>", "its wiring document, instead of a stack")
    .option("--in <store...>", "which stores (default: all that each has)");
  deployed(command)
    .addHelpText(
      "after",
      `${examples("promptsentinel-secrets secrets compare --stack dev --with prod")}

Variables that begin with WITH_, as WITH_VAULT_TOKEN, hold for the other stage.
Ends with 0 all differ, 1 some are the same, 4 something could not be read.`,
    )
    .action((options: CompareOptions) =>
      (
        require("../commands/secrets/compare") as typeof import("../commands/secrets/compare")
      ).compare(options),
    );
}

/** The options that all of them have. */
const deployed = (command: Command): Command =>
  command.addOption(stack()).addOption(wiringFile()).addOption(json());
