import type { Command } from "commander";

export function run(cli: Command): void {
  void cli;
}
