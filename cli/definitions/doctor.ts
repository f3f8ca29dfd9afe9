import type { Command } from "commander";

export function doctor(cli: Command): void {
  void cli;
}
