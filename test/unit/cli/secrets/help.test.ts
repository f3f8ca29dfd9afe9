import { buildCli } from "../../../../cli/cli";

const group = buildCli().commands.find((one) => one.name() === "secrets");

test.each((group?.commands ?? []).map((one) => [one.name(), one] as const))(
  "the help of %s fits a screen and has an example",
  (name, command) => {
    let help = "";
    command.configureOutput({
      writeOut: (text) => {
        help += text;
      },
      getOutHelpWidth: () => 80,
    });
    command.outputHelp();
    const lines = help.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(23);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(help).toContain(`$ promptsentinel-secrets secrets ${name}`);
  },
);
