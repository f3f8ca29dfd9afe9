import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import execa from "execa";
import { devValues, envFile, newValues, variables } from "../secrets/values";
import type { Shell } from "./literalPulumi";
import { atTerminal, enter, type Step } from "./terminal";

/** What somebody who follows a page has beforehand, beside what the page tells him to run. */
export async function prepareFolder({ dir }: Shell): Promise<void> {
  await execa("git", ["init", "--quiet"], { cwd: dir });
  await writeFile(join(dir, ".gitignore"), "node_modules/\n.env\n.env.*\n!.env.vault\n");
}

/** A `.env` as it is today, for the lines that move it. */
export const writeEnvFile = ({ dir }: Shell): Promise<void> =>
  writeFile(join(dir, ".env"), envFile(newValues()), { mode: 0o600 });

/** Whether a line asks for values at a hidden prompt. */
export const asksForValues = (line: string): boolean =>
  / secrets put /.test(line) && !/--(stdin|fd)\b/.test(line);

/** Runs it at a terminal and types a value at each prompt, as a user would. */
export async function answer(
  shell: Shell,
  line: string,
): Promise<{ readonly exitCode: number; readonly all: string }> {
  const [key = ""] = / secrets put (\w+)/.exec(line)?.slice(1) ?? [];
  const values = devValues();
  // In the order of the stack's output, which the engine sorts.
  const asked = Object.entries(variables)
    .filter(([id]) => key === "" || id === key)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const steps = asked.map(([id, name]): Step => {
    const value = (values as Readonly<Record<string, string>>)[id] ?? "";
    return { await: name, type: `${value}${enter}` };
  });
  const words = line.split(" ").slice(2);
  const { code, screen, left } = await atTerminal({
    command: [process.execPath, join("cli", "bin.mjs"), ...words],
    cwd: shell.dir,
    env: { ...process.env, ...shell.env, TERM: "xterm-256color" },
    steps,
  });
  return { exitCode: code, all: [screen, ...left.map((one) => `never asked: ${one}`)].join("\n") };
}
