import { StoreError } from "../errors";
import { appended, quoted, valuesOf } from "../files/envLines";
import { environmentFile, keysFile } from "../files/environment";
import { changing, type Folder, type FolderOptions } from "../files/folder";
import type { StoreName } from "../store";
import { envFor, openedIn } from "../dotenvVault/access";
import { vaultFile } from "../dotenvVault/vaultText";
import {
  decrypted,
  encryptedLine,
  keyOf,
  privateKeys,
  publicKeyOf,
  valueNames,
  withPrivateKey,
  withPublicKey,
} from "./dotenvxText";

/** What to take over. */
export interface MigrateOptions extends Omit<FolderOptions, "store"> {
  readonly env: NodeJS.ProcessEnv;
  readonly environment: string;
  readonly to: "dotenvx" | "dotenv-vault";
}

/** What was taken over; names only. */
export interface Migrated {
  readonly from: string;
  readonly to: string;
  readonly names: readonly string[];
  readonly outcome: "written" | "present";
}

type Values = Readonly<Record<string, string>>;

/**
 * Takes the values of an environment over from dotenv-vault to dotenvx or back, in memory. What is there in the
 * beginning stays there. Comments are not taken over: in dotenvx' file they would be in the clear.
 * @throws StoreError when there is nothing to take over, it cannot be opened, or a value of the other side would be lost
 */
export const migrate = (options: MigrateOptions): Promise<Migrated> =>
  changing({ ...options, store: options.to }, async (folder) => {
    await folder.requireUncommitted(keysFile);
    const vault = openVaultSide(folder, options);
    const dotenvx = openDotenvxSide(folder, options);
    const [source, target] = options.to === "dotenvx" ? [vault, dotenvx] : [dotenvx, vault];
    const values = source.values();
    const names = Object.keys(values);
    if (names.length === 0) throw nothing(source.file, options);
    const there = target.values();
    refuseLoss(values, there, target.file, options.to);
    const told = { from: source.file, to: target.file, names };
    if (target.isOwn && names.every((name) => there[name] === values[name])) {
      return { ...told, outcome: "present" };
    }
    await target.write(values);
    return { ...told, outcome: "written" };
  });

/** One of the two, with an environment's values. */
interface Side {
  readonly file: string;
  /** Whether the file is encrypted already: a plain one may stand in its place. */
  readonly isOwn: boolean;
  values(): Values;
  write(values: Values): Promise<void>;
}

function openVaultSide(folder: Folder, { env, environment }: MigrateOptions): Side {
  const vault = openedIn(folder, envFor(environment, env));
  return {
    file: vaultFile,
    isOwn: vault.text !== undefined,
    values: () => valuesOf(vault.text ?? ""),
    async write(values) {
      const text = appended(
        "",
        Object.entries(values).map(
          ([name, value]) => `${name}=${quoted(name, value, "dotenv-vault")}`,
        ),
      );
      await vault.save(text);
    },
  };
}

function openDotenvxSide(folder: Folder, { env, environment }: MigrateOptions): Side {
  const file = environmentFile(environment);
  const text = folder.read(file);
  const keysText = folder.read(keysFile);
  const declared = publicKeyOf(text);
  return {
    file,
    isOwn: declared !== undefined,
    values() {
      const keys = privateKeys(keysText, env);
      const raw = valuesOf(text);
      return Object.fromEntries(
        valueNames(text).map((name) => [name, decrypted(name, raw[name] ?? "", keys)]),
      );
    },
    async write(values) {
      const made = keyOf(declared, environment, keysText);
      if (made.fresh !== undefined) {
        const keys = withPrivateKey(keysText, made.publicKey, made.fresh);
        await folder.replace(keysFile, keys, { isPrivate: true });
      }
      const lines = Object.entries(values).map(
        ([name, value]) => `${name}=${encryptedLine(made.publicKey, value)}`,
      );
      const changed = withPublicKey(appended("", lines), made.publicKey);
      await folder.replace(file, changed, { isPrivate: false });
    },
  };
}

function refuseLoss(values: Values, there: Values, file: string, store: StoreName): void {
  const lost = Object.keys(there).filter((name) => there[name] !== values[name]);
  if (lost.length === 0) return;
  throw new StoreError(
    "denied",
    store,
    `${file}: has other values than the source: ${lost.join(", ")}; nothing was written`,
    "make the two the same there, or move the file away",
  );
}

const nothing = (file: string, { environment, to }: MigrateOptions): StoreError =>
  new StoreError(
    "missing",
    to,
    `${file}: there is no value of ${environment} to take over; nothing was written`,
    "name an environment that it has with --environment",
  );
