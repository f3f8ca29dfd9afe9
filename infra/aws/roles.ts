import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import type { Children } from "../component";
import type { Environment } from "../environment";
import { limits } from "../limits";
import { policyDocument, type Statement } from "./policyDocument";

export interface RoleArgs {
  readonly name: string;
  readonly description: string;
  readonly trust: readonly Statement[];
  readonly grants: readonly Statement[];
  readonly permissionsBoundary: string | undefined;
  readonly environment: Environment;
}

/** A role, and its policy for those who wait for it. */
export interface MadeRole {
  readonly made: Role;
  readonly grants: RolePolicy;
}

/** A role with its one policy inline, so that no other role gets it and it goes with the role. */
export function role(
  suffix: string,
  { name, description, trust, grants, permissionsBoundary, environment }: RoleArgs,
  children: Children,
): MadeRole {
  const made = new Role(
    children.name(suffix),
    {
      name,
      description,
      assumeRolePolicy: policyDocument(trust),
      maxSessionDuration: limits.awsSessionSeconds,
      permissionsBoundary,
      tags: environment.tags,
    },
    children.options(),
  );
  const given = new RolePolicy(
    children.name(`${suffix}-grants`),
    { name: "grants", role: made.name, policy: policyDocument(grants) },
    children.options(),
  );
  return { made, grants: given };
}
