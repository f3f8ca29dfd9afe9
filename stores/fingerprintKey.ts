import { createHmac, randomBytes } from "node:crypto";
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { SecretValue } from "./secretValue";

/** Where the key of fingerprints is: https://specifications.freedesktop.org/basedir-spec/latest/ */
export const fingerprintKeyFile = (env: NodeJS.ProcessEnv = process.env): string =>
  join(
    env["XDG_STATE_HOME"] || join(env["HOME"] || homedir(), ".local", "state"),
    "promptsentinel-secrets",
    "fingerprint.key",
  );

/**
 * Fingerprints of this user on this machine: the first 12 hex digits of HMAC-SHA-256 under a random key of 0600, made
 * at the first use. They tell whether two values are the same, and mean nothing anywhere else, so that a fingerprint
 * in a log or a ticket cannot be tried against guesses.
 * @throws when the file is there and is no key, or others may read it
 */
export function fingerprinter(file: string = fingerprintKeyFile()): (value: SecretValue) => string {
  const key = loadOrMake(file);
  return (value) => createHmac("sha256", key).update(value.reveal()).digest("hex").slice(0, 12);
}

function loadOrMake(file: string): Buffer {
  return load(file) ?? make(file);
}

function load(file: string): Buffer | undefined {
  let key: Buffer;
  try {
    key = readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  if (key.length !== 32) {
    throw new Error(`${file}: is no key of fingerprints; fix: remove it, a new one is made`);
  }
  if (process.platform !== "win32" && (statSync(file).mode & 0o077) !== 0) {
    throw new Error(`${file}: others may read it; fix: remove it, a new one is made`);
  }
  return key;
}

/** Whole or not at all, and the first of two at the same time wins. */
function make(file: string): Buffer {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  writeFileSync(draft, randomBytes(32), { mode: 0o600, flag: "wx" });
  chmodSync(draft, 0o600);
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    unlinkSync(draft);
  }
  const key = load(file);
  if (key === undefined)
    throw new Error(`${file}: was removed while it was made; fix: run it again`);
  return key;
}
