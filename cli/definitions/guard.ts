import type { Command } from "commander";

export function guard(cli: Command): void {
  void cli;
}
