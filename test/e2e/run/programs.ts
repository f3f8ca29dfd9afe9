import { join } from "node:path";
import execa, { type ExecaChildProcess } from "execa";
import { cleanEnv, commandLine } from "../support/command";
import { envFile, newValues, variables } from "../secrets/values";
import { writeFile } from "node:fs/promises";

/** A command that prints fingerprints of the keys that it has, by variable, as JSON; never a value. */
export const printKeys = [
  process.execPath,
  "-e",
  `const { createHash } = require("node:crypto");
   const print = (value) => createHash("sha256").update(value).digest("hex").slice(0, 12);
   const keys = Object.entries(process.env).filter(([name]) => /_(API_KEY|TOKEN|PASSWORD)$/.test(name));
   console.log(JSON.stringify(Object.fromEntries(keys.map(([name, value]) => [name, value && print(value)]))));`,
] as const;

/** A command that prints the names of its variables as JSON, never their values. */
export const printNames = [
  process.execPath,
  "-e",
  "console.log(JSON.stringify(Object.keys(process.env)))",
] as const;

/** Where a command notes the signals that it hears, one a line. */
export const heard = "heard.txt";

/**
 * A command that says `ready`, notes each signal in a file of its folder, and ends with 7 when its stdin ends.
 * @param signals which it listens to
 * @param forMs it ends after that time, whatever its stdin does
 */
export const listenTo = (
  signals: readonly string[],
  { forMs }: { readonly forMs?: number } = {},
): readonly string[] => [
  process.execPath,
  "-e",
  `const { appendFileSync } = require("node:fs");
   for (const signal of ${JSON.stringify(signals)})
     process.on(signal, () => appendFileSync("${heard}", signal + "\\n"));
   ${
     forMs === undefined
       ? 'process.stdin.on("end", () => process.exit(7)).resume();'
       : `setTimeout(() => process.exit(7), ${String(forMs)});`
   }
   console.log("ready " + process.pid);`,
];

/** A folder's `.env` with new values of all keys. */
export async function withDotenv(folder: string): Promise<ReturnType<typeof newValues>> {
  const values = newValues();
  await writeFile(join(folder, ".env"), envFile(values), { mode: 0o600 });
  return values;
}

/** Of the application's keys, by variable. */
export const ofApp = (values: ReturnType<typeof newValues>): Record<string, string> =>
  Object.fromEntries(
    (["anthropic", "openai", "gemini"] as const).map((key) => [variables[key], values[key]]),
  );

/** A command that was started and has said that it is ready, by its process and its command's. */
export interface Started {
  readonly child: ExecaChildProcess;
  readonly pid: number;
  readonly commandPid: number;
}

/** Starts `run` in a session without a terminal, and waits until its command is ready. */
export async function startRun(
  folder: string,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const child = execa(commandLine[0], [commandLine[1], "run", "--", ...command], {
    ...{ cwd: folder, reject: false, extendEnv: false, detached: true },
    env: { ...cleanEnv(folder), ...env },
  });
  const commandPid = await new Promise<number>((resolve, reject) => {
    let said = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      const ready = /ready (\d+)/.exec(said);
      if (ready) resolve(Number(ready[1]));
    });
    void child.then(({ stderr }) => {
      reject(new Error(`it ended: ${stderr}`));
    });
  });
  if (child.pid === undefined) throw new Error("it has no process");
  return { child, pid: child.pid, commandPid };
}

/** A record without some of its members. */
export const without = <Value>(
  record: Readonly<Record<string, Value>>,
  ...names: readonly string[]
): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
