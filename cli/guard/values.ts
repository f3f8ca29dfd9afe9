import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "dotenv";
import { isStoreError } from "../../stores/errors";
import { SecretValue } from "../../stores/secretValue";
import type { StoreName } from "../../stores/store";
import { openTarget } from "../target";
import { isPlaceholder } from "./placeholder";
import { whyAsking } from "./quietKeyring";

/** A value of the caller's own, in memory. */
export interface OwnValue {
  /** Its variable. */
  readonly key: string;
  /** Where the caller has it, in words. */
  readonly where: string;
  readonly value: SecretValue;
}

/** What there was to compare with. */
export interface OwnValues {
  readonly values: readonly OwnValue[];
  /** By place: how many values, or why none could be read. */
  readonly compared: Readonly<Record<string, number | string>>;
}

/** A variable that holds a secret, by its name. */
const secretName = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$/;

/** Shorter ones are words, and are found everywhere. */
const shortest = 8;

/**
 * The values that the caller has on this machine, where they can be read without asking anybody: `.env`, `.env.vault`,
 * dotenvx and the keyring.
 * @param root the repository's top folder, in which the files are
 */
export async function ownValues(root: string): Promise<OwnValues> {
  const has = (file: string): boolean => existsSync(join(root, file));
  const text = has(".env") ? readFileSync(join(root, ".env"), "utf8") : undefined;
  const places: [string, () => Promise<readonly OwnValue[]>][] = [];
  if (text !== undefined) {
    places.push([".env", () => Promise.resolve(plain(text))]);
  }
  if (has(".env.vault") && (process.env["DOTENV_KEY"] !== undefined || has(".env.keys"))) {
    places.push([".env.vault", () => stored("dotenv-vault", ".env.vault", root)]);
  }
  if (text?.includes("encrypted:") === true) {
    places.push(["dotenvx", () => stored("dotenvx", "dotenvx", root)]);
  }
  places.push(["keyring", () => fromKeyring(root)]);
  const found = await Promise.all(
    places.map(async ([name, read]) => [name, await read().catch(reason)] as const),
  );
  return {
    values: found.flatMap(([, values]) => (typeof values === "string" ? [] : values)),
    compared: Object.fromEntries(
      found.map(([name, values]) => [name, typeof values === "string" ? values : values.length]),
    ),
  };
}

const plain = (text: string): readonly OwnValue[] =>
  Object.entries(parse(text))
    .filter(([name, value]) => secretName.test(name) && isWorth(value))
    .map(([key, value]) => ({ key, where: ".env", value: new SecretValue(value) }));

/** Neither a placeholder, nor a reference to another variable, nor what dotenvx encrypted. */
const isWorth = (value: string): boolean =>
  value.length >= shortest && !isPlaceholder(value) && !/^\$|^encrypted:/.test(value);

async function stored(name: StoreName, where: string, dir: string): Promise<readonly OwnValue[]> {
  const { store, places } = openTarget(name, { dir });
  try {
    const read = await Promise.all(
      [...places.values()].map(async (place) => [place.key.env, await store.read(place)] as const),
    );
    return read.flatMap(([key, value]) =>
      value !== undefined && isWorth(value.reveal()) ? [{ key, where, value }] : [],
    );
  } finally {
    await store.close();
  }
}

async function fromKeyring(root: string): Promise<readonly OwnValue[]> {
  const why = await whyAsking(process.env);
  if (why !== undefined) throw new NotAsked(why);
  return stored("keyring", "the keyring", root);
}

/** It was left alone, because it would ask somebody. */
class NotAsked extends Error {}

/** A store that cannot be read is told, and stops no commit. */
function reason(error: unknown): string {
  if (isStoreError(error)) return error.what;
  if (error instanceof NotAsked) return error.message;
  throw error;
}
