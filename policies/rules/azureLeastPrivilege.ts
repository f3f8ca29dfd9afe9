import { grants, type Roles } from "../azure/assignments";
import { definitionProblems } from "../azure/definitions";
import { builtIn, roleGuid, roleOf } from "../azure/roles";
import { raw } from "../support";
import { withoutVersion } from "../valueBearing/table";
import type { Rule } from "./rule";

/** Ways to a grant around the ones that are looked at. */
const refused: Readonly<Record<string, string>> = {
  "azure-native:authorization:PimRoleAssignmentSchedule":
    "an active assignment of Privileged Identity Management; fix: assign the role, or make people eligible for it",
  "azure-native:keyvault:AccessPolicy":
    "an access policy reaches the whole vault; fix: assign a role on one secret",
};

/**
 * An assignment names who, a small role and one secret. A role over more is how one stolen identity becomes the vault.
 *
 * @link https://learn.microsoft.com/azure/role-based-access-control/best-practices
 * @link https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-overview
 */
export function azureLeastPrivilege(): Rule {
  // A role of ours is made before it is assigned, so what it allows has been seen by then.
  const own = new Map<string, ReturnType<typeof roleOf>>();
  const roles: Roles = (guid) => builtIn[guid] ?? own.get(guid);
  return {
    name: "azure-least-privilege",
    description:
      "Each assignment on Azure is of a small role to a principal of a said type, on one secret where it reads values and by a condition where it grants, because a wider one reaches what it is not for.",
    enforcementLevel: "mandatory",
    controls: ["CKV_AZURE_39", "CIS Azure 5.4", "CIS Azure 8.3.6"],
    validateResource: ({ type, props }, report) => {
      const plain = withoutVersion(type);
      const inputs = raw(props);
      if (Object.hasOwn(refused, plain)) report(`${plain}: ${refused[plain] ?? ""}`);
      if (plain === "azure-native:authorization:RoleDefinition") {
        const guid = roleGuid(inputs["roleDefinitionId"]);
        if (guid !== undefined) own.set(guid, roleOf(inputs["permissions"]));
        for (const problem of definitionProblems(inputs)) report(problem);
      }
      for (const problem of grants[plain]?.(inputs, roles) ?? []) report(problem);
    },
  };
}
