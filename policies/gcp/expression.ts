/**
 * A condition of IAM, as far as it is read here: comparisons joined by `&&`. What says "or", asks something or hides a part
 * in brackets or a comment can be true in another way, so it is not read.
 * https://cloud.google.com/iam/docs/conditions-overview#cel
 */
export interface Expression {
  /** The comparisons; each text in them stands as `#` and its place in `texts`. */
  readonly all: readonly string[];
  readonly texts: readonly string[];
}

const text = /"(?:[^"\\]|\\.)*"|'[^'\\]*'/g;

/** The comparisons of an expression; undefined when it has anything else. */
export function expressionOf(source: unknown): Expression | undefined {
  if (typeof source !== "string") return undefined;
  const texts: string[] = [];
  const shape = source
    .replace(text, (one) => `#${String(texts.push(one) - 1)} `)
    .replace(/\btimestamp\(\s*(#\d+)\s*\)/g, "$1");
  // Two texts side by side, and a letter before one, are other ways to write a text.
  if (/["'|?(){}]|\/\/|#\d+\s*#|[rb]#/i.test(shape)) return undefined;
  if ((shape.match(/#/g) ?? []).length !== texts.length) return undefined;
  const all = shape.split("&&").map((one) => one.trim());
  const whole = all.every(
    (one) => (one.match(/\[/g)?.length ?? 0) === (one.match(/\]/g)?.length ?? 0),
  );
  const values = texts.flatMap((one) => valueOf(one) ?? []);
  return whole && values.length === texts.length ? { all, texts: values } : undefined;
}

function valueOf(one: string): string | undefined {
  if (one.startsWith("'")) return one.slice(1, -1);
  try {
    return JSON.parse(one) as string;
  } catch {
    return undefined;
  }
}

/** The texts that one of the comparisons holds something to; undefined where none does. */
export function heldTo({ all, texts }: Expression, what: string): readonly string[] | undefined {
  const name = what.replaceAll(".", String.raw`\.`);
  const exact = new RegExp(String.raw`^${name}\s*(==\s*#\d+|in\s*\[\s*#\d+(\s*,\s*#\d+)*\s*\])$`);
  const found = all.find((one) => exact.test(one));
  return found === undefined
    ? undefined
    : [...found.matchAll(/#(\d+)/g)].map(([, at]) => texts[Number(at)] ?? "");
}

/** From when until when it lets in, in milliseconds; undefined where it has no beginning or no end. */
export function period({
  all,
  texts,
}: Expression): { readonly from: number; readonly until: number } | undefined {
  const times = (comparison: string): readonly number[] =>
    all.flatMap((one) => {
      const [, at] =
        new RegExp(String.raw`^request\.time\s*${comparison}\s*#(\d+)$`).exec(one) ?? [];
      const time = Date.parse(texts[Number(at)] ?? "");
      return at === undefined || Number.isNaN(time) ? [] : [time];
    });
  const from = times(">=?");
  const until = times("<=?");
  return from.length > 0 && until.length > 0
    ? { from: Math.max(...from), until: Math.min(...until) }
    : undefined;
}
