import type { Command } from "commander";
import { examples, json, stack } from "../command";

export interface RecoverOptions {
  readonly stack: string;
  readonly unlock?: boolean;
  readonly json?: boolean;
}

export function recover(cli: Command): void {
  cli
    .command("recover")
    .description("bring a stack whose run was killed back to a known state, then run `pulumi up`")
    .summary("bring a stack whose run was killed back to a known state")
    .addOption(stack().makeOptionMandatory())
    .option("--unlock", "remove the stack's lock although its owner cannot be checked from here")
    .addOption(json())
    .addHelpText(
      "after",
      examples("promptsentinel-secrets recover --stack dev && pulumi up --stack dev"),
    )
    .action((options: RecoverOptions) =>
      (require("../commands/recover") as typeof import("../commands/recover")).recover(options),
    );
}
