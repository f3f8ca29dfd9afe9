import type { Command } from "commander";
import { examples } from "../command";

export interface NewOptions {
  readonly from: string;
  readonly stage?: string;
}

export function newStack(cli: Command): void {
  cli
    .command("new")
    .description("write the config of a new stack as a copy of another's")
    .argument("<stack>", "name of the new stack")
    .requiredOption("--from <stack>", "stack whose config to copy")
    .option("--stage <stage>", "dev, staging or prod (default: the new stack's name)")
    .addHelpText(
      "after",
      examples("promptsentinel-secrets new staging --from prod && pulumi stack init staging"),
    )
    .action((name: string, options: NewOptions) =>
      (require("../commands/newStack") as typeof import("../commands/newStack")).newStack(
        name,
        options,
      ),
    );
}
