import { encrypted, keypair } from "./primitives";
import { StoreError } from "../errors";
import { valuesOf, withValue } from "../files/envLines";
import { environmentFile, keysFile } from "../files/environment";
import { changing, type FolderOptions } from "../files/folder";
import {
  decrypted,
  derived,
  encryptedLine,
  privateKeys,
  privateKeysNamed,
  publicKeyOf,
  valueNames,
  withPrivateKeys,
  type PublicKey,
} from "./dotenvxText";

const store = "dotenvx";

/** Whose key is to be replaced. */
export interface RotateOptions extends Omit<FolderOptions, "store"> {
  readonly env: NodeJS.ProcessEnv;
  readonly environment: string;
}

/**
 * Encrypts each value of a file anew, under a new pair. Two files cannot change at once: `.env.keys` has both private
 * keys while the file changes, so that whenever it is cut off one of them opens it, and another run ends it.
 * @throws StoreError when the file is not dotenvx's, or its private key is not here
 */
export const rotateDotenvxKey = (options: RotateOptions): Promise<void> =>
  changing({ ...options, store }, async (folder) => {
    await folder.requireUncommitted(keysFile);
    const file = environmentFile(options.environment);
    const text = folder.read(file);
    const keysText = folder.read(keysFile);
    const old = publicKeyOf(text);
    if (old === undefined) {
      throw new StoreError(
        "missing",
        store,
        `${file}: has no public key of dotenvx`,
        "name an environment that is encrypted by it with --environment",
      );
    }
    const { publicKey: key, privateKey } = keypair();
    const rotated = rewritten(text, privateKeys(keysText, options.env), { ...old, key });
    // Keys of other files may be there under the same name: dotenvx looks for the one that fits.
    const kept = privateKeysNamed(keysText, old.privateVariable);
    const both = withPrivateKeys(keysText, old.privateVariable, [privateKey, ...kept]);
    await folder.replace(keysFile, both, { isPrivate: true });
    await folder.replace(file, rotated, { isPrivate: false });
    const others = kept.filter((one) => derived(one) !== old.key);
    const after = withPrivateKeys(both, old.privateVariable, [privateKey, ...others]);
    await folder.replace(keysFile, after, { isPrivate: true });
  });

function rewritten(text: string, keys: readonly string[], publicKey: PublicKey): string {
  const values = valuesOf(text);
  return valueNames(text).reduce(
    (rest, name) => {
      const raw = values[name] ?? "";
      if (!encrypted(raw)) return rest;
      return withValue(rest, name, encryptedLine(publicKey, decrypted(name, raw, keys)), store);
    },
    withValue(text, publicKey.variable, `"${publicKey.key}"`, store),
  );
}
