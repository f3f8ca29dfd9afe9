import { join } from "node:path";
import execa from "execa";
import { projectRoot } from "../../../sandbox/session";
import { fingerprint } from "../../../sandbox/fingerprint";
import { pythonProgram } from "./python";

/** Fingerprints by name, or the name of an error. */
export type Read = Readonly<Record<string, string>>;

/** Fingerprints of what is expected. */
export const expected = (values: Readonly<Record<string, string>>): Read =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fingerprint(value)]));

const clean = (dir: string, env: NodeJS.ProcessEnv = {}) => ({
  cwd: dir,
  env: { PATH: process.env["PATH"], HOME: dir, ...env },
  extendEnv: false,
});

/**
 * What python-dotenv or python-dotenv-vault gives an application in a folder.
 * @param env DOTENV_KEY, for dotenv-vault
 */
export async function pythonReads(
  python: string,
  method: "dotenv" | "dotenv-vault",
  dir: string,
  names: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Read> {
  const args = [pythonProgram("dotenv_reader"), method, ...names];
  return JSON.parse((await execa(python, args, clean(dir, env))).stdout) as Read;
}

/** The dotenvx command in a folder. */
export const dotenvx = async (
  dir: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<string> => {
  const main = join(projectRoot, "node_modules", "@dotenvx", "dotenvx", "src", "cli", "dotenvx.js");
  const options = { ...clean(dir, env), stdin: "ignore" as const };
  return (await execa("node", [main, ...args], options)).stdout;
};

/** What the dotenvx command gives an application in a folder. */
export async function dotenvxReads(
  dir: string,
  names: readonly string[],
  file = ".env",
): Promise<Read> {
  const all = JSON.parse(await dotenvx(dir, ["get", "-f", file, "--format", "json"])) as Read;
  return Object.fromEntries(
    names.flatMap((name) => (all[name] === undefined ? [] : [[name, fingerprint(all[name])]])),
  );
}

/** The command, literally, in a folder. It does not fail by its exit code. */
export const cli = (
  dir: string,
  args: readonly string[],
  {
    input = "",
    env = {},
    preload,
  }: { input?: string; env?: NodeJS.ProcessEnv; preload?: string } = {},
) =>
  execa(
    "node",
    [
      ...(preload === undefined ? [] : ["--require", preload]),
      join(projectRoot, "cli", "bin.mjs"),
      ...args,
    ],
    { ...clean(dir, env), input, reject: false, all: true },
  );
