import { join } from "node:path";
import { quoted } from "../files/envLines";
import { keysFile } from "../files/environment";
import { readText, type FileText, type Folder } from "../files/folder";
import { linesStore, type Edit } from "../files/linesStore";
import type { OpenOptions, OpenStore } from "../store";
import { openedIn, opening } from "./access";
import { vaultFile } from "./vaultText";

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
  const { text = "", madeKey, save } = openedIn(folder, env);
  if (madeKey) await folder.requireUncommitted(keysFile);
  return { text, encode: (name, value) => quoted(name, value, store), save };
}
