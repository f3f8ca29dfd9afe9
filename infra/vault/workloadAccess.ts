import type * as pulumi from "@pulumi/pulumi";
import { Policy } from "@pulumi/vault/policy";
import { Component, type ComponentArgs } from "../component";
import type { CiSettings } from "../contracts/platform";
import type * as contract from "../contracts/workloadAccess";
import { consumers, type Consumer } from "../environment";
import { authMounts, type AuthMounts } from "./authMounts";
import { consumerRules } from "./grants";
import { consumerName } from "./layout";
import { policyDocument } from "./policyDocument";
import { appRole, jwtRole, kubernetesRole, type Login, type RoleArgs } from "./roles";
import type { SecretStore } from "./secretStore";
import type { AccessSettings, ConsumerAccess } from "./settings";

export interface WorkloadAccessArgs extends ComponentArgs {
  readonly settings: AccessSettings;
  readonly store: SecretStore;
  readonly ci: CiSettings | undefined;
}

/** The login methods, and for each consumer one policy of exact paths with a role in each method that it uses. */
export class WorkloadAccess extends Component implements contract.WorkloadAccess {
  public readonly identities: Readonly<Partial<Record<Consumer, contract.Identity>>>;
  /** What roles of other components on the same methods wait for. */
  public readonly mounts: AuthMounts;

  constructor(name: string, args: WorkloadAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("vault", "WorkloadAccess", name, { ...args }, opts);
    this.mounts = authMounts(args.settings, args.ci, this.children());
    this.identities = Object.fromEntries(
      consumers.flatMap((consumer) => {
        const access = args.settings.access[consumer];
        return access ? [[consumer, this.identity(consumer, access, args)] as const] : [];
      }),
    );
    this.registerOutputs({ identities: this.identities });
  }

  private identity(
    consumer: Consumer,
    access: ConsumerAccess,
    { environment, settings, ci }: WorkloadAccessArgs,
  ): contract.Identity {
    const children = this.children(consumer);
    const name = consumerName(environment, consumer);
    const policy = new Policy(
      children.name("policy"),
      { name, policy: policyDocument(consumerRules(consumer, environment, settings)) },
      children.options(),
    );
    const role: RoleArgs = { name, policy, mounts: this.mounts, ...ttls(consumer, access) };
    const { approle, kubernetes, jwt } = settings.auth;
    const logins: Record<string, Login> = {
      ...(access.approle &&
        approle && { approle: appRole(role, access.approle, approle, children) }),
      ...(access.kubernetes &&
        kubernetes && {
          kubernetes: kubernetesRole(role, access.kubernetes, kubernetes, children),
        }),
      ...(access.jwt && jwt && ci && { jwt: jwtRole(role, access.jwt.claims, ci, jwt, children) }),
    };
    return { consumer, name, logins };
  }
}

/** A break-glass token ends when it ends: it is not renewed. */
const ttls = (consumer: Consumer, { tokenTtl, tokenMaxTtl }: ConsumerAccess) => ({
  tokenTtl: Math.min(tokenTtl, tokenMaxTtl),
  tokenMaxTtl: consumer === "breakGlass" ? Math.min(tokenTtl, tokenMaxTtl) : tokenMaxTtl,
});
