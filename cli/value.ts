import { createReadStream } from "node:fs";
import tty from "node:tty";
import type { Readable } from "node:stream";
import { SecretValue } from "../stores/secretValue";
import { UsageError } from "./output";
import { askHidden, atTerminal } from "./prompt";

/**
 * Bytes of the longest value, which is what the narrowest of the shared containers takes:
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
export const maxValueBytes = 65_536;

/** Where a value comes from: never from an argument, which every process of the machine can see. */
export type ValueSource =
  { readonly from: "prompt" } | { readonly from: "fd"; readonly fd: number };

export interface ValueOptions {
  readonly stdin?: boolean | undefined;
  /** As it was typed. */
  readonly fd?: string | undefined;
  /** The option of a wiring document, for which stdin may be taken. */
  readonly file?: string | undefined;
}

/**
 * Where a value is to come from.
 * @throws UsageError when there is no such place, or more than one
 */
export function valueSource({ stdin, fd, file }: ValueOptions): ValueSource {
  if (stdin === true && fd !== undefined) {
    throw new UsageError("value: got --stdin and --fd; allowed: one of them; fix: leave one out");
  }
  if (fd !== undefined && !/^\d{1,4}$/.test(fd)) {
    throw new UsageError("--fd: is no number of a file descriptor; fix: `--fd 3 3< <(command)`");
  }
  const number = fd === undefined ? (stdin === true ? 0 : undefined) : Number(fd);
  if (file === "-" && (number === undefined || number === 0)) {
    throw new UsageError(
      "value: stdin is the wiring document's by --file -; fix: give the value by --fd 3, or the document as a file",
    );
  }
  if (number !== undefined && showsTyping(number)) {
    throw new UsageError(
      "value: that is a terminal, which would show what is typed; fix: leave --stdin and --fd out for the hidden prompt",
    );
  }
  if (number !== undefined) return { from: "fd", fd: number };
  if (atTerminal()) return { from: "prompt" };
  throw new UsageError(
    "value: there is no terminal to ask at; fix: give it by --stdin, or by --fd <n>, from a command that prints it",
  );
}

const showsTyping = (fd: number): boolean => (fd === 0 ? process.stdin.isTTY : tty.isatty(fd));

/**
 * Reads a value. One line end at its end is not a part of it.
 * @param what names the value to whoever is asked
 * @throws UsageError when it cannot be read, is too long or no text; nothing of it is in the message
 */
export const readValue = (source: ValueSource, what: string): Promise<SecretValue> =>
  source.from === "prompt"
    ? askHidden(`${what} (not shown as you type):`)
    : readText(source.fd === 0 ? process.stdin : open(source.fd), source.fd);

const open = (fd: number): Readable => createReadStream("", { fd, autoClose: false });

async function readText(stream: Readable, fd: number): Promise<SecretValue> {
  const bytes = await allOf(stream, fd);
  const text = decoded(bytes);
  return new SecretValue(text.replace(/\r?\n$/, ""));
}

async function allOf(stream: Readable, fd: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxValueBytes + 2) break;
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "it failed";
    throw new UsageError(
      `value: file descriptor ${String(fd)} cannot be read (${code}); fix: open it, for example \`--fd 3 3< <(command)\``,
    );
  }
  if (size > maxValueBytes + 2) {
    throw new UsageError(
      `value: is longer than any key; allowed: ${String(maxValueBytes)} bytes; fix: give the key alone`,
    );
  }
  return Buffer.concat(chunks);
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UsageError("value: is no text in UTF-8; fix: give the key as it was issued");
  }
}
