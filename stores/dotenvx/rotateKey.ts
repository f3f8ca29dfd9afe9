import { encrypted, keypair } from "@dotenvx/primitives";
import { StoreError } from "../errors";
import { valuesOf, withLine, withValue } from "../files/envLines";
import { environmentFile, keysFile } from "../files/environment";
import { changing, type FolderOptions } from "../files/folder";
import {
  decrypted,
  derived,
  encryptedLine,
  keysOf,
  linesOf,
  privateKeys,
  publicKeyOf,
  valueNames,
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
    const own = ownKeys(keysText, old);
    const { publicKey: key, privateKey } = keypair(unused(own, old));
    const rotated = rewritten(text, privateKeys(keysText, options.env), { ...old, key });
    const put = (keys: readonly string[]): Promise<void> => {
      const changed = withLine(keysText, old.privateVariable, opens(old), keys.join(","));
      return folder.replace(keysFile, changed, { isPrivate: true });
    };
    await put([privateKey, ...own.filter((one) => one !== privateKey)]);
    await folder.replace(file, rotated, { isPrivate: false });
    await put([privateKey]);
  });

/** Whether a line of private keys has the one of a file. Keys of other files have lines of their own. */
const opens =
  (publicKey: PublicKey) =>
  (line: string): boolean =>
    keysOf(line).some((one) => derived(one) === publicKey.key);

const ownKeys = (keysText: string, publicKey: PublicKey): readonly string[] =>
  keysOf(linesOf(keysText, publicKey.privateVariable).find(opens(publicKey)) ?? "");

/**
 * The new key of a rotation that was cut off before the file changed: the first of its line, where the file's own is a
 * later one. Taken up again, it does not stay behind as one that opens nothing.
 */
const unused = ([first]: readonly string[], own: PublicKey): string | undefined =>
  first === undefined || [own.key, undefined].includes(derived(first)) ? undefined : first;

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
