import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

// AES-256-GCM as dotenv-vault 1.26.2 and python-dotenv-vault 0.7.0 have it: nonce, ciphertext and tag in one base64.
// https://github.com/dotenv-org/python-dotenv-vault/blob/v0.7.0/src/dotenv_vault/main.py
const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/**
 * A text under a key, in base64.
 * @param key 32 bytes
 */
export function sealed(text: string, key: Buffer): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce);
  return Buffer.concat([
    nonce,
    cipher.update(text, "utf8"),
    cipher.final(),
    cipher.getAuthTag(),
  ]).toString("base64");
}

/** Whether it can be what `sealed` gives, under whichever key. */
export const isSealed = (text: string): boolean =>
  /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text) &&
  Buffer.from(text, "base64").length >= nonceBytes + tagBytes;

/** The text; undefined when it was sealed under another key, or changed since: nobody can tell these apart. */
export function unsealed(text: string, key: Buffer): string | undefined {
  const bytes = Buffer.from(text, "base64");
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  try {
    const clear = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
    return Buffer.concat([clear, decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}
