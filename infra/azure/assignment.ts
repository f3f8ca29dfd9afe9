import { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import { RoleDefinition } from "@pulumi/azure-native/authorization/roleDefinition";
import type * as pulumi from "@pulumi/pulumi";
import type { Children } from "../component";
import type { Environment } from "../environment";
import { awaitSpread, explainUnseeded } from "./errorHooks";
import { guidOf, ownId } from "./layout";
import {
  assignableScopes,
  ownRoleGuid,
  roleDefinitionId,
  roleDisplayName,
  type OwnRole,
  type Permissions,
  type RoleName,
} from "./roles";
import type { AzureSettings, PlaceSettings } from "./settings";

/** A role of ours. https://learn.microsoft.com/azure/role-based-access-control/custom-roles */
export const ownRole = (
  role: OwnRole,
  permissions: Permissions,
  description: string,
  environment: Environment,
  settings: PlaceSettings & Pick<AzureSettings, "vault">,
  children: Children,
): RoleDefinition =>
  new RoleDefinition(
    children.name(`${role}-role`),
    {
      roleDefinitionId: ownRoleGuid(role, environment, settings),
      roleName: roleDisplayName(role, environment, settings),
      roleType: "CustomRole",
      description,
      scope: ownId(environment, settings),
      assignableScopes: [...assignableScopes(environment, settings)],
      permissions: [
        {
          actions: [...permissions.actions],
          notActions: [],
          dataActions: [...permissions.dataActions],
          notDataActions: [],
        },
      ],
    },
    children.options(),
  );

export interface AssignmentArgs {
  readonly role: RoleName;
  readonly scope: string;
  readonly principalId: pulumi.Input<string>;
  readonly principalType: "User" | "Group" | "ServicePrincipal";
  /** Who it is for, for messages and for the assignment's id. */
  readonly who: string;
  readonly condition?: pulumi.Input<string> | undefined;
  readonly environment: Environment;
  readonly settings: PlaceSettings;
}

/**
 * One role on one scope. Its id is a GUID of what it says, not of the principal's own id, which is not known before the
 * first run; another principal in its place has to wait for the old one to go, because an assignment never changes.
 */
export function assignment(
  suffix: string,
  args: AssignmentArgs,
  children: Children,
  dependsOn: readonly pulumi.Resource[] = [],
): RoleAssignment {
  const { role, scope, principalId, principalType, who, condition, environment, settings } = args;
  const name = children.name(suffix);
  const ofSecret = scope.includes("/secrets/");
  return new RoleAssignment(
    name,
    {
      roleAssignmentName: guidOf("assignment", scope, role, who),
      roleDefinitionId: roleDefinitionId(role, environment, settings),
      ...{ scope, principalId, principalType },
      description: `${who} of ${environment.app}, ${environment.stage}`,
      ...(condition !== undefined && { condition, conditionVersion: "2.0" }),
    },
    children.options({
      deleteBeforeReplace: true,
      dependsOn: [...dependsOn],
      hooks: {
        onError: [
          awaitSpread(name, who),
          ...(ofSecret ? [explainUnseeded(name, scope.split("/").at(-1) ?? "")] : []),
        ],
      },
    }),
  );
}
