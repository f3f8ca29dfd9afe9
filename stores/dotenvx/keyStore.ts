import { basename, join } from "node:path";
import { encrypted, sealed } from "@dotenvx/primitives";
import { environmentFile, environmentOf, keysFile } from "../files/environment";
import { readText, type Folder } from "../files/folder";
import { linesStore, type Edit } from "../files/linesStore";
import { valuesOf } from "../files/envLines";
import type { OpenStore } from "../store";
import {
  decrypted,
  encryptedLine,
  keyOf,
  privateKeys,
  publicKeyOf,
  withPrivateKey,
  valueNames,
  withPublicKey,
} from "./dotenvxText";

const store = "dotenvx";

/**
 * A file of dotenvx: `.env`, or `.env.<environment>` where DOTENV_ENVIRONMENT names one. Each value is encrypted under
 * the file's public key, so that writing needs no private key. Reading takes DOTENV_PRIVATE_KEY… from the environment
 * or `.env.keys`. The first write makes a pair. The time of a value is the file's.
 */
export const open: OpenStore = (options) => {
  const environment = environmentOf(options.env, store);
  const file = environmentFile(environment);
  const address = join(options.dir, file);
  const keysText = (): string => readText(join(options.dir, keysFile), store)?.text ?? "";
  return linesStore(
    {
      ...{ name: store, address },
      load: () => Promise.resolve(readText(address, store)),
      writtenAt: () => readText(address, store)?.writtenAt,
      decode: (name, raw) => decrypted(name, raw, privateKeys(keysText(), options.env)),
      edit: (folder) =>
        edit(folder, environment, file, (names) => {
          options.note(inTheClear(address, names));
        }),
    },
    options,
  );
};

async function edit(
  folder: Folder,
  environment: string,
  file: string,
  tell: (names: readonly string[]) => void,
): Promise<Edit> {
  const text = folder.read(file);
  const declared = publicKeyOf(text);
  const keysText = folder.read(keysFile);
  const { publicKey, fresh } = keyOf(declared, environment, keysText);
  // A file of ciphertext alone may be committed; one that has other values too, as before it is encrypted, may not.
  const isPrivate = !sealed(text);
  if (isPrivate) await folder.requireUncommitted(file);
  if (fresh !== undefined) await folder.requireUncommitted(keysFile);
  return {
    text: declared === undefined ? withPublicKey(text, publicKey) : text,
    encode: (_, value) => encryptedLine(publicKey, value),
    async save(changed) {
      if (fresh !== undefined) {
        const keys = withPrivateKey(keysText, publicKey, fresh);
        await folder.replace(keysFile, keys, { isPrivate: true });
      }
      await folder.replace(file, changed, { isPrivate });
      const values = valuesOf(changed);
      const left = valueNames(changed).filter((name) => values[name] && !encrypted(values[name]));
      if (!sealed(changed)) tell(left);
    },
  };
}

const inTheClear = (address: string, names: readonly string[]): string =>
  `${address}: ${names.join(", ")} ${names.length === 1 ? "is" : "are"} still in the clear, so it must not be committed; \`npx dotenvx encrypt -f ${basename(address)}\` there encrypts all`;
