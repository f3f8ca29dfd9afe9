import type { Policies, ReportViolation } from "@pulumi/policy";
import { exceptions, isExcepted, type Exception } from "./exceptions";
import type { Rule } from "./rules/rule";

/** A rule as the engine takes it: what an exception accepts is not reported. */
export function toPolicy(
  rule: Rule,
  list: readonly Exception[] = exceptions,
  now: () => Date = () => new Date(),
): Policies[number] {
  const { name, description, enforcementLevel, validateResource, validateStack } = rule;
  const heeding =
    (report: ReportViolation, own: string): ReportViolation =>
    (message, urn) => {
      if (!isExcepted(list, { rule: name, urn: urn ?? own }, now())) report(message, urn);
    };
  const head = { name, description, enforcementLevel };
  return validateStack
    ? {
        ...head,
        validateStack: (args, report) => validateStack(args, heeding(report, "")),
      }
    : {
        ...head,
        validateResource: (args, report) => validateResource?.(args, heeding(report, args.urn)),
      };
}
