import { max } from "../../fixtures/azure";
import { rbacOf, type Question } from "../../support/azureRbac";
import {
  callersOf,
  grantCall,
  managementCall,
  otherDataCalls,
  otherGroup,
  otherVault,
  rolesOf,
  secretCalls,
  vault,
  type Call,
} from "../support/azureCalls";
import {
  grantScopes,
  granted,
  leftOpen,
  management,
  neverGranted,
} from "../support/azureManagement";
import { mutants } from "../support/azureMutants";
import { recordedUp, type Up } from "../support/recordedUp";

/**
 * Nothing in a role or a grant is there for its looks: without any one of its parts, or with a wider one, some question
 * is answered otherwise. What the right answers are is written in access.test.ts.
 */
function questionsOf(made: readonly Up[]): readonly Question[] {
  const callers = callersOf(made);
  const roles = rolesOf(made);
  const calls: readonly Call[] = [
    ...[...secretCalls(), ...secretCalls(otherVault)].map(([, , call]) => call),
    ...secretCalls(otherVault.replace("rg-prompt-sentinel", "rg-of-others")).map(
      ([, , call]) => call,
    ),
    ...otherDataCalls,
    ...Object.keys(management).flatMap((action) => [
      managementCall(action),
      managementCall(action, vault),
      managementCall(action, otherGroup),
    ]),
    ...[...granted, ...leftOpen, ...neverGranted].flatMap(([role, to, on]) =>
      (["write", "delete"] as const).map((verb) =>
        grantCall(verb, roles[role], callers[to].principalId, grantScopes[on]),
      ),
    ),
  ];
  return Object.values(callers).flatMap((caller) => calls.map((call) => ({ ...caller, ...call })));
}

/** Mutants that no question can tell, each with the reason why what it changes is there. */
const accepted: Readonly<Record<string, string>> = {
  "azure-ci-pipeline-grants-role without Microsoft.Authorization/roleAssignments/read":
    "reads the grants of a vault in another group than the stack's, which the other role does here",
};

describe("every part of a role and of a grant counts", () => {
  let made: readonly Up[];
  beforeAll(async () => {
    made = await recordedUp(max);
  });

  test("no mutant answers as the stack does", () => {
    const questions = questionsOf(made);
    const answers = (resources: readonly Up[]): string => {
      const { allowed } = rbacOf(resources);
      return questions.map((question) => (allowed(question) ? "1" : "0")).join("");
    };
    const right = answers(made);
    const all = mutants(made);
    expect(all.length).toBeGreaterThan(150);
    const survivors = all.filter(([, mutant]) => answers(mutant) === right).map(([name]) => name);
    expect(survivors.sort()).toEqual(Object.keys(accepted).sort());
  });
});
