import { exceptionProblems, exceptions as accepted, type Exception } from "../exceptions";
import type { Rule } from "./rule";

/**
 * An exception without an end is a hole that nobody remembers.
 *
 * @link https://github.com/cdklabs/cdk-nag#suppressing-a-rule
 */
export const validExceptions = (
  rules: readonly string[],
  list: readonly Exception[] = accepted,
  now: () => Date = () => new Date(),
): Rule => ({
  name: "valid-exceptions",
  description:
    "Each exception from a rule names one resource, a reason and a day on which it ends, because others are never taken back.",
  enforcementLevel: "mandatory",
  controls: [],
  validateStack: (_, report) => {
    list.forEach((exception, index) => {
      for (const problem of exceptionProblems(exception, rules, now())) {
        report(`exceptions[${String(index)}].${problem}`);
      }
    });
  },
});
