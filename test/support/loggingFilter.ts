import { TokenReader, tokensOf } from "./tokenReader";

/**
 * A stand-in for Cloud Logging's reading of a query: the part of the language that the project uses, as the page describes
 * it. Google publishes no evaluator of its own. It refuses the rest: single values that any field may have, functions,
 * comments, NULL_VALUE, and order of anything but numbers.
 * https://cloud.google.com/logging/docs/view/logging-query-language
 */
export type Query =
  | { readonly kind: "and" | "or"; readonly parts: readonly Query[] }
  | { readonly kind: "not"; readonly part: Query }
  | Comparison;

/** A field's values against one value; one of them is enough. */
export interface Comparison {
  readonly kind: "comparison";
  readonly path: readonly string[];
  readonly operator: string;
  /** Undefined is the star of `:*`. */
  readonly value: string | undefined;
}

const language = "query";
const token =
  /\s*(\(|\)|=~|!~|!=|>=|<=|=|:|>|<|\*|-(?=[A-Za-z(])|-?\d+(?:\.\d+)?|"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*(?:\.(?:@?\w+|"(?:[^"\\]|\\.)*"))*)/gy;
const operators = ["=", "!=", ":", "=~", "!~", ">", ">=", "<", "<="];

/** @throws when it is no query, or has what this does not know */
export function parseQuery(text: string): Query {
  const reader = new Reader(tokensOf(text, token, language), language);
  const query = reader.expression();
  reader.end();
  return query;
}

/** Whether an entry is one that the query selects. */
export function matches(query: Query, entry: unknown): boolean {
  switch (query.kind) {
    case "and":
      return query.parts.every((part) => matches(part, entry));
    case "or":
      return query.parts.some((part) => matches(part, entry));
    case "not":
      return !matches(query.part, entry);
    case "comparison":
      return compare(query, entry);
  }
}

class Reader extends TokenReader {
  /** NOT comes first, then OR, then AND, which may be left out. */
  expression(): Query {
    const parts = [this.either()];
    while (this.peek() !== undefined && this.peek() !== ")") {
      this.take("AND");
      parts.push(this.either());
    }
    return joined("and", parts);
  }

  private either(): Query {
    const parts = [this.term()];
    while (this.take("OR")) parts.push(this.term());
    return joined("or", parts);
  }

  private term(): Query {
    if (this.take("NOT") || this.take("-")) return { kind: "not", part: this.term() };
    if (this.take("(")) {
      const inside = this.expression();
      this.expect(")");
      return inside;
    }
    const path = pathOf(this.next());
    const operator = this.next();
    if (!operators.includes(operator)) throw new Error(`query: no operator: ${operator}`);
    if (operator === ":" && this.take("*")) {
      return { kind: "comparison", path, operator, value: undefined };
    }
    return this.values(path, operator);
  }

  /** A value, or several in parentheses, to each of which the comparison is applied. */
  private values(path: readonly string[], operator: string): Query {
    if (!this.take("(")) {
      return { kind: "comparison", path, operator, value: valueOf(this.next(), operator) };
    }
    const parts = [this.values(path, operator)];
    const joint = this.peek();
    while ((joint === "OR" || joint === "AND") && this.take(joint)) {
      parts.push(this.values(path, operator));
    }
    this.expect(")");
    return joined(joint === "AND" ? "and" : "or", parts);
  }
}

const joined = (kind: "and" | "or", parts: readonly Query[]): Query =>
  parts.length === 1 ? (parts[0] as Query) : { kind, parts };

/** Fields of an entry, of which payloads and labels have what is not there, and the others a value by default. */
const roots = [
  ...["protoPayload", "jsonPayload", "textPayload", "labels", "resource", "logName", "severity"],
  ...["insertId", "operation"],
];
const defaults: Readonly<Record<string, unknown>> = {
  ...{ logName: "", severity: "DEFAULT", insertId: "", "resource.type": "" },
  ...{ "operation.id": "", "operation.first": false, "operation.last": false },
};

function pathOf(text: string): readonly string[] {
  const path = [...text.matchAll(/@?\w+|"(?:[^"\\]|\\.)*"/g)].map(([part]) =>
    part.startsWith('"') ? (JSON.parse(part) as string) : part,
  );
  if (!/^[A-Za-z_]/.test(text) || !roots.includes(path[0] ?? "")) {
    throw new Error(`query: not a field of an entry that is known here: ${text}`);
  }
  return path;
}

function valueOf(text: string, operator: string): string {
  if (!/^["\w-]/.test(text) || ["AND", "OR", "NOT", "NULL_VALUE"].includes(text)) {
    throw new Error(`query: no value: ${text}`);
  }
  if (text.startsWith('"')) return JSON.parse(text) as string;
  if (text.includes(".") && Number.isNaN(Number(text)))
    throw new Error(`query: needs quotes: ${text}`);
  if (operator.endsWith("~")) throw new Error(`query: a pattern needs quotes: ${text}`);
  return text;
}

/** Each value of a field; of lists on the way, each member's. */
function valuesAt(path: readonly string[], entry: unknown): readonly unknown[] {
  return path.reduce<readonly unknown[]>(
    (values, part) =>
      values
        .flat()
        .flatMap((value) =>
          typeof value === "object" && value !== null && part in value
            ? [(value as Record<string, unknown>)[part]]
            : [],
        ),
    [entry],
  );
}

function compare({ path, operator, value }: Comparison, entry: unknown): boolean {
  const found = valuesAt(path, entry).flat();
  if (value === undefined) return found.length > 0;
  const fallback = defaults[path.join(".")];
  const all = found.length === 0 && fallback !== undefined ? [fallback] : found;
  return all.some((one) => {
    if (typeof one === "string" || typeof one === "number" || typeof one === "boolean") {
      return holds(one, operator, value);
    }
    throw new Error(`query: not a single value: ${JSON.stringify(one)}`);
  });
}

function holds(one: string | number | boolean, operator: string, value: string): boolean {
  if (operator === "=~") return pattern(value).test(String(one));
  if (operator === "!~") return !pattern(value).test(String(one));
  if (typeof one === "number") return ofNumbers(one, operator, Number(value));
  if (operator.includes(">") || operator.includes("<")) {
    throw new Error(`query: ${operator} of what is no number: ${String(one)}`);
  }
  const [left, right] = [folded(String(one)), folded(value)];
  if (operator === ":") return left.includes(right);
  return (left === right) === (operator === "=");
}

function ofNumbers(one: number, operator: string, value: number): boolean {
  if (Number.isNaN(value)) return false;
  switch (operator) {
    case "=":
      return one === value;
    case "!=":
      return one !== value;
    case ">":
      return one > value;
    case ">=":
      return one >= value;
    case "<":
      return one < value;
    case "<=":
      return one <= value;
    default:
      throw new Error(`query: ${operator} of a number`);
  }
}

/** Letter case does not matter, and characters that look the same are. */
const folded = (text: string): string => text.normalize("NFKC").toLowerCase();

/** RE2's syntax, as far as JavaScript means the same by it. https://github.com/google/re2/wiki/Syntax */
function pattern(text: string): RegExp {
  const [, flags = "", rest = ""] = /^(\(\?i\))?(.*)$/s.exec(text) ?? [];
  if (/\(\?(?!:)|\\[1-9]/.test(rest)) throw new Error(`query: not in RE2, or not here: ${text}`);
  return new RegExp(rest, flags === "" ? "s" : "is");
}
