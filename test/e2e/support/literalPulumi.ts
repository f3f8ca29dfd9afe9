import { mkdir } from "node:fs/promises";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import execa, { type ExecaChildProcess, type ExecaReturnValue } from "execa";
import type { Engine } from "../../../sandbox/engine/find";
import { attached } from "../../../sandbox/plugins";

/** A shell in a copied checkout, as a user has it: their backend, passphrase and token in the environment. */
export interface Shell {
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  /** `pulumi` with these words; an exit code other than 0 is an answer, not an error. */
  readonly pulumi: (line: string, more?: NodeJS.ProcessEnv) => Promise<ExecaReturnValue>;
  /** The same as the leader of a process group of its own. */
  readonly startPulumi: (line: string) => ExecaChildProcess;
  /** `promptsentinel-secrets` with these words. */
  readonly startCommand: (line: string) => ExecaChildProcess;
}

export interface ShellOptions {
  readonly engine: Engine;
  readonly dir: string;
  /** Folder of the state. */
  readonly state: string;
  readonly token: string;
  /** Where the stand-in provider listens. */
  readonly providerPort: number;
  /** Folder of the node to use. @default the one on PATH */
  readonly nodeBin?: string;
}

/** Folder of the language host. */
const languageHost = join(__dirname, "languageHost");

export async function openShell(options: ShellOptions): Promise<Shell> {
  const { engine, dir, state, token, providerPort, nodeBin } = options;
  const home = join(state, "..", "home");
  await mkdir(state, { recursive: true });
  const { command } = engine.command;
  const path = [
    ...(nodeBin === undefined ? [] : [nodeBin]),
    languageHost,
    ...(isAbsolute(command) ? [dirname(command)] : []),
    process.env["PATH"] ?? "",
  ];
  const env = {
    // Its own, with the logs that the engine writes there.
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "of-this-test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...attached(providerPort),
    VAULT_TOKEN: token,
    PATH: path.join(delimiter),
  };
  const start = (
    file: string,
    args: readonly string[],
    detached: boolean,
    more: NodeJS.ProcessEnv = {},
  ): ExecaChildProcess =>
    execa(file, args, {
      ...{ cwd: dir, reject: false, all: true, detached, stdin: "ignore" },
      env: { ...env, ...more },
    });
  return {
    dir,
    env,
    pulumi: (line, more) => start("pulumi", words(line), false, more),
    startPulumi: (line) => start("pulumi", words(line), true),
    startCommand: (line) => start("node", [join("cli", "bin.mjs"), ...words(line)], true),
  };
}

const words = (line: string): string[] => line.split(" ").filter((word) => word !== "");
