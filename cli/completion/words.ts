import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Command, Option } from "commander";
import { catalog } from "../../infra/catalog";
import { storeNames } from "../../stores/store";

/** The project's: what reads configs has it too, and takes a second to load. */
const stacksFolder = join(__dirname, "..", "..");

/**
 * The stacks that have a config. Only names that no shell reads as anything else: a file's name is whoever made it's.
 * @param root folder of the stacks' files. @default the project's
 */
export const stackNames = (root?: string): readonly string[] =>
  readdirSync(root ?? stacksFolder).flatMap(
    (file) => /^Pulumi\.([A-Za-z0-9][\w.-]*)\.yaml$/.exec(file)?.[1] ?? [],
  );

/** What can stand for the name of an option's value, or of an argument, in a definition. */
export const words: Readonly<Record<string, () => readonly string[]>> = {
  store: () => storeNames,
  stack: () => stackNames(),
  key: () => Object.keys(catalog),
};

/** What an option's value is called: `store` of `--to <store>` and of `--in <store...>`. */
export const valueName = ({ flags }: Option): string =>
  /[<[]([\w-]+)(?:\.\.\.)?[>\]]/.exec(flags)?.[1] ?? "";

/** Which list an option's value is from. */
export const listOf = (option: Option): (() => readonly string[]) | undefined =>
  words[valueName(option)] ?? words[option.attributeName()];

const pathNames = ["path", "file", "folder", "dir"];

/** Whether the last of the words is to be the name of a file, as the shell itself completes it best. */
export function wantsFile(cli: Command, line: readonly string[]): boolean {
  // Of the command that `run` starts.
  if (line[0] === "run" && line.slice(0, -1).includes("--")) return true;
  const before = line.at(-2);
  const option = commandOf(cli, line).options.find(
    ({ short, long }) => before !== undefined && [short, long].includes(before),
  );
  return option !== undefined && pathNames.includes(valueName(option));
}

/** The innermost command that a line names. */
function commandOf(cli: Command, line: readonly string[]): Command {
  const [word, ...more] = line;
  const named = cli.commands.find((one) => one.name() === word);
  return named === undefined ? cli : commandOf(named, more);
}
