import type { Command } from "commander";

export function dotenv(cli: Command): void {
  void cli;
}
