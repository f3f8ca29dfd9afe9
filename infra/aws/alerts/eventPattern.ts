import type { Alternative, Match, Test } from "./match";

type Pattern = Record<string, unknown>;

/** A list's element is no part of a pattern's path: any element may match. */
const pathOf = (field: string): readonly string[] => field.replaceAll(/\[\d+\]/g, "").split(".");

function nested(field: string, value: unknown): Pattern {
  const [first = "", ...rest] = pathOf(field);
  return { [first]: rest.length === 0 ? value : nested(rest.join("."), value) };
}

function merged(one: Pattern, other: Pattern): Pattern {
  const result = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const before = result[key];
    result[key] = isPattern(before) && isPattern(value) ? merged(before, value) : value;
  }
  return result;
}

const isPattern = (value: unknown): value is Pattern =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const tested = (test: Test): Pattern =>
  "isNone" in test
    ? {
        $or: [
          nested(test.field, [{ "anything-but": test.isNone }]),
          nested(test.field, [{ exists: false }]),
        ],
      }
    : nested(test.field, [
        ...(test.is ?? []),
        ...(test.startsWith ?? []).map((prefix) => ({ prefix })),
        ...(test.contains ?? []).map((part) => ({ wildcard: `*${part}*` })),
      ]);

const detail = (alternative: Alternative): Pattern => alternative.map(tested).reduce(merged, {});

/**
 * A match as an event pattern. Only AWS's own services name a source that begins with `aws.`.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function eventPattern(match: Match): string {
  const details = match.map(detail);
  const [only] = details;
  return JSON.stringify({
    source: [{ prefix: "aws." }],
    "detail-type": ["AWS API Call via CloudTrail", "AWS Service Event via CloudTrail"],
    detail: details.length === 1 ? only : { $or: details },
  });
}
