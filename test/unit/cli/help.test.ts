import type { Command } from "commander";
import { buildCli } from "../../../cli/cli";
import { columns, helpOf } from "../../support/commandReference";

/** Of the smallest terminal, less the line of the next prompt. */
const screen = { lines: 23, columns };

/** Every command that can be called, by its full name. */
const named = (command: Command, before = ""): readonly (readonly [string, Command])[] => {
  const name = `${before}${command.name()}`;
  const shown = command.createHelp().visibleCommands(command);
  return [
    [name, command],
    ...shown
      .filter((one) => command.commands.includes(one))
      .flatMap((one) => named(one, `${name} `)),
  ];
};

describe.each(named(buildCli()))("%s --help", (name, command) => {
  const help = helpOf(command);
  const lines = help.trimEnd().split("\n");

  test("fits a screen", () => {
    expect(lines.filter((line) => line.length > screen.columns)).toEqual([]);
    expect(help).toBe(lines.slice(0, screen.lines).join("\n") + "\n");
  });

  test("says what the command does, and shows how it is called", () => {
    expect(command.description()).not.toBe("");
    expect(help).toContain(command.description().split(" ", 3).join(" "));
    const example = lines.slice(lines.indexOf("Examples:")).find((line) => line.includes("$ "));
    expect(example).toContain(name.split(" ").slice(0, 2).join(" "));
  });
});

test("the list of commands has a line for each", () => {
  const lines = helpOf(buildCli()).split("\n");
  const list = lines.slice(lines.indexOf("Commands:") + 1);
  const end = list.indexOf("");
  expect(list.slice(0, end).filter((line) => /^ {4}/.test(line))).toEqual([]);
});
