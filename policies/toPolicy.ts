import type {
  Policies,
  ReportViolation,
  ResourceValidationPolicy,
  StackValidationPolicy,
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
  const policy: Partial<ResourceValidationPolicy & StackValidationPolicy> = {
    name,
    description,
    enforcementLevel,
    ...(validateResource && {
      validateResource: (args, report) => validateResource(args, heeding(report, args.urn)),
    }),
    ...(validateStack && {
      validateStack: (args, report) => validateStack(args, heeding(report, "")),
    }),
  };
  // The engine asks for both kinds of validation by themselves; only the types want them apart.
  return policy as Policies[number];
}
