import { StoreError } from "../errors";
import { keysFile } from "../files/environment";
import { changing, type FolderOptions } from "../files/folder";
import { envFor, opening } from "./access";
import { DotenvKey, vaultVariable } from "./dotenvKey";
import { vaultFile, withEnvironment, withKeys } from "./vaultText";

const store = "dotenv-vault";

/** Whose key is to be replaced. */
export interface RotateOptions extends Omit<FolderOptions, "store"> {
  readonly env: NodeJS.ProcessEnv;
  readonly environment: string;
}

/**
 * Encrypts an environment of `.env.vault` under a new key. Two files cannot change at once: `.env.keys` has both keys
 * while the vault changes, so that whenever it is cut off one of them opens it, and another run ends it.
 * @throws StoreError when there is no such environment, or no key that opens it
 */
export const rotateVaultKey = (options: RotateOptions): Promise<void> =>
  changing({ ...options, store }, async (folder) => {
    await folder.requireUncommitted(keysFile);
    const vaultText = folder.read(vaultFile);
    const keysText = folder.read(keysFile);
    const opened = opening(vaultText, keysText, envFor(options.environment, options.env));
    if (opened === undefined) {
      throw new StoreError(
        "missing",
        store,
        `${vaultFile}: there is no ${vaultVariable(options.environment)}`,
        "name an environment that it has with --environment",
      );
    }
    const fresh = DotenvKey.make(options.environment);
    const both = withKeys(keysText, [fresh, opened.key]);
    await folder.replace(keysFile, both, { isPrivate: true });
    const vault = withEnvironment(vaultText, opened.text, fresh);
    await folder.replace(vaultFile, vault, { isPrivate: false });
    await folder.replace(keysFile, withKeys(both, [fresh]), { isPrivate: true });
  });
