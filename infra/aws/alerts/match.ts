/**
 * What is asked of one field of a CloudTrail record. `field` is its path, such as `requestParameters.secretId`; a list is
 * asked of its first element: `resources[0].ARN`.
 */
export type Test =
  | {
      readonly field: string;
      readonly is?: readonly string[];
      readonly startsWith?: readonly string[];
      readonly contains?: readonly string[];
    }
  /** True of a record without the field too: an identity without a role is none of the roles. */
  | {
      readonly field: string;
      readonly isNone: readonly string[];
      /** Beginnings that cover them, for a language that has less room. */
      readonly briefly: readonly string[];
    };

const parts = ["is", "startsWith", "contains"] as const;

/** Every test of it holds. At most one `isNone`: an event pattern says it by an `$or`, of which an object has one. */
export type Alternative = readonly Test[];

/** Any alternative of it holds. */
export type Match = readonly Alternative[];

/** Halves of an alternative, by the longest list of values in it; undefined when every list has one value. */
function halves(alternative: Alternative): readonly [Alternative, Alternative] | undefined {
  let longest:
    { index: number; part: (typeof parts)[number]; values: readonly string[] } | undefined;
  alternative.forEach((test, index) => {
    if ("isNone" in test) return;
    for (const part of parts) {
      const values = test[part] ?? [];
      if (values.length > (longest?.values.length ?? 1)) longest = { index, part, values };
    }
  });
  if (longest === undefined) return undefined;
  const { index, part, values } = longest;
  const middle = Math.ceil(values.length / 2);
  const half = (some: readonly string[], keepsOthers: boolean): Alternative =>
    alternative.map((test, at) =>
      at === index ? { field: test.field, ...(keepsOthers ? test : {}), [part]: some } : test,
    );
  return [half(values.slice(0, middle), true), half(values.slice(middle), false)];
}

/** Says that a match cannot be made to fit. */
export class TooLongError extends Error {}

/**
 * Groups of alternatives, each of which fits a limit when it is written; together they match what the whole would.
 * @throws TooLongError when a single test with a single value does not fit
 */
export function fitted(
  match: Match,
  write: (match: Match) => string,
  limit: number,
): readonly Match[] {
  const fits = (some: Match): boolean => write(some).length <= limit;
  const pieces: Alternative[] = [];
  const waiting = [...match];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    if (fits([next])) {
      pieces.push(next);
      continue;
    }
    const two = halves(next);
    if (!two) throw new TooLongError(`longer than ${String(limit)} characters: ${write([next])}`);
    waiting.unshift(...two);
  }
  const groups: Alternative[][] = [];
  for (const piece of pieces) {
    const last = groups.at(-1);
    if (last && fits([...last, piece])) last.push(piece);
    else groups.push([piece]);
  }
  return groups;
}
