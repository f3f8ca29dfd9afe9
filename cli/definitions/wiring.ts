import { Option, type Command } from "commander";
import { examples, stack, wiringFile } from "../command";

export interface WiringOptions {
  readonly stack?: string;
  readonly file?: string;
  readonly format: string;
  readonly platform?: string;
  readonly release?: string;
  readonly namespace?: string;
}

export function wiring(cli: Command): void {
  cli
    .command("wiring")
    .description("what a deployment needs to know of a stack: names, never values")
    .addOption(stack())
    .addOption(wiringFile())
    .addOption(
      new Option(
        "-f, --format <format>",
        "json, env, compose, ecs, cloudformation, terraform, tfvars, cloudRun, containerApps, github, gitlab, externalSecret, helm, kustomize",
      ).default("json"),
    )
    .option(
      "-p, --platform <name>",
      "which platform the deployment reads from (default: the only one)",
    )
    .option("--release <name>", "the Helm release", "prompt-sentinel")
    .option("--namespace <name>", "its namespace", "prompt-sentinel")
    .addHelpText(
      "after",
      examples(
        "promptsentinel-secrets wiring --stack dev -f compose > compose.secrets.yaml",
        "pulumi stack output wiring --json | promptsentinel-secrets wiring --file -",
      ),
    )
    .action((options: WiringOptions) =>
      (require("../commands/wiring") as typeof import("../commands/wiring")).wiring(options),
    );
}
