import { join } from "node:path";
import { StoreError } from "../errors";
import { quoted, valuesOf } from "../files/envLines";
import { readText } from "../files/folder";
import { linesStore } from "../files/linesStore";
import type { OpenStore } from "../store";

/** The file, in the working directory: the guide's `dotenv.load_dotenv()`. */
export const dotenvFile = ".env";

const store = "dotenv";

/**
 * The plain `.env`: readable by dotenv, python-dotenv and Compose. A write changes the lines of one name and keeps all
 * others, is refused where git would take the file along, and leaves a file of 0600. The time of a value is the file's.
 */
export const open: OpenStore = (options) => {
  const address = join(options.dir, dotenvFile);
  return linesStore(
    {
      ...{ name: store, address, decode },
      load: () => Promise.resolve(readText(address, store)),
      writtenAt: () => readText(address, store)?.writtenAt,
      async edit(folder) {
        await folder.requireUncommitted(dotenvFile);
        const text = folder.read(dotenvFile);
        refuseEncrypted(text, address);
        return {
          text,
          encode: (name, value) => quoted(name, value, store),
          save: (changed) => folder.replace(dotenvFile, changed, { isPrivate: true }),
        };
      },
    },
    options,
  );
};

/** What dotenvx has encrypted is no value. */
function decode(name: string, raw: string): string {
  if (!raw.startsWith("encrypted:")) return raw;
  throw new StoreError(
    "damaged",
    store,
    `${name}: is encrypted by dotenvx`,
    "name the store dotenvx in place of dotenv",
  );
}

/** A file of dotenvx is made to be committed: no value goes into it in the clear. */
function refuseEncrypted(text: string, address: string): void {
  if (!Object.keys(valuesOf(text)).some((name) => name.startsWith("DOTENV_PUBLIC_KEY"))) return;
  throw new StoreError(
    "denied",
    store,
    `${address}: has a public key of dotenvx, so no value goes into it in the clear; nothing was written`,
    "name the store dotenvx in place of dotenv",
  );
}
