import { mkdir, symlink, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import execa from "execa";
import { projectRoot } from "../../../sandbox/session";
import { inTempDir } from "../../fixtures/tempDir";
import { cleanEnv, commandLine } from "../support/command";
import { atTerminal, ctrlC } from "../support/terminal";
import { withDotenv } from "./programs";

const name = "promptsentinel-secrets";

/** With a folder on the PATH in which the command is a link, as npm makes it. */
const installed = (body: (cwd: string, env: NodeJS.ProcessEnv) => Promise<void>) =>
  inTempDir(async (cwd) => {
    const bin = join(cwd, "node_modules", ".bin");
    await mkdir(bin, { recursive: true });
    await symlink(commandLine[1], join(bin, name));
    await body(cwd, {
      ...cleanEnv(cwd),
      PATH: [bin, process.env["PATH"] ?? ""].join(delimiter),
      TERM: "dumb",
    });
  });

describe("the command as npm installs it", () => {
  test("works by its link and from another folder", () =>
    installed(async (cwd, env) => {
      await withDotenv(cwd);
      const options = { cwd, env, extendEnv: false };
      const { stdout } = await execa(name, ["run", "--", "printenv", "OPENAI_API_KEY"], options);
      expect(stdout).toMatch(/^sk-/);
    }));

  test("works by npx in a checkout", async () => {
    const { stdout } = await execa("npx", [name, "--help"], { cwd: projectRoot });
    expect(stdout).toContain(`Usage: ${name}`);
  });
});

describe("completion by bash itself", () => {
  const screenAfter = async (cwd: string, env: NodeJS.ProcessEnv, typed: string) => {
    await writeFile(
      join(cwd, "rc"),
      [
        "PS1='ready '",
        "bind 'set enable-bracketed-paste off'",
        "bind 'set bell-style none'",
        `source <(${name} completion bash)`,
      ].join("\n"),
    );
    const { screen, left } = await atTerminal({
      command: ["bash", "--noprofile", "--rcfile", "rc", "-i"],
      ...{ cwd, env: env },
      steps: [
        { await: "ready ", type: typed },
        // What was completed is shown before the line is given up.
        { await: typed.endsWith("\t\t") ? "ready " : "|", type: ctrlC },
        { await: "ready ", type: "exit\r" },
      ],
    });
    expect(left).toEqual([]);
    return screen;
  };

  test.each([
    ["a command", "comp\t|", `${name} completion |`],
    ["a command of a group", "vault au\t|", `${name} vault audit-config |`],
    ["an option", "run --keep\t|", `${name} run --keep-credentials |`],
    ["a method", "run --method va\t|", `${name} run --method vault |`],
    ["a method after =", "run --method=va\t|", `${name} run --method=vault |`],
    ["a stack", "wiring -s pr\t|", `${name} wiring -s prod |`],
    ["a key", "secrets put an\t|", `${name} secrets put anthropic |`],
    ["the name of a file", "wiring --file doc\t|", `${name} wiring --file document.json |`],
    ["one for the command that is run", "run -- cat doc\t|", `${name} run -- cat document.json |`],
  ])("%s", (_, typed, shown) =>
    installed(async (cwd, env) => {
      await writeFile(join(cwd, "document.json"), "");
      expect(await screenAfter(cwd, env, `${name} ${typed}`)).toContain(shown);
    }),
  );

  test("offers several", () =>
    installed(async (cwd, env) => {
      const screen = await screenAfter(cwd, env, `${name} run --method dotenv\t\t`);
      expect(screen).toMatch(/dotenv\s+dotenv-vault\s+dotenvx/);
    }));

  test("runs nothing of what stands on the line", () =>
    installed(async (cwd, env) => {
      await writeFile(join(cwd, "document.json"), "as it was");
      const line = `${name} run $(touch ran) > document.json --meth\t|`;
      expect(await screenAfter(cwd, env, line)).toContain("--method |");
      const { stdout } = await execa("ls", { cwd });
      expect(stdout.split("\n")).not.toContain("ran");
      expect((await execa("cat", ["document.json"], { cwd })).stdout).toBe("as it was");
    }));
});

describe.each(["zsh", "fish", "powershell"])("the script of %s", (shell) => {
  test("calls the command at each TAB", async () => {
    const { stdout } = await execa(commandLine[0], [commandLine[1], "completion", shell]);
    expect(stdout).toMatch(new RegExp(`${name} complete '?--'? `));
  });
});
