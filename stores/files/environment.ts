import { StoreError } from "../errors";
import type { StoreName } from "../store";

/** The environment where none is named: what dotenv-vault and dotenvx take a file `.env` for. */
export const defaultEnvironment = "development";

/** The file with the keys of dotenv-vault and of dotenvx, each under names of its own. Never committed. */
export const keysFile = ".env.keys";

/** Whether it can be a part of a variable's name. */
export const isEnvironment = (text: string): boolean => /^[a-z][a-z0-9_]*$/.test(text);

/**
 * Which environment's file or text it is about: DOTENV_ENVIRONMENT. @default development
 * @throws StoreError when it cannot be one's name
 */
export function environmentOf(env: NodeJS.ProcessEnv, store: StoreName): string {
  const named = (env["DOTENV_ENVIRONMENT"] || defaultEnvironment).toLowerCase();
  if (isEnvironment(named)) return named;
  throw new StoreError(
    "missing",
    store,
    `DOTENV_ENVIRONMENT: got ${JSON.stringify(named)}; expected: a-z, 0-9 and _, a letter first`,
    "name an environment, as development or production",
  );
}

/** An environment's file by the convention of both: `.env`, or `.env.<environment>` for all others. */
export const environmentFile = (environment: string): string =>
  environment === defaultEnvironment ? ".env" : `.env.${environment}`;

/** What a `.env.keys` begins with. */
export const keysHeader: readonly string[] = [
  "# Keys of encrypted files. Whoever has one reads all values of its environment.",
  "# Never commit this file. A deployment gets one of them: DOTENV_KEY for dotenv-vault,",
  "# DOTENV_PRIVATE_KEY or DOTENV_PRIVATE_KEY_<ENVIRONMENT> for dotenvx.",
];
