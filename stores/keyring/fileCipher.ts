import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from "node:crypto";

/**
 * The encryption of keyrings.alt's EncryptedKeyring, scheme `[PBKDF2] AES256.CFB`, version 1.0:
 * https://github.com/jaraco/keyrings.alt/blob/v5.0.2/keyrings/alt/file.py. It is weaker than what one would choose
 * today: 1000 rounds of PBKDF2 with SHA-1 (OWASP asks for 1 300 000), and nothing that tells a changed text.
 */
export const scheme = "[PBKDF2] AES256.CFB";
export const version = "1.0";

/** Rounds by default in Crypto.Protocol.KDF.PBKDF2, which is called without a number. */
const rounds = 1000;
/** What a right password brings to light before each value. */
const prefix = "pw:";

/** @returns the lines of the option's value */
export function sealed(password: string, text: string): readonly string[] {
  const salt = randomBytes(32);
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-cfb8", keyOf(password, salt), iv);
  const encrypted = Buffer.concat([cipher.update(prefix + text, "utf8"), cipher.final()]);
  const fields = { salt, IV: iv, password_encrypted: encrypted };
  const json = JSON.stringify(
    Object.fromEntries(
      Object.entries(fields).map(([name, bytes]) => [name, base64Lines(bytes).join("\n")]),
    ),
  );
  return ["", ...base64Lines(Buffer.from(json))];
}

/**
 * The text again; undefined when the password is another.
 * @throws when it is not of this form
 */
export function unsealed(password: string, value: string): string | undefined {
  const fields = JSON.parse(Buffer.from(value, "base64").toString("utf8")) as Readonly<
    Record<string, string>
  >;
  const [salt, iv, encrypted] = ["salt", "IV", "password_encrypted"].map((name) =>
    Buffer.from(fields[name] ?? "", "base64"),
  ) as [Buffer, Buffer, Buffer];
  if (salt.length === 0 || iv.length !== 16) throw new Error("a field is missing");
  const decipher = createDecipheriv("aes-256-cfb8", keyOf(password, salt), iv);
  const bytes = Buffer.concat([decipher.update(encrypted), decipher.final()]);
  if (bytes.subarray(0, prefix.length).toString("latin1") !== prefix) return undefined;
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
    bytes.subarray(prefix.length),
  );
}

/** Passwords are Latin-1 there, which has no more than the first 256 characters: Cryptodome/Util/py3compat.py, `tobytes`. */
export const isLatin1 = (password: string): boolean => !/[^\u0000-\u00ff]/.test(password);

const keyOf = (password: string, salt: Buffer): Buffer =>
  pbkdf2Sync(Buffer.from(password, "latin1"), salt, rounds, 32, "sha1");

/** In lines of 76 characters, as Python's base64.encodebytes breaks them. */
const base64Lines = (bytes: Buffer): readonly string[] =>
  bytes.toString("base64").match(/.{1,76}/g) ?? [];
