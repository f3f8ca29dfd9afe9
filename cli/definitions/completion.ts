import { Argument, type Command } from "commander";
import { examples } from "../command";

const shells = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof shells)[number];

export function completion(cli: Command): void {
  cli
    .command("completion")
    .description("print what makes a shell complete commands, options, stores, keys and stacks")
    .summary("print what makes a shell complete what you type")
    .addArgument(new Argument("<shell>", "which shell").choices(shells))
    .addHelpText(
      "after",
      examples(
        "source <(promptsentinel-secrets completion bash)   # in ~/.bashrc; zsh alike",
        "promptsentinel-secrets completion fish | source    # in config.fish",
      ),
    )
    .action((shell: Shell) => {
      (require("../commands/completion") as typeof import("../commands/completion")).printScript(
        cli,
        shell,
      );
    });
  // What the scripts call at each TAB.
  cli
    .command("complete", { hidden: true })
    .argument("[words...]")
    .action((words: readonly string[]) => {
      (require("../commands/completion") as typeof import("../commands/completion")).complete(
        cli,
        words,
      );
    });
}
