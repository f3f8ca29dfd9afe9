import { join } from "node:path";
import { encryptFile } from "../../stores/dotenvVault/encrypt";
import { keyVariable } from "../../stores/dotenvVault/dotenvKey";
import { vaultFile } from "../../stores/dotenvVault/vaultText";
import { keysFile } from "../../stores/files/environment";
import { gitState } from "../../stores/files/git";
import type { EncryptOptions } from "../definitions/dotenv";
import { dotenvFolder, environmentNamed } from "../dotenvFolder";
import { result } from "../output";

/** Encrypts a plain file into an environment of `.env.vault`. */
export async function encrypt({
  path,
  environment: name,
  from,
  prune,
  json,
}: EncryptOptions): Promise<void> {
  const folder = dotenvFolder(path);
  const environment = environmentNamed(name);
  const encrypted = await encryptFile({ ...folder, environment, from, prune });
  const file = join(folder.dir, vaultFile);
  const { names, outcome, madeKey, pruned } = encrypted;
  const text = [
    outcome === "present"
      ? `${file}: ${environment} has just this already; it is as it was`
      : `${file}: ${environment} has ${names.join(", ")}`,
    ...(pruned.length > 0 ? [`let go of: ${pruned.join(", ")}`] : []),
    ...(madeKey
      ? [`its key is new: ${keyVariable(environment)} in ${join(folder.dir, keysFile)}`]
      : []),
    `${encrypted.from} has the values in the clear still: remove it once ${vaultFile} is read`,
    ...((await gitState(file, "dotenv-vault")) === "ignored"
      ? [`git ignores ${vaultFile}; to commit it, add the line \`!${vaultFile}\` to .gitignore`]
      : []),
  ];
  result({ file, environment, ...encrypted }, text.join("\n"), json);
}
