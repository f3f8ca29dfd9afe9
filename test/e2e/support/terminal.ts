import execa from "execa";
import { pythonProgram } from "./python";

/** What to do when a text is on the screen. */
export type Step =
  | { readonly await: string; readonly type: string }
  | { readonly await: string; readonly signal: "SIGTERM" | "SIGHUP" | "SIGINT" };

export interface AtTerminal {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly steps: readonly Step[];
  /** @default the terminal */
  readonly stdout?: "pipe";
}

export interface Shown {
  /** Everything that came to the screen, with the terminal's codes. */
  readonly screen: string;
  readonly stdout: string;
  /** Negative for a signal. */
  readonly code: number;
  /** Texts that were waited for in vain. */
  readonly left: readonly string[];
  /** Whether the terminal's modes are as they were: whether it shows again what is typed. */
  readonly restored: boolean;
  /** The command's own arguments as every user of the machine sees them. */
  readonly arguments: string;
}

export const enter = "\r";
export const ctrlC = "\u0003";
export const ctrlD = "\u0004";
/** Turns a cursor on that a prompt has turned off. */
export const cursorShown = "\u001b[?25h";

/** Runs a command at a terminal of its own, with Python's `pty`; macOS and Linux have both. */
export async function atTerminal(plan: AtTerminal): Promise<Shown> {
  const { stdout } = await execa("python3", [pythonProgram("terminal")], {
    input: JSON.stringify(plan),
  });
  return JSON.parse(stdout) as Shown;
}
