import type { Alternative, Match, Test } from "./match";

const joined = (terms: readonly string[], by: "&&" | "||"): string =>
  terms.length === 1 ? (terms[0] ?? "") : `(${terms.join(` ${by} `)})`;

const quoted = (value: string): string => JSON.stringify(value);

function term(test: Test): string {
  const field = `$.${test.field}`;
  if ("isNone" in test) {
    const others = test.briefly.map((start) => `(${field} != ${quoted(`${start}*`)})`);
    return joined([`(${field} NOT EXISTS)`, joined(others, "&&")], "||");
  }
  const values = [
    ...(test.is ?? []),
    ...(test.startsWith ?? []).map((prefix) => `${prefix}*`),
    ...(test.contains ?? []).map((part) => `*${part}*`),
  ];
  return joined(
    values.map((value) => `(${field} = ${quoted(value)})`),
    "||",
  );
}

const alternativeTerm = (alternative: Alternative): string => joined(alternative.map(term), "&&");

/**
 * A match as a metric filter's pattern over the trail's log group.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
 */
export const filterPattern = (match: Match): string =>
  `{ ${joined(match.map(alternativeTerm), "||")} }`;
