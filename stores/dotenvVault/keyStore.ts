import { join } from "node:path";
import { quoted } from "../files/envLines";
import { environmentOf, keysFile } from "../files/environment";
import { readText, type FileText, type Folder } from "../files/folder";
import { linesStore, type Edit } from "../files/linesStore";
import type { OpenOptions, OpenStore } from "../store";
import { keysFor, opening } from "./access";
import { DotenvKey } from "./dotenvKey";
import { vaultFile, withEnvironment, withKeys } from "./vaultText";

const store = "dotenv-vault";

/**
 * `.env.vault`: one ciphertext an environment, readable by python-dotenv-vault. Its key is DOTENV_KEY from the
 * environment, or the one of `.env.keys` for the environment that DOTENV_ENVIRONMENT names. @default development
 * The first write makes a key. The time of a value is the file's.
 */
export const open: OpenStore = (options) => {
  const address = join(options.dir, vaultFile);
  return linesStore(
    {
      ...{ name: store, address },
      decode: (_, raw) => raw,
      load: () => Promise.resolve(load(options)),
      writtenAt: () => readText(address, store)?.writtenAt,
      edit: (folder) => edit(folder, options.env),
    },
    options,
  );
};

/** How often a read is made anew when a key was just replaced by another. */
const tries = 3;

/** The vault before its keys: a rotation writes the keys first. */
function load(options: OpenOptions, left = tries): FileText | undefined {
  const vault = readText(join(options.dir, vaultFile), store);
  if (vault === undefined) return undefined;
  const keysText = readText(join(options.dir, keysFile), store)?.text ?? "";
  try {
    const opened = opening(vault.text, keysText, options.env);
    return opened && { text: opened.text, writtenAt: vault.writtenAt };
  } catch (error) {
    if (left <= 1) throw error;
    return load(options, left - 1);
  }
}

async function edit(folder: Folder, env: NodeJS.ProcessEnv): Promise<Edit> {
  const vaultText = folder.read(vaultFile);
  const keysText = folder.read(keysFile);
  const opened = opening(vaultText, keysText, env);
  const [known] = keysFor(keysText, env);
  const key = opened?.key ?? known ?? DotenvKey.make(environmentOf(env, store));
  if (opened === undefined && known === undefined) await folder.requireUncommitted(keysFile);
  return {
    text: opened?.text ?? "",
    encode: (name, value) => quoted(name, value, store),
    async save(text) {
      if (opened === undefined && known === undefined) {
        await folder.replace(keysFile, withKeys(keysText, [key]), { isPrivate: true });
      }
      await folder.replace(vaultFile, withEnvironment(vaultText, text, key), { isPrivate: false });
    },
  };
}
