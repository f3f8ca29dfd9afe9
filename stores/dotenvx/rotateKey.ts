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
    const kept = privateKeysNamed(keysText, old.privateVariable);
    const { publicKey: key, privateKey } = keypair(unused(kept, old));
    const rotated = rewritten(text, privateKeys(keysText, options.env), { ...old, key });
    const both = withPrivateKeys(keysText, old.privateVariable, [
      privateKey,
      ...kept.filter((one) => one !== privateKey),
    ]);
    await folder.replace(keysFile, both, { isPrivate: true });
    await folder.replace(file, rotated, { isPrivate: false });
    // Keys of other files may be there under the same name: dotenvx looks for the one that fits.
    const others = kept.filter((one) => one !== privateKey && derived(one) !== old.key);
    const after = withPrivateKeys(both, old.privateVariable, [privateKey, ...others]);
    await folder.replace(keysFile, after, { isPrivate: true });
  });

/**
 * The new key of a rotation that was cut off before the file changed: the first of several, where the file's own is a
 * later one. Taken up again, it does not stay behind as one that opens nothing.
 */
function unused(keys: readonly string[], own: PublicKey): string | undefined {
  const fits = keys.findIndex((key) => derived(key) === own.key);
  return fits > 0 && derived(keys[0] ?? "") !== undefined ? keys[0] : undefined;
}

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
