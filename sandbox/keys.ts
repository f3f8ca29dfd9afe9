import { randomBytes } from "node:crypto";
import password from "@inquirer/password";
import type { Key } from "../infra/environment";

/** Where the values of the keys come from: made up for this run, the user's environment, or the user's keyboard. */
export const keySources = ["demo", "env", "prompt"] as const;
export type KeySource = (typeof keySources)[number];

/** A value for each key, by catalogue id. It stays in memory: what is shown of it is a fingerprint. */
export type KeyValues = ReadonlyMap<string, string>;

/**
 * Values from a source. With `env`, a key whose variable is not set gets a made-up value; so does an empty answer.
 * @throws when a given value has not the key's form; the value is not in the message
 */
export async function keyValues(keys: readonly Key[], source: KeySource): Promise<KeyValues> {
  const values = new Map<string, string>();
  for (const key of keys) {
    const given = await givenValue(key, source);
    if (given && !key.pattern.test(given)) {
      throw new Error(
        `${key.env}: the given value has not the form of this key (${String(key.pattern)}); it was not used; fix: give another, or leave it out for a made-up one`,
      );
    }
    values.set(key.id, given || madeUp(key));
  }
  return values;
}

const givenValue = (key: Key, source: KeySource): Promise<string> | string => {
  if (source === "env") return process.env[key.env]?.trim() ?? "";
  if (source === "prompt") {
    // Nothing is echoed, not even the length. https://www.npmjs.com/package/@inquirer/password
    return password(
      { message: `${key.env} (empty for a made-up value)` },
      { output: process.stderr },
    );
  }
  return "";
};

/** A random value of the key's form: it opens nothing anywhere. */
export function madeUp(key: Key): string {
  const random = randomBytes(32);
  const forms = [
    random.toString("hex"),
    `sk-${random.toString("hex")}`,
    `sk-ant-${random.toString("hex")}`,
    // A Fernet key: 32 bytes, url-safe, padded.
    random.toString("base64url").padEnd(44, "="),
  ];
  const form = forms.find((text) => key.pattern.test(text));
  if (form !== undefined) return form;
  throw new Error(
    `${key.env}: no made-up value has its form ${String(key.pattern)}; add one to sandbox/keys.ts`,
  );
}
