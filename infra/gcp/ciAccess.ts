import { IAMCustomRole } from "@pulumi/gcp/projects/iamcustomRole";
import { IAMMember } from "@pulumi/gcp/projects/iammember";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import { ciRoles, type CiRole } from "../contracts/ciAccess";
import type * as contract from "../contracts/ciAccess";
import { account } from "./accounts";
import { awaitAccount } from "./errorHooks";
import { accountMember, customRoleName, pipelineName } from "./layout";
import { pipelinePermissions } from "./pipelineGrants";
import type { SecretStore } from "./secretStore";
import type { AccessSettings, GcpSettings } from "./settings";
import { subjectMembers } from "./trust";
import type { WorkloadAccess } from "./workloadAccess";

export interface CiAccessArgs extends ComponentArgs {
  readonly settings: AccessSettings;
  readonly store: SecretStore;
  readonly access: WorkloadAccess;
  readonly pipeline: NonNullable<GcpSettings["pipeline"]>;
}

/**
 * The pipeline's own service accounts: `preview` reads, `apply` writes, neither reads a value. What they may do themselves
 * only an administrator changes: a role that widens itself has no bound.
 */
export class CiAccess extends Component implements contract.CiAccess {
  public readonly roles: Readonly<Record<CiRole, string>>;

  constructor(name: string, args: CiAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gcp", "CiAccess", name, { ...args }, opts);
    this.retries = args.store.retries;
    // What bounds `apply` is there before it is.
    this.after = [...args.store.apis, ...args.access.pools, ...args.access.guards];
    this.roles = Object.fromEntries(ciRoles.map((role) => [role, this.role(role, args)])) as Record<
      CiRole,
      string
    >;
    this.registerOutputs({ roles: this.roles });
  }

  private role(role: CiRole, { environment, settings, pipeline }: CiAccessArgs): string {
    const name = pipelineName(environment, role);
    const { projectId: project } = settings;
    const made = account(
      role,
      {
        ...{ name, description: `${role} of the pipeline`, environment, settings },
        members: Object.fromEntries(subjectMembers(pipeline[role].subjects, environment, settings)),
      },
      this.children(),
    );
    const roleId = customRoleName(environment, role);
    const definition = new IAMCustomRole(
      this.childName(`${role}-role`),
      {
        ...{ project, roleId, title: name, stage: "GA" },
        description: `${role} of the pipeline of ${environment.app}, ${environment.stage}`,
        permissions: [...pipelinePermissions(settings.access)[role]],
      },
      this.childOptions(),
    );
    const own = this.childName(`${role}-on-project`);
    new IAMMember(
      own,
      {
        project,
        role: `projects/${project}/roles/${roleId}`,
        member: accountMember(name, settings),
      },
      this.childOptions({
        dependsOn: [made, definition],
        hooks: { onError: [awaitAccount(own, name)] },
      }),
    );
    return name;
  }
}
