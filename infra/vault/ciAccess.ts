import type * as pulumi from "@pulumi/pulumi";
import { Policy } from "@pulumi/vault/policy";
import { Component, type ComponentArgs } from "../component";
import { ciRoles, type CiRole } from "../contracts/ciAccess";
import type * as contract from "../contracts/ciAccess";
import type { CiSettings } from "../contracts/platform";
import { limits } from "../limits";
import { ciRules } from "./ciGrants";
import { ciRoleName } from "./layout";
import { policyDocument } from "./policyDocument";
import { jwtRole } from "./roles";
import type { VaultSettings } from "./settings";
import type { WorkloadAccess } from "./workloadAccess";

export interface CiAccessArgs extends ComponentArgs {
  readonly settings: VaultSettings;
  readonly ci: CiSettings;
  readonly access: WorkloadAccess;
}

/** The pipeline's own roles over this program's resources: `preview` reads, `apply` writes, neither reads a value. */
export class CiAccess extends Component implements contract.CiAccess {
  public readonly roles: Readonly<Record<CiRole, string>>;

  constructor(name: string, args: CiAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vault", "CiAccess", name, { ...args }, opts);
    const named = ciRoles.map((role) => [role, this.role(role, args)] as const);
    this.roles = Object.fromEntries(named) as Record<CiRole, string>;
    this.registerOutputs({ roles: this.roles });
  }

  private role(role: CiRole, args: CiAccessArgs): string {
    const { environment, settings, ci, access } = args;
    const name = ciRoleName(environment, role);
    const children = this.children(role);
    const policy = new Policy(
      children.name("policy"),
      { name, policy: policyDocument(ciRules(role, environment, settings)) },
      children.options(),
    );
    if (settings.auth.jwt) {
      jwtRole(
        {
          name,
          policy,
          mounts: access.mounts,
          tokenTtl: limits.tokenTtl,
          tokenMaxTtl: limits.tokenMaxTtl,
        },
        ci[role],
        ci,
        settings.auth.jwt,
        children,
      );
    }
    return name;
  }
}
