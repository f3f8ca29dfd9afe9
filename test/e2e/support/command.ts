import { join } from "node:path";
import execa from "execa";
import { projectRoot } from "../../../sandbox/session";

/** The command as npm installs it. */
export const commandLine = [process.execPath, join(projectRoot, "cli", "bin.mjs")] as const;

export interface CommandOptions {
  /** Folder that it runs in. */
  readonly cwd: string;
  /** Beside PATH and a home of its own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
}

/** What a user's environment has, with a folder as home, so that nothing of this machine's user takes part. */
export const cleanEnv = (home: string): Record<string, string | undefined> => ({
  PATH: process.env["PATH"],
  HOME: home,
  XDG_STATE_HOME: join(home, ".local", "state"),
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  TZ: "UTC",
});

/** Runs `promptsentinel-secrets` literally. */
export const runCommand = (
  line: readonly string[],
  { cwd, env = {}, input = "" }: CommandOptions,
): execa.ExecaChildProcess =>
  execa(commandLine[0], [commandLine[1], ...line], {
    ...{ cwd, input, reject: false, extendEnv: false },
    env: { ...cleanEnv(cwd), ...env },
  });
