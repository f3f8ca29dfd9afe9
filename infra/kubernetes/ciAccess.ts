import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import { ciRoles, type CiRole } from "../contracts/ciAccess";
import type * as contract from "../contracts/ciAccess";
import { pipelineName } from "./layout";
import { granted } from "./objects";
import { pipelineRules } from "./pipelineGrants";
import type { SecretStore } from "./secretStore";
import type { KubernetesSettings } from "./settings";

export interface CiAccessArgs extends ComponentArgs {
  readonly settings: KubernetesSettings;
  readonly store: SecretStore;
  readonly pipeline: NonNullable<KubernetesSettings["pipeline"]>;
}

/**
 * The pipeline's own roles in the namespace: `preview` reads, `apply` writes, neither reads a Secret. Who the pipeline
 * is, the cluster's own login says: its API server trusts an issuer by its start, or its cloud does.
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#using-authentication-configuration
 */
export class CiAccess extends Component implements contract.CiAccess {
  public readonly roles: Readonly<Record<CiRole, string>>;

  constructor(name: string, args: CiAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kubernetes", "CiAccess", name, { ...args }, opts);
    const { environment, settings, store, pipeline } = args;
    this.after = store.ready;
    const place = { environment, settings, children: this.children() };
    this.roles = Object.fromEntries(
      ciRoles.map((role) => {
        const own = pipelineName(environment, role);
        const groups = pipeline[role].groups.map((group) => ({
          kind: "Group" as const,
          name: group,
        }));
        granted(role, own, pipelineRules(role, settings), groups, place);
        return [role, own];
      }),
    ) as Record<CiRole, string>;
    this.registerOutputs({ roles: this.roles });
  }
}
