import { decrypt, derive, encrypt, encrypted, keypair, scan } from "@dotenvx/primitives";
import { StoreError } from "../errors";
import { appended, valuesOf } from "../files/envLines";
import { defaultEnvironment, keysFile, keysHeader } from "../files/environment";

const store = "dotenvx";

/** A file's public key and its variable; the private key's variable follows from it, as for dotenvx itself. */
export interface PublicKey {
  readonly variable: string;
  readonly privateVariable: string;
  readonly key: string;
}

/** The file's own public key: the first one, whatever its name. */
export function publicKeyOf(text: string): PublicKey | undefined {
  const values = valuesOf(text);
  const variable = Object.keys(values).find((name) => name.startsWith("DOTENV_PUBLIC_KEY"));
  return variable === undefined ? undefined : named(variable, values[variable] ?? "");
}

const named = (variable: string, key: string): PublicKey => ({
  ...{ variable, key },
  privateVariable: variable.replace("DOTENV_PUBLIC_KEY", "DOTENV_PRIVATE_KEY"),
});

/** The names of values in a file, without the public key. */
export const valueNames = (text: string): readonly string[] =>
  Object.keys(valuesOf(text)).filter((name) => !name.startsWith("DOTENV_PUBLIC_KEY"));

/**
 * The key under which a file's values are encrypted: the one that it declares, else that of the private key that is
 * there under the file's variable, else a new one.
 * @returns the private key too where it is new
 */
export function keyOf(
  declared: PublicKey | undefined,
  environment: string,
  keysText: string,
): { readonly publicKey: PublicKey; readonly fresh?: string } {
  if (declared !== undefined) return { publicKey: declared };
  const suffix = environment === defaultEnvironment ? "" : `_${environment.toUpperCase()}`;
  const variable = `DOTENV_PUBLIC_KEY${suffix}`;
  const known = linesOf(keysText, `DOTENV_PRIVATE_KEY${suffix}`)
    .flatMap(keysOf)
    .find((one) => derived(one) !== undefined);
  const pair = keypair(known);
  return {
    publicKey: named(variable, pair.publicKey),
    ...(known === undefined && { fresh: pair.privateKey }),
  };
}

/** The lines of private keys under one variable: dotenvx adds one for each file. */
export const linesOf = (keysText: string, variable: string): readonly string[] =>
  scan(keysText).parsed[variable] ?? [];

/** The private keys of a line: several with commas between them while one is replaced by another. */
export const keysOf = (line: string): readonly string[] =>
  line.split(",").flatMap((one) => (one.trim() === "" ? [] : [one.trim()]));

/** All private keys that a caller has, those of the environment first, as dotenvx looks for them. */
export const privateKeys = (keysText: string, env: NodeJS.ProcessEnv): readonly string[] =>
  [...Object.entries(env), ...Object.entries(scan(keysText).parsed)]
    .filter(([name]) => name.startsWith("DOTENV_PRIVATE_KEY"))
    .flatMap(([, value]) => [value ?? ""].flat().flatMap(keysOf));

/** The public key of a private one; undefined when it is none. */
export function derived(privateKey: string): string | undefined {
  try {
    return derive(privateKey);
  } catch {
    return undefined;
  }
}

/**
 * A value as it is to be used.
 * @param keys any private keys; the one that fits is taken
 * @throws StoreError `unauthenticated` when none fits, `damaged` when it is no ciphertext
 */
export function decrypted(name: string, raw: string, keys: readonly string[]): string {
  if (!encrypted(raw)) return raw;
  for (const key of keys) {
    try {
      return decrypt(key, raw);
    } catch {
      // Its text may quote what it was given: ours is below.
    }
  }
  throw new StoreError(
    "unauthenticated",
    store,
    `${name}: is not opened by ${keys.length === 0 ? "any key, as there is none" : "the keys that there are: made for another, or changed since"}`,
    `set the file's DOTENV_PRIVATE_KEY, or bring ${keysFile}`,
  );
}

/**
 * A value as it stands in the file. In single quotes, because dotenvx runs `$(…)` of any other value that it decrypts.
 */
export const encryptedLine = (publicKey: PublicKey, value: string): string =>
  `'${encrypt(publicKey.key, value)}'`;

/** A text under a public key: with its line at the top. */
export const withPublicKey = (text: string, { variable, key }: PublicKey): string => {
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  return [...header, `${variable}="${key}"`, "", text].join(end);
};

/** A .env.keys with a new private key. */
export const withPrivateKey = (
  keysText: string,
  { privateVariable }: PublicKey,
  key: string,
): string =>
  appended(keysText === "" ? appended("", keysHeader) : keysText, [`${privateVariable}=${key}`]);

const header = [
  "#/-------------------[DOTENV_PUBLIC_KEY]--------------------/",
  "#/            public-key encryption for .env files          /",
  "#/       [how it works](https://dotenvx.com/encryption)     /",
  "#/----------------------------------------------------------/",
];
