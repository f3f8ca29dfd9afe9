import { StoreError } from "../errors";
import { environmentOf, keysFile } from "../files/environment";
import type { Folder } from "../files/folder";
import { DotenvKey, keysIn } from "./dotenvKey";
import {
  hasEnvironment,
  openVault,
  vaultFile,
  withEnvironment,
  withKeys,
  type Opened,
} from "./vaultText";

const store = "dotenv-vault";

/**
 * The keys that a caller has: DOTENV_KEY, which names its own environment and comes first as for every reader, else
 * those of `.env.keys` for the environment that DOTENV_ENVIRONMENT names.
 * @throws StoreError when one is no key
 */
export function keysFor(keysText: string, env: NodeJS.ProcessEnv): readonly DotenvKey[] {
  const given = env["DOTENV_KEY"] ?? "";
  return given === ""
    ? keysIn(keysText, environmentOf(env, store))
    : DotenvKey.all(given, "DOTENV_KEY");
}

/**
 * Opens the caller's environment of a vault.
 * @returns undefined where the vault has no such environment
 * @throws StoreError when there is no key, or none fits
 */
export function opening(
  vaultText: string,
  keysText: string,
  env: NodeJS.ProcessEnv,
): Opened | undefined {
  const keys = keysFor(keysText, env);
  if (keys.length > 0) return openVault(vaultText, keys);
  const environment = environmentOf(env, store);
  if (!hasEnvironment(vaultText, environment)) return undefined;
  throw new StoreError(
    "unauthenticated",
    store,
    `${vaultFile}: there is no key for ${environment}, neither as DOTENV_KEY nor in ${keysFile}`,
    `set DOTENV_KEY, or bring ${keysFile}`,
  );
}

/** A vault and its keys, of which one environment is opened to be changed. */
export interface OpenVault {
  /** The environment's text; undefined where the vault has no such environment. */
  readonly text: string | undefined;
  /** Whether there is no key yet: then `save` writes one to `.env.keys` first. */
  readonly madeKey: boolean;
  readonly save: (text: string) => Promise<void>;
}

/**
 * Opens the caller's environment of a folder's vault to be changed: under the key that it has, else the caller's, else
 * a new one.
 * @throws StoreError as `opening` does
 */
export function openedIn(folder: Folder, env: NodeJS.ProcessEnv): OpenVault {
  const vaultText = folder.read(vaultFile);
  const keysText = folder.read(keysFile);
  const opened = opening(vaultText, keysText, env);
  const known = opened?.key ?? keysFor(keysText, env)[0];
  const key = known ?? DotenvKey.make(environmentOf(env, store));
  return {
    text: opened?.text,
    madeKey: known === undefined,
    async save(text) {
      if (known === undefined) {
        await folder.replace(keysFile, withKeys(keysText, [key]), { isPrivate: true });
      }
      await folder.replace(vaultFile, withEnvironment(vaultText, text, key), { isPrivate: false });
    },
  };
}

/**
 * What a command about one environment sees: DOTENV_KEY counts only where it is of that environment, because a shell
 * may have another's.
 */
export function envFor(environment: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const given = env["DOTENV_KEY"] ?? "";
  const mine =
    given === ""
      ? []
      : DotenvKey.all(given, "DOTENV_KEY").filter((key) => key.environment === environment);
  return {
    DOTENV_ENVIRONMENT: environment,
    ...(mine.length > 0 && { DOTENV_KEY: mine.map((key) => key.reveal()).join(",") }),
  };
}
