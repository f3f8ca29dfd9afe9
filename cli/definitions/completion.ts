import type { Command } from "commander";

export function completion(cli: Command): void {
  void cli;
}
