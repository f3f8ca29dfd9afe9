import { StoreError } from "../errors";
import { environmentOf, keysFile } from "../files/environment";
import { DotenvKey, keysIn } from "./dotenvKey";
import { hasEnvironment, openVault, vaultFile, type Opened } from "./vaultText";

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
