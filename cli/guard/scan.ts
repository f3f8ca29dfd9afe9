import { formsIn } from "./forms";
import { excuse } from "./marker";
import type { Needle } from "./needles";

/** Something in a text that must not be committed. */
export interface Hit {
  /** From 1. */
  readonly line: number;
  /** The key's variable. */
  readonly key: string;
  /** `form`: it looks like one; `value`: it is the caller's own, which no comment excuses. */
  readonly kind: "form" | "value";
  /** Of a value: where the caller has it. */
  readonly where?: string;
  /** There is a comment to excuse it, without a reason. */
  readonly unexplained?: true;
}

/** Bytes as a text of as many characters; UTF-16, in which PowerShell writes files, as the UTF-8 of the same. */
export function textOf(blob: Buffer): string {
  const [first, second] = blob;
  if (first === 0xff && second === 0xfe) return utf8Bytes(blob.subarray(2));
  if (first === 0xfe && second === 0xff && blob.length % 2 === 0) {
    return utf8Bytes(Buffer.from(blob.subarray(2)).swap16());
  }
  return blob.toString("latin1");
}

const utf8Bytes = (utf16: Buffer): string =>
  Buffer.from(utf16.toString("utf16le")).toString("latin1");

/** All that a text holds, one for each line and key; a value of the caller's own counts before a form. */
export function scan(text: string, needles: readonly Needle[]): readonly Hit[] {
  const hits = new Map<string, Hit>();
  const lines = new Lines(text);
  const add = (hit: Hit): void => {
    const id = `${String(hit.line)} ${hit.key}`;
    if (!hits.has(id)) hits.set(id, hit);
  };
  for (const { key, where, forms } of needles) {
    for (const at of forms.flatMap((form) => [...positions(text, form)])) {
      add({ line: lines.at(at), key, kind: "value", where });
    }
  }
  for (const { at, key } of formsIn(text)) {
    const line = lines.at(at);
    const reason = excuse(lines.text(line));
    if (reason === undefined) add({ line, key, kind: "form" });
    else if (reason === "") add({ line, key, kind: "form", unexplained: true });
  }
  return [...hits.values()].sort((one, other) => one.line - other.line);
}

/** Those whose line was not in what the file was before. */
export function added(
  text: string,
  hits: readonly Hit[],
  before: readonly string[],
): readonly Hit[] {
  if (before.length === 0) return hits;
  const old = new Set(before.flatMap((one) => one.split("\n")));
  const lines = new Lines(text);
  return hits.filter(({ line }) => !old.has(lines.text(line)));
}

function* positions(text: string, form: string): Generator<number> {
  if (form === "") return;
  for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + form.length)) yield at;
}

/** Lines by where they begin, looked for when somebody asks. */
class Lines {
  private starts: readonly number[] | undefined;

  constructor(private readonly content: string) {}

  at(offset: number): number {
    const starts = this.index();
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  text(line: number): string {
    const starts = this.index();
    return this.content.slice(starts[line - 1], (starts[line] ?? this.content.length + 1) - 1);
  }

  private index(): readonly number[] {
    if (this.starts) return this.starts;
    const starts = [0];
    for (const at of positions(this.content, "\n")) starts.push(at + 1);
    return (this.starts = starts);
  }
}
