import { isStoreError } from "../errors";
import { SecretValue } from "../secretValue";
import type { Description, KeyStore, OpenOptions, Place, StoreName, Written } from "../store";
import { timesSet, valuesOf, withoutValue, withValue } from "./envLines";
import { changing, type FileText, type Folder } from "./folder";

/** A text of lines NAME=value in files of a folder, in the clear or not. */
export interface Lines {
  readonly name: StoreName;
  /** The file, for messages. */
  readonly address: string;
  /** When the file was written, without a look at what is in it. */
  writtenAt(): Date | undefined;
  /** The text; undefined where there is none. */
  load(): Promise<FileText | undefined>;
  /** A value of the text as it is to be used. */
  decode(name: string, raw: string): string;
  /**
   * Opens the text to be changed, with all files that are needed at one state.
   * @param folder locked by us
   */
  edit(folder: Folder): Promise<Edit>;
}

/** A text that may be changed now. */
export interface Edit {
  readonly text: string;
  /** A value as it is to stand in the text, with its quotes. */
  encode(name: string, value: string): string;
  /** Puts the changed text in the old one's place. */
  save(text: string): Promise<void>;
}

/** The store of such a text. Every write is made alone, and whole or not at all. */
export function linesStore(lines: Lines, { dir, note }: OpenOptions): KeyStore {
  const { name: store, address } = lines;

  const change = (edit: (opened: Edit) => Promise<Written["outcome"]>): Promise<Written> =>
    changing({ dir, note, store }, async (folder) => ({
      outcome: await edit(await lines.edit(folder)),
    }));

  const put = async (opened: Edit, name: string, value: SecretValue): Promise<"written"> => {
    const times = timesSet(opened.text, name);
    const encoded = opened.encode(name, value.reveal());
    await opened.save(withValue(opened.text, name, encoded, store));
    if (times > 1)
      note(`${address}: ${name} was there ${String(times)} times; it is there once now`);
    return "written";
  };

  return {
    name: store,
    address,

    async describe(place): Promise<Description> {
      try {
        const loaded = await lines.load();
        if (loaded === undefined || !hasValue(loaded.text, nameOf(place)))
          return { present: false };
        return { present: true, writtenAt: loaded.writtenAt };
      } catch (error) {
        if (!isStoreError(error, "unauthenticated")) throw error;
        const writtenAt = lines.writtenAt();
        return { present: "unknown", ...(writtenAt && { writtenAt }) };
      }
    },

    async read(place) {
      const name = nameOf(place);
      const raw = valuesOf((await lines.load())?.text ?? "")[name] ?? "";
      return raw === "" ? undefined : new SecretValue(lines.decode(name, raw));
    },

    putIfAbsent: (place, value) =>
      change(async (opened) =>
        hasValue(opened.text, nameOf(place)) ? "present" : put(opened, nameOf(place), value),
      ),

    putNew: (place, value) => change((opened) => put(opened, nameOf(place), value)),

    async clear(place) {
      await change(async (opened) => {
        if (timesSet(opened.text, nameOf(place)) === 0) return "present";
        await opened.save(withoutValue(opened.text, nameOf(place), store));
        return "written";
      });
    },

    close: () => Promise.resolve(),
  };
}

const nameOf = ({ key, locator }: Place): string => locator["name"] ?? key.env;

/** An empty value is none: that is how the application's settings see it. */
const hasValue = (text: string, name: string): boolean => (valuesOf(text)[name] ?? "") !== "";
