import { TokenReader, tokensOf } from "./tokenReader";

/**
 * A stand-in for CloudWatch Logs' reading of a metric filter's pattern over JSON: the operators that the project
 * uses, as the page describes them. AWS publishes no matcher of its own.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
 */
export function matchesFilter(pattern: string, event: unknown): boolean {
  const body = /^\{(.*)\}$/s.exec(pattern.trim())?.[1];
  if (body === undefined) throw new Error(`no JSON pattern: ${pattern}`);
  const reader = new Reader(tokensOf(body, token, "pattern"), "pattern");
  const result = reader.either(event);
  reader.end();
  return result;
}

const token = /\s*(\(|\)|&&|\|\||!=|=|NOT EXISTS|"(?:[^"\\]|\\.)*"|\$[\w.[\]]+)/gy;

class Reader extends TokenReader {
  either(event: unknown): boolean {
    let result = this.both(event);
    while (this.take("||")) result = this.both(event) || result;
    return result;
  }

  private both(event: unknown): boolean {
    let result = this.term(event);
    while (this.take("&&")) result = this.term(event) && result;
    return result;
  }

  private term(event: unknown): boolean {
    if (this.take("(")) {
      const result = this.either(event);
      if (!this.take(")")) throw new Error("a parenthesis is not closed");
      return result;
    }
    const value = valueAt(this.next(), event);
    const operator = this.next();
    if (operator === "NOT EXISTS") return value === undefined;
    const wanted = JSON.parse(this.next()) as string;
    // What is not there is neither equal nor unequal.
    if (typeof value !== "string") return false;
    return like(wanted).test(value) === (operator === "=");
  }
}

/** A star stands for any text. */
const like = (wanted: string): RegExp =>
  new RegExp(
    `^${wanted
      .split("*")
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
      .join(".*")}$`,
    "s",
  );

const valueAt = (path: string, event: unknown): unknown =>
  path
    .replace(/^\$\.?/, "")
    .split(/[.[\]]+/)
    .filter((part) => part !== "")
    .reduce<unknown>(
      (value, part) =>
        typeof value === "object" && value !== null
          ? (value as Record<string, unknown>)[part]
          : undefined,
      event,
    );
