import type { Command } from "commander";
import { buildCli } from "../../cli/cli";

/** Every command that does something, with its whole name, in the order of the help. */
export function commandsOf(parent: Command, words: readonly string[] = []): readonly Named[] {
  const name = [...words, parent.name()];
  if (parent.commands.length === 0) return [{ name: name.join(" "), command: parent }];
  const shown = parent.createHelp().visibleCommands(parent);
  return shown.filter((one) => one.name() !== "help").flatMap((one) => commandsOf(one, name));
}

export interface Named {
  readonly name: string;
  readonly command: Command;
}

/** Of the smallest terminal. */
export const columns = 80;

/** What `--help` of a command prints on the smallest terminal, its examples too. */
export function helpOf(command: Command): string {
  const lines: string[] = [];
  command.configureOutput({
    writeOut: (text) => void lines.push(text),
    getOutHelpWidth: () => columns,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return lines.join("");
}

/** The help of every command, one below the other. */
export const commandReference = (): string =>
  commandsOf(buildCli())
    .map(({ name, command }) =>
      [`## ${name.replace(/^\S+ /, "")}`, "", "```text", helpOf(command).trim(), "```"].join("\n"),
    )
    .join("\n\n");
