import { OpenIdConnectProvider } from "@pulumi/aws/iam/openIdConnectProvider";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import { ciRoles, type CiRole } from "../contracts/ciAccess";
import type * as contract from "../contracts/ciAccess";
import type { CiSettings } from "../contracts/platform";
import { pipelineRoleName, roleArn } from "./layout";
import { pipelineStatements } from "./pipelineGrants";
import { role } from "./roles";
import type { AwsSettings } from "./settings";
import { tokens } from "./trust";

export interface CiAccessArgs extends ComponentArgs {
  readonly settings: AwsSettings;
  readonly pipeline: NonNullable<AwsSettings["pipeline"]>;
  readonly ci: CiSettings;
}

/**
 * The pipeline's own roles: `preview` reads, `apply` writes, neither reads a value. What they may do themselves only an
 * administrator changes: a role that widens itself has no bound.
 */
export class CiAccess extends Component implements contract.CiAccess {
  public readonly roles: Readonly<Record<CiRole, string>>;

  constructor(name: string, args: CiAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("aws", "CiAccess", name, { ...args }, opts);
    const { environment, settings, pipeline, ci } = args;
    if (pipeline.provider === "create") {
      new OpenIdConnectProvider(
        this.childName("provider"),
        { url: ci.issuer, clientIdLists: [ci.audience], tags: environment.tags },
        // Whoever else trusts the issuer in this account uses it too.
        this.childOptions({ retainOnDelete: true }),
      );
    }
    this.roles = Object.fromEntries(
      ciRoles.map((one) => {
        const roleName = pipelineRoleName(environment, one);
        role(
          one,
          {
            name: roleName,
            description: `${one} of ${environment.app}, ${environment.stage}, by the pipeline`,
            trust: tokens(ci.issuer, ci.audience, pipeline[one].subjects, settings),
            grants: pipelineStatements(one, environment, settings),
            permissionsBoundary: settings.permissionsBoundary,
            environment,
          },
          this.children(),
        );
        return [one, roleArn(roleName, settings)];
      }),
    ) as Record<CiRole, string>;
    this.registerOutputs({ roles: this.roles });
  }
}
