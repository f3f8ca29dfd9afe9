import type {
  Policies,
  ReportViolation,
  ResourceValidation,
  StackValidation,
} from "@pulumi/policy";
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
  // The engine asks each part by itself; a policy may have both.
  const ofResource: ResourceValidation | undefined =
    validateResource && ((args, report) => validateResource(args, heeding(report, args.urn)));
  const ofStack: StackValidation | undefined =
    validateStack && ((args, report) => validateStack(args, heeding(report, "")));
  return {
    ...head,
    ...(ofResource && { validateResource: ofResource }),
    ...(ofStack && { validateStack: ofStack }),
  };
}
