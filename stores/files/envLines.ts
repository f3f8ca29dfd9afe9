import { parse } from "dotenv";
import { StoreError } from "../errors";
import type { StoreName } from "../store";

/**
 * One assignment, as the dotenv package reads it: `LINE` in https://github.com/motdotla/dotenv/blob/v17.2.3/lib/main.js
 * (later ones are published as one minified file). Groups: what is before the name, the name, what is between, the value.
 */
const assignment =
  /^([^\S\r\n]*(?:export[^\S\r\n]+)?)([\w.-]+)([^\S\r\n]*=[^\S\r\n]*|:[^\S\r\n]+)('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`|[^#\r\n]*)[^\S\r\n]*(?:#.*)?$/gm;

interface Assignment {
  readonly name: string;
  /** Of the line's first character and of the one after its end, without the end of line. */
  readonly start: number;
  readonly end: number;
  /** Of what is between name and value, and of the value's end. */
  readonly separator: number;
  readonly valueEnd: number;
}

/** The values of a text of lines NAME=value; of a name that is there twice the last, as every reader does. */
export const valuesOf = (text: string): Readonly<Record<string, string>> => parse(text);

/** How often a name is given a value. */
export const timesSet = (text: string, name: string): number =>
  assignments(text).filter((one) => one.name === name).length;

/**
 * The text with a value for a name, every other line as it was: in the place of the one that counts, or of a
 * placeholder `# NAME=`, or at the end. Older ones of the same name are taken out.
 * @param written as it is to stand in the file, with its quotes
 * @throws StoreError when the readers would not find just that change
 */
export function withValue(text: string, name: string, written: string, store: StoreName): string {
  const found = assignments(text).filter((one) => one.name === name);
  const last = found.at(-1);
  const line = `${name}=${written}`;
  const changed =
    last === undefined
      ? placed(text, name, line)
      : without(
          `${text.slice(0, last.separator)}=${written}${text.slice(last.valueEnd)}`,
          found.slice(0, -1),
        );
  return checked(text, changed, name, parse(line)[name], store);
}

/**
 * The text with another value in one of several lines of a name, which all stay; at its end where it has no such line.
 * @param isIt finds the line by its value
 * @param written as it is to stand in the file, with its quotes
 */
export function withLine(
  text: string,
  name: string,
  isIt: (value: string) => boolean,
  written: string,
): string {
  const found = assignments(text).find(
    ({ name: one, start, end }) => one === name && isIt(parse(text.slice(start, end))[name] ?? ""),
  );
  return found === undefined
    ? appended(text, [`${name}=${written}`])
    : `${text.slice(0, found.separator)}=${written}${text.slice(found.valueEnd)}`;
}

/**
 * The text with a placeholder `# NAME=` in place of a name's value: an empty value would count as set, and hide one
 * that comes from elsewhere.
 * @throws StoreError when the readers would not find just that change
 */
export function withoutValue(text: string, name: string, store: StoreName): string {
  const found = assignments(text).filter((one) => one.name === name);
  const last = found.at(-1);
  if (last === undefined) return text;
  const blanked = `${text.slice(0, last.start)}# ${name}=${text.slice(last.end)}`;
  return checked(text, without(blanked, found.slice(0, -1)), name, undefined, store);
}

/** The text with lines at its end, in its own kind of line ends. */
export function appended(text: string, lines: readonly string[]): string {
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const whole = text === "" || text.endsWith("\n") ? text : text + end;
  return whole + lines.map((line) => line + end).join("");
}

/** Whether the text has a name's placeholder. */
export const hasPlaceholder = (text: string, name: string): boolean => placeholder(name).test(text);

/**
 * A value as dotenv, python-dotenv and Compose all read it: plain where it can be, else in single quotes.
 * @throws StoreError for what they read differently: quotes, backslashes, line ends, `${`
 */
export function quoted(name: string, value: string, store: StoreName): string {
  if (/^[\w.=/+:@-]+$/.test(value)) return value;
  if (/['\\\p{Cc}\u2028\u2029]|\$\{/u.test(value)) {
    throw new StoreError(
      "denied",
      store,
      `${name}: the value has a quote, a backslash, a line end or \${, which the readers of such a file do not read alike; nothing was written`,
      "make the key anew, or keep it in another store",
    );
  }
  return `'${value}'`;
}

function assignments(text: string): readonly Assignment[] {
  return [...text.matchAll(assignment)].map((match) => {
    const [whole, before = "", name = "", between = "", value = ""] = match;
    const separator = match.index + before.length + name.length;
    return {
      ...{ name, start: match.index, end: match.index + whole.length, separator },
      // Blanks before a comment stay with it.
      valueEnd: separator + (between + value).trimEnd().length,
    };
  });
}

const placeholder = (name: string): RegExp =>
  new RegExp(
    `^[^\\S\\r\\n]*#[^\\S\\r\\n]*${name.replaceAll(".", "\\.")}[^\\S\\r\\n]*=[^\\S\\r\\n]*$`,
    "m",
  );

const placed = (text: string, name: string, line: string): string =>
  hasPlaceholder(text, name) ? text.replace(placeholder(name), () => line) : appended(text, [line]);

/** Lines taken out with their ends, the last one first. */
const without = (text: string, lines: readonly Assignment[]): string =>
  lines.reduceRight(
    (rest, { start, end }) => rest.slice(0, start) + rest.slice(end).replace(/^\r?\n/, ""),
    text,
  );

/** What our own look at the lines makes of them must be what their reader does. */
function checked(
  before: string,
  after: string,
  name: string,
  value: string | undefined,
  store: StoreName,
): string {
  const wanted = new Map(Object.entries(parse(before)));
  if (value === undefined) wanted.delete(name);
  else wanted.set(name, value);
  const got = Object.entries(parse(after));
  if (got.length === wanted.size && got.every(([one, text]) => wanted.get(one) === text)) {
    return after;
  }
  throw new StoreError(
    "damaged",
    store,
    `${name}: the file cannot be changed here without another change, as by a quote that is not closed; nothing was written`,
    "put each value on a line of its own as NAME=value",
  );
}
