import type { EnforcementLevel, ResourceValidation, StackValidation } from "@pulumi/policy";

/**
 * One rule. The fields stand in this order in every rule's file. A rule looks at each resource before it is made, at
 * the whole stack when all is made, or at both.
 */
export interface Rule {
  readonly name: string;
  /** One sentence: what is held, and why. */
  readonly description: string;
  readonly enforcementLevel: EnforcementLevel;
  /** Public controls that the rule serves, for the reader's table. */
  readonly controls: readonly string[];
  readonly validateResource?: ResourceValidation;
  readonly validateStack?: StackValidation;
}
