import { StoreError } from "../errors";
import { valuesOf } from "../files/envLines";
import { environmentFile, keysFile } from "../files/environment";
import { changing, type FolderOptions } from "../files/folder";
import { envFor, openedIn } from "./access";
import { vaultFile } from "./vaultText";

const store = "dotenv-vault";

/** What to encrypt. */
export interface EncryptOptions extends Omit<FolderOptions, "store"> {
  readonly env: NodeJS.ProcessEnv;
  readonly environment: string;
  /** The plain file. @default `.env` for development, `.env.<environment>` for others */
  readonly from?: string | undefined;
  /** Let go of values that only the vault has. @default false */
  readonly prune?: boolean | undefined;
}

/** What became of it; names only. */
export interface Encrypted {
  readonly from: string;
  readonly names: readonly string[];
  /** Of values that only the vault had. */
  readonly pruned: readonly string[];
  readonly madeKey: boolean;
  readonly outcome: "written" | "present";
}

/**
 * Encrypts a plain file into an environment of `.env.vault`, comments and all, under the key that it has, or a new one.
 * @throws StoreError when the vault has values that the file has not, unless they are to be let go
 */
export const encryptFile = (options: EncryptOptions): Promise<Encrypted> =>
  changing({ ...options, store }, async (folder) => {
    const from = options.from ?? environmentFile(options.environment);
    await folder.requireUncommitted(from);
    await folder.requireUncommitted(keysFile);
    const text = folder.read(from);
    const names = plainNames(text, from);
    const vault = openedIn(folder, envFor(options.environment, options.env));
    const pruned = Object.keys(valuesOf(vault.text ?? "")).filter((one) => !names.includes(one));
    if (pruned.length > 0 && options.prune !== true) throw wouldLose(pruned, from);
    const told = { from, names, pruned, madeKey: vault.madeKey };
    if (vault.text === text) return { ...told, outcome: "present" };
    await vault.save(text);
    return { ...told, outcome: "written" };
  });

function plainNames(text: string, from: string): readonly string[] {
  const values = valuesOf(text);
  const names = Object.keys(values);
  if (names.some((name) => values[name]?.startsWith("encrypted:"))) {
    throw new StoreError(
      "damaged",
      store,
      `${from}: is encrypted by dotenvx`,
      "run `promptsentinel-secrets dotenv migrate --to dotenv-vault`",
    );
  }
  if (names.length > 0) return names;
  throw new StoreError(
    "missing",
    store,
    `${from}: there is no value in it; nothing was written`,
    "write it first, or name the plain file with --from",
  );
}

const wouldLose = (names: readonly string[], from: string): StoreError =>
  new StoreError(
    "denied",
    store,
    `${vaultFile}: has values that ${from} has not: ${names.join(", ")}; nothing was written`,
    "put them into the file, or run this again with --prune to let go of them",
  );
