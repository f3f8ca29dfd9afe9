import { readdirSync } from "node:fs";
import type { Command, Option } from "commander";
import { catalog } from "../../infra/catalog";
import { storeNames } from "../../stores/store";
import { projectRoot } from "../stackConfig";

/**
 * The stacks that have a config. Only names that no shell reads as anything else: a file's name is whoever made it's.
 * @param root folder of the stacks' files. @default the project's
 */
export const stackNames = (root?: string): readonly string[] =>
  readdirSync(root ?? projectRoot).flatMap(
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
  if (before?.startsWith("-") !== true) return false;
  return allOptions(cli).some((one) => one.is(before) && pathNames.includes(valueName(one)));
}

const allOptions = (command: Command): readonly Option[] => [
  ...command.options,
  ...command.commands.flatMap((one) => allOptions(one)),
];
