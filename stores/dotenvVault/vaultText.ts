import { StoreError } from "../errors";
import { appended, valuesOf, withValue } from "../files/envLines";
import { keysHeader } from "../files/environment";
import { isSealed, sealed, unsealed } from "./cipher";
import { keyVariable, vaultVariable, type DotenvKey } from "./dotenvKey";

const store = "dotenv-vault";

/** The file of dotenv-vault, in the working directory. */
export const vaultFile = ".env.vault";

/** An environment's text, and the key that opened it. */
export interface Opened {
  readonly text: string;
  readonly key: DotenvKey;
}

/** Whether a .env.vault has an environment. */
export const hasEnvironment = (vaultText: string, environment: string): boolean =>
  (valuesOf(vaultText)[vaultVariable(environment)] ?? "") !== "";

/**
 * Opens the environment of a .env.vault by the first of some keys that fits.
 * @returns undefined where none of their environments is in the vault
 * @throws StoreError `unauthenticated` when no key fits, `damaged` when it is no ciphertext at all
 */
export function openVault(vaultText: string, keys: readonly DotenvKey[]): Opened | undefined {
  const values = valuesOf(vaultText);
  const there = keys.filter(({ environment }) => hasEnvironment(vaultText, environment));
  for (const key of there) {
    const ciphertext = values[vaultVariable(key.environment)] ?? "";
    if (!isSealed(ciphertext)) {
      throw new StoreError(
        "damaged",
        store,
        `${vaultFile}: ${vaultVariable(key.environment)} is not what dotenv-vault writes`,
        "bring the file back from git, or encrypt it anew",
      );
    }
    const text = unsealed(ciphertext, key.bytes());
    if (text !== undefined) return { text, key };
  }
  const [first] = there;
  if (first === undefined) return undefined;
  throw new StoreError(
    "unauthenticated",
    store,
    `${vaultFile}: ${vaultVariable(first.environment)} is not opened by the ${there.length === 1 ? "key" : "keys"} that there ${there.length === 1 ? "is" : "are"}: made for another file, or the file was changed`,
    `set DOTENV_KEY to the present ${keyVariable(first.environment)} of whoever encrypted it, or bring ${vaultFile} back from git`,
  );
}

/** The vault with an environment's text in place of the one that it had. */
export function withEnvironment(vaultText: string, text: string, key: DotenvKey): string {
  const start = vaultText === "" ? appended("", vaultHeader) : vaultText;
  const variable = vaultVariable(key.environment);
  const titled = hasEnvironment(start, key.environment)
    ? start
    : appended(start, ["", `# ${key.environment}`]);
  return withValue(titled, variable, `"${sealed(text, key.bytes())}"`, store);
}

/** A .env.keys with an environment's keys: the first is the present one, another may still be in use. */
export function withKeys(keysText: string, keys: readonly [DotenvKey, ...DotenvKey[]]): string {
  const start = keysText === "" ? appended("", keysHeader) : keysText;
  const variable = keyVariable(keys[0].environment);
  return withValue(start, variable, `"${keys.map((key) => key.reveal()).join(",")}"`, store);
}

const vaultHeader = [
  "# Values of each environment, encrypted as one text: AES-256-GCM, as dotenv-vault does.",
  "# May be committed. Written by promptsentinel-secrets; its keys are in .env.keys.",
];
