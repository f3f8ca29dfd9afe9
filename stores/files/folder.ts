import { randomBytes } from "node:crypto";
import {
  fchmodSync,
  fchownSync,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  type Stats,
} from "node:fs";
import { join } from "node:path";
import { StoreError } from "../errors";
import type { OpenOptions, StoreName } from "../store";
import { syncFolder, writeDraft } from "./atomic";
import { fileError, hasCode } from "./fileError";
import type { HeldLock } from "./fileLock";
import { requireUncommitted } from "./git";
import { locked } from "./lock";

/** Whose files, where, and who is told of what is not an error. */
export interface FolderOptions extends Pick<OpenOptions, "dir" | "note"> {
  readonly store: StoreName;
}

/** A file's text and when it was written. */
export interface FileText {
  readonly text: string;
  readonly writtenAt: Date;
}

/** Another program wrote the file after we had read it. */
class Changed extends Error {}

/** A mark at the beginning stays, and what is not UTF-8 is refused: written back, it would be something else. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** How often a change is made anew because another program wrote meanwhile. */
const tries = 5;

/**
 * A file's text; undefined where there is none. Links are followed.
 * @throws StoreError when it cannot be read
 */
export function readText(file: string, store: StoreName): FileText | undefined {
  try {
    return { text: decoder.decode(readFileSync(file)), writtenAt: statSync(file).mtime };
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    if (hasCode(error, "ERR_ENCODING_INVALID_ENCODED_DATA")) {
      throw new StoreError("damaged", store, `${file}: is not UTF-8`, "save it as UTF-8");
    }
    throw fileError(error, store, `${file}: cannot be read`);
  }
}

/** The files of a folder while they are changed. */
export class Folder {
  /** What was read, to be the same still when it is replaced. */
  readonly #seen = new Map<string, { readonly identity: string; readonly text: string }>();

  constructor(
    private readonly options: FolderOptions,
    private readonly work: string,
    private readonly lock: HeldLock,
  ) {}

  /** A file's text, "" where there is none. */
  read(name: string): string {
    const file = this.path(name);
    const before = identity(this.state(file));
    const text = readText(file, this.options.store)?.text ?? "";
    this.#seen.set(name, { identity: before, text });
    return text;
  }

  /**
   * Lets values be written to a file only where git would not take them along.
   * @throws StoreError
   */
  async requireUncommitted(name: string): Promise<void> {
    await requireUncommitted(this.path(name), this.options.store);
  }

  /**
   * Puts a text in the place of a file that was read here: whole or not at all, to the disk before it returns.
   * @param isPrivate the file has values or keys: git must not take it along, and its mode is 0600, or what an existing one
   *   gives its owner; else an existing mode is kept
   * @throws StoreError when the file is a link or not a file, belongs to another user, or git would take it along
   */
  async replace(name: string, text: string, { isPrivate }: { isPrivate: boolean }): Promise<void> {
    const { store } = this.options;
    const file = this.path(name);
    const state = this.state(file);
    if (isPrivate) await this.requireUncommitted(name);
    if (!this.#seen.has(name)) this.read(name);
    const seen = this.#seen.get(name);
    if (state !== undefined && text === seen?.text && !(isPrivate && isOpen(state))) return;
    const draft = join(this.work, `${randomBytes(8).toString("hex")}.draft`);
    try {
      writeDraft(draft, text, (descriptor) => {
        // Run by root, it still belongs to whom it belonged.
        if (state !== undefined && state.uid !== process.geteuid?.()) {
          fchownSync(descriptor, state.uid, state.gid);
        }
        fchmodSync(descriptor, modeOf(state, isPrivate));
      });
      this.lock.check();
      if (identity(this.state(file)) !== seen?.identity) throw new Changed();
      renameSync(draft, file);
      syncFolder(this.options.dir);
    } catch (error) {
      rmSync(draft, { force: true });
      throw fileError(error, store, `${file}: cannot be written`);
    }
    if (isPrivate && isOpen(state)) {
      this.options.note(`${file}: others could read it; only its owner can now`);
    }
    this.#seen.set(name, { identity: identity(this.state(file)), text });
  }

  /** What is there; a link is refused, because what it leads to would be cut off from it. */
  private state(file: string): Stats | undefined {
    const state = lstatSync(file, { throwIfNoEntry: false });
    if (state === undefined || state.isFile()) return state;
    const { store } = this.options;
    const [what, fix] = state.isSymbolicLink()
      ? ["is a link", "name the folder of the file that it leads to"]
      : ["is not a file", "move it away"];
    throw new StoreError("denied", store, `${file}: ${what}; nothing was written`, fix);
  }

  private path(name: string): string {
    return join(this.options.dir, name);
  }
}

/**
 * Changes files of a folder, alone among this project's writers. When another program writes a file between our
 * reading and our replacing it, all is done anew from what is there then.
 * @throws StoreError `conflict` when that goes on
 */
export async function changing<Result>(
  options: FolderOptions,
  change: (folder: Folder) => Promise<Result>,
): Promise<Result> {
  for (let left = tries; left > 0; left--) {
    try {
      return await locked(options.dir, options.store, (work, lock) =>
        change(new Folder(options, work, lock)),
      );
    } catch (error) {
      if (!(error instanceof Changed)) throw error;
    }
  }
  throw new StoreError(
    "conflict",
    options.store,
    `${options.dir}: another program writes the files there at the same time`,
    "stop it and run this again",
  );
}

const identity = (state: Stats | undefined): string =>
  state === undefined ? "none" : [state.ino, state.size, state.mtimeMs].join(" ");

/** Windows has no such bits. */
const isOpen = (state: Stats | undefined): boolean =>
  process.platform !== "win32" && state !== undefined && (state.mode & 0o077) !== 0;

const modeOf = (state: Stats | undefined, isPrivate: boolean): number => {
  if (state === undefined) return isPrivate ? 0o600 : 0o644;
  return state.mode & (isPrivate ? 0o700 : 0o777);
};
