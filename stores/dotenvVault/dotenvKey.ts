import { randomBytes } from "node:crypto";
import { StoreError } from "../errors";
import { valuesOf } from "../files/envLines";
import { isEnvironment, keysFile } from "../files/environment";

/** A DOTENV_KEY: of which environment, and the key of its cipher. It prints nothing of itself. */
export class DotenvKey {
  readonly #uri: string;

  private constructor(
    uri: string,
    /** In lower case, as `development` or `production`. */
    readonly environment: string,
  ) {
    this.#uri = uri;
  }

  /** A new random one. */
  static make(environment: string): DotenvKey {
    const key = randomBytes(32).toString("hex");
    return new DotenvKey(
      `dotenv://:key_${key}@dotenv.org/vault/.env.vault?environment=${environment}`,
      environment,
    );
  }

  /**
   * Those of a variable, which may have several with commas between them: the first that fits is taken.
   * @param where the variable, for messages
   * @throws StoreError `unauthenticated`, without anything of the key
   */
  static all(text: string, where: string): readonly DotenvKey[] {
    return text.split(",").map((one) => {
      const uri = URL.canParse(one.trim()) ? new URL(one.trim()) : undefined;
      const environment = uri?.searchParams.get("environment")?.toLowerCase() ?? "";
      if (/[0-9a-f]{64}$/i.test(uri?.password ?? "") && isEnvironment(environment)) {
        return new DotenvKey(one.trim(), environment);
      }
      throw new StoreError(
        "unauthenticated",
        "dotenv-vault",
        `${where}: is no key of dotenv-vault; expected: dotenv://:key_<64 hex digits>@dotenv.org/vault/.env.vault?environment=<name>`,
        `copy it whole from ${keysFile}`,
      );
    });
  }

  /** The key of the cipher: the last 64 hex digits. */
  bytes(): Buffer {
    return Buffer.from(new URL(this.#uri).password.slice(-64), "hex");
  }

  /** As it stands in .env.keys and in DOTENV_KEY. */
  reveal(): string {
    return this.#uri;
  }

  toJSON(): string {
    return `(key of ${this.environment})`;
  }
}

/** The variable of .env.keys with an environment's keys. */
export const keyVariable = (environment: string): string =>
  `DOTENV_KEY_${environment.toUpperCase()}`;

/** The variable of .env.vault with an environment's text. */
export const vaultVariable = (environment: string): string =>
  `DOTENV_VAULT_${environment.toUpperCase()}`;

/** An environment's keys of a .env.keys. */
export function keysIn(keysText: string, environment: string): readonly DotenvKey[] {
  const variable = keyVariable(environment);
  const text = valuesOf(keysText)[variable] ?? "";
  return text === "" ? [] : DotenvKey.all(text, `${keysFile}: ${variable}`);
}
