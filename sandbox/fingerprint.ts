import { createHash } from "node:crypto";

/**
 * The first 12 hex digits of a value's SHA-256: enough to tell two values apart, of no use for finding one, because
 * keys are long and random. Never used for anything that a person chose.
 */
export const fingerprint = (value: string): string =>
  createHash("sha256").update(value).digest("hex").slice(0, 12);
