import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "dotenv";
import { isStoreError } from "../../stores/errors";
import { SecretValue } from "../../stores/secretValue";
import { stores } from "../../stores";
import { defaultEnvironment, isEnvironment, keysFile } from "../../stores/files/environment";
import { catalogKeys, guidePlace } from "../../stores/places";
import type { KeyStore, Place, StoreName } from "../../stores/store";
import { openTarget } from "../target";
import { isEnvFile } from "./envFiles";
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
 * The values that the caller has on this machine, where they can be read without asking anybody: `.env` and those of
 * environments, `.env.vault`, dotenvx and the keyring.
 * @param root the repository's top folder, in which the files are
 */
export async function ownValues(root: string): Promise<OwnValues> {
  const has = (file: string): boolean => existsSync(join(root, file));
  const places: Source[] = envFiles(root).flatMap((file) => ofEnvFile(root, file));
  if (has(".env.vault") && (process.env["DOTENV_KEY"] !== undefined || has(".env.keys"))) {
    places.push([".env.vault", () => stored("dotenv-vault", ".env.vault", root)]);
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

/** A place, and what reads it. */
type Source = readonly [place: string, read: () => Promise<readonly OwnValue[]>];

/** `.env` and those of environments. `.env.keys` opens values, and is compared by nobody: its form is known. */
const envFiles = (root: string): readonly string[] =>
  readdirSync(root).filter((name) => isEnvFile(name) && name !== keysFile);

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error("it cannot be read");

/** The values of a file in the clear, and those that dotenvx has encrypted in it. */
function ofEnvFile(root: string, file: string): readonly Source[] {
  let text: string;
  try {
    text = readFileSync(join(root, file), "utf8");
  } catch (error) {
    return [[file, () => Promise.reject(asError(error))]];
  }
  const environment = file === ".env" ? defaultEnvironment : file.slice(".env.".length);
  const name = file === ".env" ? "dotenvx" : `dotenvx in ${file}`;
  const inClear: Source = [file, () => Promise.resolve(plain(text, file))];
  return text.includes("encrypted:") && isEnvironment(environment)
    ? [inClear, [name, () => ofDotenvx(name, root, environment)]]
    : [inClear];
}

const plain = (text: string, where: string): readonly OwnValue[] =>
  Object.entries(parse(text))
    .filter(([name, value]) => secretName.test(name) && isWorth(value))
    .map(([key, value]) => ({ key, where, value: new SecretValue(value) }));

async function ofDotenvx(
  where: string,
  dir: string,
  environment: string,
): Promise<readonly OwnValue[]> {
  const env = { ...process.env, DOTENV_ENVIRONMENT: environment };
  const store = stores.dotenvx()({ env, dir, note: () => undefined });
  return valuesIn(
    store,
    catalogKeys.map((key) => guidePlace("dotenvx", key, env)),
    where,
  );
}

/** Neither a placeholder, nor a reference to another variable, nor what dotenvx encrypted. */
const isWorth = (value: string): boolean =>
  value.length >= shortest && !isPlaceholder(value) && !/^\$|^encrypted:/.test(value);

async function stored(name: StoreName, where: string, dir: string): Promise<readonly OwnValue[]> {
  const { store, places } = openTarget(name, { dir });
  return valuesIn(store, [...places.values()], where);
}

async function valuesIn(
  store: KeyStore,
  places: readonly Place[],
  where: string,
): Promise<readonly OwnValue[]> {
  try {
    const read = await Promise.all(
      places.map(async (place) => [place.key.env, await store.read(place)] as const),
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
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined) return `it cannot be read (${code})`;
  throw error;
}
