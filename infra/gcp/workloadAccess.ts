import { RegionalSecretIamMember } from "@pulumi/gcp/secretmanager/regionalSecretIamMember";
import { SecretIamMember } from "@pulumi/gcp/secretmanager/secretIamMember";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import type { CiSettings } from "../contracts/platform";
import type * as contract from "../contracts/workloadAccess";
import { consumers, keysOf, type Consumer } from "../environment";
import type { Principals, WorkloadLogins } from "./accessSettings";
import { account } from "./accounts";
import { awaitAccount } from "./errorHooks";
import { grantsOf, type Grant } from "./grants";
import { identityPools } from "./identityPools";
import { accountEmail, accountMember, accountName, secretName } from "./layout";
import { denyOthers, forbidServiceAccountKeys, joinPerimeter } from "./projectGuards";
import type { SecretStore } from "./secretStore";
import type { AccessSettings, GcpSettings } from "./settings";
import { federationsOf, loginsOf, membersOf } from "./trust";
import { coordinatesOf } from "./loginCoordinates";

export interface WorkloadAccessArgs extends ComponentArgs {
  readonly settings: AccessSettings & Pick<GcpSettings, "pipeline">;
  readonly store: SecretStore;
  readonly ci: CiSettings | undefined;
}

/** Who has a grant: as IAM names them, by the ending of a binding's name. */
type Members = Readonly<Record<string, string>>;

/** For each workload a service account with its ways in, for people their own accounts; each with the smallest grants. */
export class WorkloadAccess extends Component implements contract.WorkloadAccess {
  public readonly identities: Readonly<Partial<Record<Consumer, contract.Identity>>>;
  /** Whose tokens are taken. */
  public readonly pools: readonly pulumi.Resource[];
  /** What bounds whoever is granted something. */
  public readonly guards: readonly pulumi.Resource[];

  constructor(name: string, args: WorkloadAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gcp", "WorkloadAccess", name, { ...args }, opts);
    const { environment, settings, ci, store } = args;
    this.retries = store.retries;
    this.after = store.apis;
    if (settings.access.forbidServiceAccountKeys) {
      forbidServiceAccountKeys(settings, this.children());
    }
    this.pools = identityPools(federationsOf(settings, ci), environment, settings, this.children());
    const made = consumers.flatMap((consumer) => {
      const access = settings.access[consumer];
      if (access === undefined) return [];
      const one =
        "principals" in access
          ? this.people(consumer, access.principals, args)
          : this.workload(consumer, access, args);
      return [[consumer, one] as const];
    });
    this.identities = Object.fromEntries(
      made.map(([consumer, { identity }]) => [consumer, { consumer, ...identity }]),
    );
    this.after = [...store.ready, ...made.flatMap(([, { resources }]) => resources)];
    this.guards = settings.access.denyOthers
      ? [denyOthers(environment, settings, this.children())]
      : [];
    if (settings.network.perimeter !== undefined) {
      joinPerimeter(settings.network.perimeter, settings, this.children());
    }
    this.registerOutputs({ identities: this.identities });
  }

  private workload(consumer: Consumer, access: WorkloadLogins, args: WorkloadAccessArgs) {
    const { environment, settings, store } = args;
    const name = accountName(environment, consumer);
    this.after = [...store.apis, ...this.pools];
    const made = account(
      consumer,
      {
        ...{ name, description: consumer, environment, settings },
        members: membersOf(access, environment, settings),
      },
      this.children(),
    );
    const members = { "": accountMember(name, settings) };
    const grants = this.grants(consumer, members, [made], args);
    const keys = keysOf(environment, consumer);
    const coordinates = coordinatesOf(
      access,
      accountEmail(name, settings),
      keys,
      environment,
      settings,
      args.ci,
    );
    const logins = loginsOf(access).map((login) => [login, coordinates(login)]);
    return {
      resources: [made, ...grants],
      identity: { name, logins: Object.fromEntries(logins) as contract.Identity["logins"] },
    };
  }

  private people(consumer: Consumer, principals: Principals, args: WorkloadAccessArgs) {
    const members = Object.fromEntries(
      Object.entries(principals).map(([who, { member }]) => [who, member]),
    );
    const resources = this.grants(consumer, members, [], args);
    const logins = Object.entries(members).map(([who, member]) => [
      who,
      { member, projectId: args.settings.projectId },
    ]);
    return {
      resources,
      identity: {
        name: accountName(args.environment, consumer),
        logins: Object.fromEntries(logins) as contract.Identity["logins"],
      },
    };
  }

  /** One member, one role, one secret: never a binding that would take others' away. */
  private grants(
    consumer: Consumer,
    members: Members,
    accounts: readonly pulumi.Resource[],
    { environment, settings, store }: WorkloadAccessArgs,
  ): readonly pulumi.Resource[] {
    this.after = [...store.ready, ...accounts];
    return grantsOf(consumer, environment, settings).flatMap((grant) =>
      Object.entries(members).map(([who, member]) => {
        const suffix = [consumer, who, "on", grant.on].filter((part) => part !== "").join("-");
        return this.grant(suffix, grant, member, settings);
      }),
    );
  }

  private grant(
    suffix: string,
    { key, role, condition }: Grant,
    member: string,
    settings: AccessSettings,
  ): pulumi.Resource {
    const { projectId: project, location, secrets } = settings;
    const own = this.childName(suffix);
    const binding = {
      ...{ project, secretId: secretName(key, settings), role, member },
      ...(condition && { condition }),
    };
    const options = this.childOptions({ hooks: { onError: [awaitAccount(own, member)] } });
    return secrets.replication === "regional"
      ? new RegionalSecretIamMember(own, { ...binding, location }, options)
      : new SecretIamMember(own, binding, options);
  }
}
