import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation";
import { InstanceProfile } from "@pulumi/aws/iam/instanceProfile";
import type { Role } from "@pulumi/aws/iam/role";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import type { CiSettings } from "../contracts/platform";
import type * as contract from "../contracts/workloadAccess";
import { consumers, type Consumer, type Environment } from "../environment";
import { environmentOf, tokenCoordinates } from "../pipelineToken";
import type { WorkloadLogins } from "./accessSettings";
import { endpoints } from "./endpoints";
import { consumerStatements } from "./grants";
import { roleArn, roleName } from "./layout";
import type { Statement } from "./policyDocument";
import { loginsOf, usesOf } from "./readers";
import { role } from "./roles";
import type { AccessSettings } from "./settings";
import { personTrust, workloadTrust } from "./trust";

export interface WorkloadAccessArgs extends ComponentArgs {
  readonly settings: AccessSettings;
  readonly ci: CiSettings | undefined;
}

type Logins = contract.Identity["logins"];

/** For each consumer a role for each of its ways in, every one with the same exact grants. */
export class WorkloadAccess extends Component implements contract.WorkloadAccess {
  public readonly identities: Readonly<Partial<Record<Consumer, contract.Identity>>>;

  constructor(name: string, args: WorkloadAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("aws", "WorkloadAccess", name, { ...args }, opts);
    this.identities = Object.fromEntries(
      consumers.flatMap((consumer) => {
        const access = args.settings.access[consumer];
        if (access === undefined) return [];
        const logins =
          consumer === "app" || consumer === "ci"
            ? this.workload(consumer, access as WorkloadLogins, args)
            : this.person(consumer, args);
        const own = roleName(args.environment, consumer);
        return [[consumer, { consumer, name: own, logins }] as const];
      }),
    );
    endpoints(args.environment, args.settings, this.children());
    this.registerOutputs({ identities: this.identities });
  }

  private workload(
    consumer: "app" | "ci",
    access: WorkloadLogins,
    args: WorkloadAccessArgs,
  ): Logins {
    return Object.fromEntries(
      loginsOf(access).map((login) => {
        const trust = workloadTrust(login, access, args.settings, args.ci);
        const made = usesOf(login).map((use) => this.role(consumer, use, trust, args));
        this.attach(login, consumer, access, made[0]?.role, args.environment);
        const token =
          login === "oidc"
            ? tokenCoordinates(args.ci, (access.oidc?.subjects ?? []).map(environmentOf))
            : {};
        const roles = Object.fromEntries(made.map(({ key, arn }) => [key, arn]));
        return [login, { ...roles, ...podsOf(login, access), ...token }];
      }),
    );
  }

  private person(
    consumer: "operator" | "rotator" | "breakGlass",
    args: WorkloadAccessArgs,
  ): Logins {
    const trust = personTrust(consumer, args.settings.access);
    return { assume: { roleArn: this.role(consumer, undefined, trust, args).arn } };
  }

  private role(
    consumer: Consumer,
    use: string | undefined,
    trust: readonly Statement[],
    { environment, settings }: WorkloadAccessArgs,
  ): { readonly role: Role; readonly key: string; readonly arn: string } {
    const name = roleName(environment, consumer, use);
    const { made } = role(
      use === undefined ? consumer : `${consumer}-${use}`,
      {
        name,
        description: `${consumer} of ${environment.app}, ${environment.stage}`,
        trust,
        grants: consumerStatements(consumer, environment, settings),
        permissionsBoundary: settings.permissionsBoundary,
        environment,
      },
      this.children(),
    );
    const key = use === "ecs-execution" ? "executionRoleArn" : "roleArn";
    return { role: made, key, arn: roleArn(name, settings) };
  }

  /** What ties a role to where it is used. */
  private attach(
    login: keyof WorkloadLogins,
    consumer: Consumer,
    { podIdentity }: WorkloadLogins,
    made: Role | undefined,
    environment: Environment,
  ): void {
    if (!made) return;
    if (login === "podIdentity" && podIdentity) {
      const { cluster: clusterName, namespace, serviceAccount } = podIdentity;
      new PodIdentityAssociation(
        this.childName(`${consumer}-pod-identity-association`),
        { clusterName, namespace, serviceAccount, roleArn: made.arn, tags: environment.tags },
        this.childOptions(),
      );
    }
    if (login === "ec2") {
      new InstanceProfile(
        this.childName(`${consumer}-ec2-profile`),
        {
          name: roleName(environment, consumer, "ec2"),
          role: made.name,
          tags: environment.tags,
        },
        this.childOptions(),
      );
    }
  }
}

/** Which Pods a role is of: a deployment in another place would be refused. */
function podsOf(
  login: keyof WorkloadLogins,
  { podIdentity, irsa }: WorkloadLogins,
): Readonly<Record<string, string>> {
  const pods = login === "podIdentity" ? podIdentity : login === "irsa" ? irsa : undefined;
  return pods ? { namespace: pods.namespace, serviceAccount: pods.serviceAccount } : {};
}
