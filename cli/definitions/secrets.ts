import type { Command } from "commander";

export function secrets(cli: Command): void {
  void cli;
}
