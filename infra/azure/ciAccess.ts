import * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import { ciRoles, type CiRole } from "../contracts/ciAccess";
import type * as contract from "../contracts/ciAccess";
import type { CiSettings } from "../contracts/platform";
import { assignment, ownRole } from "./assignment";
import { identity } from "./identities";
import { pipelineName, vaultId } from "./layout";
import { grantsCondition, grantsPermissions, pipelinePermissions } from "./pipelineGrants";
import { assignableScopes } from "./roles";
import type { SecretStore } from "./secretStore";
import type { AzureSettings } from "./settings";
import { pipelineFederations } from "./trust";
import type { WorkloadAccess } from "./workloadAccess";

export interface CiAccessArgs extends ComponentArgs {
  readonly settings: AzureSettings;
  readonly store: SecretStore;
  readonly access: WorkloadAccess;
  readonly pipeline: NonNullable<AzureSettings["pipeline"]>;
  readonly ci: CiSettings;
}

/**
 * The pipeline's own identities: `preview` reads, `apply` writes, neither reads a value. What they may do themselves
 * only an administrator changes: a role that widens itself has no bound.
 */
export class CiAccess extends Component implements contract.CiAccess {
  public readonly roles: Readonly<Record<CiRole, string>>;

  constructor(name: string, args: CiAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("azure", "CiAccess", name, { ...args }, opts);
    this.after = args.store.ready;
    this.roles = Object.fromEntries(ciRoles.map((role) => [role, this.role(role, args)])) as Record<
      CiRole,
      string
    >;
    this.registerOutputs({ roles: this.roles });
  }

  private role(role: CiRole, args: CiAccessArgs): string {
    const { environment, settings, pipeline, ci } = args;
    const name = pipelineName(environment, role);
    const children = this.children();
    const made = identity(
      role,
      {
        name,
        federations: pipelineFederations(pipeline[role].subjects, ci),
        environment,
        settings,
      },
      children,
    );
    const definition = ownRole(
      `pipeline-${role}`,
      pipelinePermissions[role],
      `${role} of the pipeline`,
      environment,
      settings,
      children,
    );
    const principal = {
      ...{ principalId: made.principalId, principalType: "ServicePrincipal" as const },
      ...{ who: `pipeline ${role}`, environment, settings },
    };
    assignableScopes(environment, settings).forEach((scope, index) => {
      const on = index === 0 ? "group" : "vault-group";
      assignment(`${role}-on-${on}`, { ...principal, role: `pipeline-${role}`, scope }, children, [
        definition,
      ]);
    });
    if (role === "apply") this.grants(principal, args);
    return name;
  }

  /** It grants on the vault's secrets, which readers' identities have to be there for. */
  private grants(
    principal: Omit<Parameters<typeof assignment>[1], "role" | "scope" | "condition">,
    { environment, settings, access }: CiAccessArgs,
  ): void {
    const children = this.children();
    const definition = ownRole(
      "pipeline-grants",
      grantsPermissions,
      "Grants readers their secrets, by a condition",
      environment,
      settings,
      children,
    );
    const { app = [], ci = [], rotator = [] } = access.principalIds;
    const condition = pulumi
      .all([pulumi.all([...app, ...ci]), pulumi.all([...rotator])])
      .apply(([readers, rotators]) =>
        grantsCondition(
          [
            { role: "secretsUser", principalIds: readers },
            ...(rotators.length === 0
              ? []
              : [{ role: "rotator" as const, principalIds: rotators }]),
          ],
          environment,
          settings,
        ),
      );
    assignment(
      "apply-grants",
      { ...principal, role: "pipeline-grants", scope: vaultId(environment, settings), condition },
      children,
      [definition],
    );
  }
}
