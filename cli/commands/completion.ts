import tab from "@bomb.sh/tab/commander";
import { Command } from "commander";
import { bashScript } from "../completion/bash";
import { listOf, wantsFile, words } from "../completion/words";
import type { Shell } from "../definitions/completion";

/** Prints a shell's script. Each TAB asks the command itself, so that the script never goes stale. */
export function printScript(cli: Command, shell: Shell): void {
  if (shell === "bash") process.stdout.write(bashScript(cli.name()));
  else known(cli).setup(cli.name(), cli.name(), shell);
}

/**
 * Prints what the last of some words can become, a line each, and whether file names are meant: tab's protocol, which
 * is Cobra's: https://github.com/spf13/cobra/blob/main/site/content/completions/_index.md
 */
export function complete(cli: Command, line: readonly string[]): void {
  if (wantsFile(cli, line)) process.stdout.write(":0\n");
  else known(cli).parse([...line]);
}

/** What tab knows of the commands, and what it cannot: the words that come from the catalogue and the stacks. */
function known(cli: Command): ReturnType<typeof tab> {
  const all = new Command(cli.name()).enablePositionalOptions();
  const own = ["complete", "completion"];
  // Tab brings its own two.
  for (const one of cli.commands) if (!own.includes(one.name())) all.addCommand(one);
  const root = tab(all, { completionCommandName: "completion" });
  for (const [path, command] of root.commands) {
    const defined = path
      .split(" ")
      .reduce<Command | undefined>(
        (group, name) => group?.commands.find((one) => one.name() === name),
        all,
      );
    for (const option of defined?.options ?? []) {
      const list = listOf(option);
      const there = command.options.get(option.long?.slice(2) ?? "");
      if (there !== undefined && list !== undefined) there.handler = offering(list);
    }
    for (const argument of defined?.registeredArguments ?? []) {
      const list = argument.name() === "key" ? words["key"] : undefined;
      const there = command.arguments.get(argument.name());
      if (there !== undefined && list !== undefined) there.handler = offering(list);
    }
  }
  return root;
}

const offering =
  (list: () => readonly string[]) =>
  (offer: (word: string, description: string) => void): void => {
    for (const word of list()) offer(word, "");
  };
