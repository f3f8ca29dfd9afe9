import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

type Fields = Readonly<Record<string, unknown>>;

/** What a sample says; what it leaves out is in `_common.yaml`. */
interface Sample extends Fields {
  /** The entry that it is like. */
  readonly like: string;
  /** Who calls. @default as the entry has it */
  readonly by?: string;
  /** Each makes a sample of its own. */
  readonly methods?: readonly string[];
  /** How often. @default once */
  readonly times?: number;
}

type Samples = Readonly<Record<string, Sample>>;
interface File {
  readonly fires?: Samples;
  readonly firesInOwn?: Samples;
  readonly firesInOthers?: Samples;
  readonly nearMisses?: Samples;
}

/** An entry, how often it comes, and where it is told. */
export interface Sampled {
  readonly id: string;
  readonly title: string;
  readonly entry: Fields;
  readonly times: number;
  /** With all of the stack's own, and with secrets, keys and audit of others. */
  readonly inOwn: boolean;
  readonly inOthers: boolean;
}

const folder = join(__dirname, "..", "..", "fixtures", "events", "gcp");
const read = (name: string): unknown => parse(readFileSync(join(folder, name), "utf8"));
const { entries, callers } = read("_common.yaml") as {
  readonly entries: Readonly<Record<string, Fields>>;
  readonly callers: Readonly<Record<string, Fields>>;
};

/** Samples by alert. */
export const sampled: readonly Sampled[] = readdirSync(folder)
  .filter((name) => !name.startsWith("_"))
  .flatMap((name) => {
    const { fires = {}, firesInOwn = {}, firesInOthers = {}, nearMisses = {} } = read(name) as File;
    const of = (some: Samples, inOwn: boolean, inOthers: boolean) =>
      Object.entries(some).flatMap(([title, sample]) =>
        entriesOf(title, sample).map((one) => ({
          ...one,
          ...{ id: name.replace(".yaml", ""), inOwn, inOthers },
        })),
      );
    return [
      ...of(fires, true, true),
      ...of(firesInOwn, true, false),
      ...of(firesInOthers, false, true),
      ...of(nearMisses, false, false),
    ];
  });

function entriesOf(
  title: string,
  { like, by, methods, times, ...own }: Sample,
): readonly Pick<Sampled, "title" | "entry" | "times">[] {
  const often = times ?? 1;
  const base = entries[like];
  const caller = by === undefined ? undefined : callers[by];
  if (base === undefined) throw new Error(`${title}: like no entry: ${like}`);
  if (by !== undefined && caller === undefined) throw new Error(`${title}: no caller: ${by}`);
  const called = caller
    ? { ...base, protoPayload: { ...(base["protoPayload"] as Fields), authenticationInfo: caller } }
    : base;
  const entry = laid(called, own);
  return methods === undefined
    ? [{ title, entry, times: often }]
    : methods.map((methodName) => ({
        title: `${title}: ${methodName}`,
        times: often,
        entry: laid(entry, { protoPayload: { methodName } }),
      }));
}

/** One over the other: objects together, lists and single values in place of what was there, null in place of it. */
function laid(base: Fields, over: Fields): Fields {
  const all = Object.entries(over).map(([key, value]) => {
    const under = base[key];
    return [key, isFields(under) && isFields(value) ? laid(under, value) : value] as const;
  });
  const merged = { ...base, ...Object.fromEntries(all) };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
