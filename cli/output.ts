import { ConfigError } from "../infra/configError";

/** Exit codes: 0 done, 1 it failed, 2 it was called wrongly, 130 it was stopped (128 + SIGINT). */
export const exitCodes = { failed: 1, usage: 2, interrupted: 130 } as const;

/** Somebody stopped it: not a failure. */
export class Interrupted extends Error {}

/** Writes a result to stdout: as JSON for machines, else as text. */
export function result(value: unknown, text: string, asJson: boolean | undefined): void {
  process.stdout.write(
    asJson === true ? `${JSON.stringify(value, null, 2)}\n` : ensureNewline(text),
  );
}

/** Writes to stderr, which a pipe does not take. */
export const note = (text: string): void => {
  process.stderr.write(ensureNewline(text));
};

/** Tells what went wrong and sets the exit code. */
export function failure(error: unknown): void {
  note(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted) return exitCodes.interrupted;
  return error instanceof ConfigError ? exitCodes.usage : exitCodes.failed;
}

const ensureNewline = (text: string): string => (text.endsWith("\n") ? text : `${text}\n`);
