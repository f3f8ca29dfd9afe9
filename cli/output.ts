import { CommanderError } from "commander";
import { ConfigError } from "../infra/configError";
import { isStoreError } from "../stores/errors";
import { exitCodes } from "./exitCodes";

/** Somebody stopped it: not a failure. */
export class Interrupted extends Error {}

/** It was called wrongly: what was given, what is allowed, and the fix. */
export class UsageError extends Error {}

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
  // Help that was asked for, or a wrong call: commander has told.
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage;
    return;
  }
  note(`error: ${messageOf(error)}`);
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted || isPromptEnd(error)) return exitCodes.interrupted;
  if (error instanceof ConfigError || error instanceof UsageError) return exitCodes.usage;
  return isStoreError(error, "uncertain") ? exitCodes.unknown : exitCodes.failed;
}

const messageOf = (error: unknown): string => {
  if (isPromptEnd(error)) return "stopped while it asked";
  return error instanceof Error ? error.message : String(error);
};

/** A store's own prompt was stopped. By name: the prompt's library takes long to load. */
const isPromptEnd = (error: unknown): boolean =>
  error instanceof Error && ["ExitPromptError", "AbortPromptError"].includes(error.name);

const ensureNewline = (text: string): string => (text.endsWith("\n") ? text : `${text}\n`);
