import { readFileSync, statSync } from "node:fs";
import { StoreError } from "../errors";
import { SecretValue } from "../secretValue";
import type { OpenOptions } from "../store";
import { isLatin1 } from "./fileCipher";
import { askHidden, isStopped } from "./hiddenPrompt";

/** Names a file that holds the password of the encrypted file, or a descriptor as /dev/fd/3. */
export const passwordFileVariable = "PROMPTSENTINEL_KEYRING_PASSWORD_FILE";

/**
 * The password of the encrypted file: from the file that the environment names, else from a hidden prompt, asked twice
 * where the file is new. Never from a variable itself: children and crash reports have those.
 * @throws StoreError `unauthenticated` when there is none to be had; the prompt's own error when it was stopped
 */
export async function filePassword(
  { env, asking = (ask) => ask() }: Pick<OpenOptions, "env" | "asking">,
  file: string,
  isNew: boolean,
): Promise<SecretValue> {
  const named = env[passwordFileVariable];
  const password = named ? fromFile(named) : await asking(() => fromPrompt(file, isNew));
  // As Python refuses it.
  if (password.trim() === "") throw none("the password of the encrypted keyring is blank");
  if (!isLatin1(password)) {
    throw none(
      "the password of the encrypted keyring has characters beyond Latin-1, with which Python cannot open the file",
      "take another password",
    );
  }
  return new SecretValue(password);
}

function fromFile(named: string): string {
  try {
    const { mode } = statSync(named);
    const isFile = (mode & 0o170000) === 0o100000;
    if (isFile && process.platform !== "win32" && (mode & 0o077) !== 0) {
      throw none(`${named}: others may read it`, `run \`chmod 600 ${named}\``);
    }
    return readFileSync(named, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? "failed";
    throw none(`${passwordFileVariable}: the file that it names cannot be read (${code})`);
  }
}

async function fromPrompt(file: string, isNew: boolean): Promise<string> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw none("the encrypted keyring needs its password, and there is no terminal to ask at");
  }
  try {
    const first = await askHidden(`Password of the ${isNew ? "new " : ""}keyring file ${file}:`);
    if (isNew && (await askHidden("The same once more:")) !== first) {
      throw none("the two passwords are not the same", "run it again");
    }
    return first;
  } catch (error) {
    // Whoever stopped it did not fail.
    if (error instanceof StoreError || isStopped(error)) throw error;
    throw none("the password was not given");
  }
}

const none = (
  what: string,
  fix = `give it at a terminal, or by a file of mode 0600 that ${passwordFileVariable} names (/dev/fd/3 for a descriptor)`,
): StoreError => new StoreError("unauthenticated", "keyring", what, fix);
