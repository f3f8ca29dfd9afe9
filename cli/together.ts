import { UsageError } from "./output";

type Results<Checks extends readonly (() => unknown)[]> = {
  [Index in keyof Checks]: ReturnType<Checks[Index]>;
};

/**
 * What some checks give, so that whoever called wrongly hears of everything at once.
 * @throws UsageError with the problem of each check that found one
 */
export function together<const Checks extends readonly (() => unknown)[]>(
  ...checks: Checks
): Results<Checks> {
  const problems: string[] = [];
  const results = checks.map((check) => {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(error.message);
      return undefined;
    }
  });
  if (problems.length > 0) throw new UsageError(listed(problems));
  return results as Results<Checks>;
}

/** One problem as it is; several one a line. */
export const listed = (problems: readonly string[]): string =>
  problems.length === 1
    ? String(problems[0])
    : `there are ${String(problems.length)} problems; nothing was written\n${problems.map((problem) => `  - ${problem}`).join("\n")}`;
