/** Of several runs, whole-process wall-clock seconds. */
export interface Timing {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

/** One against another, run by run, so that what slows the machine slows both. */
export interface Ratio {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export const timingOf = (seconds: readonly number[]): Timing => ({
  ...spread(seconds),
  runs: seconds.length,
});

/** @throws when there are not as many of one as of the other */
export const ratioOf = (subject: readonly number[], base: readonly number[]): Ratio =>
  pairwise("ratio", subject, base, (one, other) => one / other);

/**
 * Seconds of one beyond another's, run by run.
 * @throws when there are not as many of one as of the other
 */
export const differenceOf = (subject: readonly number[], base: readonly number[]): Ratio =>
  pairwise("difference", subject, base, (one, other) => one - other);

function pairwise(
  what: string,
  subject: readonly number[],
  base: readonly number[],
  of: (one: number, other: number) => number,
): Ratio {
  if (subject.length !== base.length) throw new Error(`${what}: runs have to come in pairs`);
  return spread(subject.map((seconds, index) => of(seconds, base[index] ?? NaN)));
}

function spread(numbers: readonly number[]): Ratio {
  const sorted = numbers.toSorted((a, b) => a - b);
  const at = (index: number): number => round(sorted[index] ?? NaN);
  const middle = Math.floor(sorted.length / 2);
  const median =
    sorted.length % 2 === 1
      ? at(middle)
      : round(((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2);
  return { median, min: at(0), max: at(sorted.length - 1) };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
