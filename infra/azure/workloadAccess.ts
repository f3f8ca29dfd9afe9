import { PimRoleEligibilitySchedule } from "@pulumi/azure-native/authorization/pimRoleEligibilitySchedule";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import type { CiSettings } from "../contracts/platform";
import type * as contract from "../contracts/workloadAccess";
import { consumers, type Consumer } from "../environment";
import { environmentOf, tokenCoordinates } from "../pipelineToken";
import type { Principals, WorkloadLogins } from "./accessSettings";
import { assignment, ownRole } from "./assignment";
import { grantsOf } from "./grants";
import { identity } from "./identities";
import { groupName, identityName, ownId } from "./layout";
import { roleDefinitionId, valueRoles, type ValueRole } from "./roles";
import type { SecretStore } from "./secretStore";
import type { AccessSettings } from "./settings";
import { federationsOf, loginsOf } from "./trust";

export interface WorkloadAccessArgs extends ComponentArgs {
  readonly settings: AccessSettings;
  readonly store: SecretStore;
  readonly ci: CiSettings | undefined;
}

type Made = Omit<contract.Identity, "consumer"> & {
  readonly principalIds: readonly pulumi.Input<string>[];
};
type Roles = Readonly<Partial<Record<ValueRole, pulumi.Resource>>>;

/** For each workload a managed identity with its ways in, for people their own accounts; each with the smallest grants. */
export class WorkloadAccess extends Component implements contract.WorkloadAccess {
  public readonly identities: Readonly<Partial<Record<Consumer, contract.Identity>>>;
  /** Object ids of each consumer, as logs name them: a managed identity's is known when it is there. */
  public readonly principalIds: Readonly<
    Partial<Record<Consumer, readonly pulumi.Input<string>[]>>
  >;

  constructor(name: string, args: WorkloadAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("azure", "WorkloadAccess", name, { ...args }, opts);
    this.after = args.store.ready;
    const roles = this.roles(args);
    const made = consumers.flatMap((consumer) => {
      const access = args.settings.access[consumer];
      if (access === undefined) return [];
      const one =
        "principals" in access
          ? this.people(consumer, access.principals, roles, args)
          : this.workload(consumer, access, args);
      return [[consumer, one] as const];
    });
    this.identities = Object.fromEntries(
      made.map(([consumer, { name: own, logins }]) => [consumer, { consumer, name: own, logins }]),
    );
    this.principalIds = Object.fromEntries(
      made.map(([consumer, { principalIds }]) => [consumer, principalIds]),
    );
    this.registerOutputs({ identities: this.identities });
  }

  /** The roles of our own that somebody has. */
  private roles({ environment, settings }: WorkloadAccessArgs): Roles {
    const { rotator } = settings.access;
    const make = (role: ValueRole, description: string): pulumi.Resource =>
      ownRole(role, valueRoles[role], description, environment, settings, this.children());
    return {
      writer: make("writer", "Writes secrets and reads none"),
      ...(rotator && { rotator: make("rotator", "Reads and writes secrets, and deletes none") }),
    };
  }

  private workload(consumer: Consumer, access: WorkloadLogins, args: WorkloadAccessArgs): Made {
    const { environment, settings, ci } = args;
    const name = identityName(environment, consumer);
    const made = identity(
      consumer,
      { name, federations: federationsOf(access, settings, ci), environment, settings },
      this.children(),
    );
    for (const grant of grantsOf(consumer, environment, settings)) {
      assignment(
        `${consumer}-on-${grant.on}`,
        {
          ...grant,
          ...{ principalId: made.principalId, principalType: "ServicePrincipal", who: consumer },
          ...{ environment, settings },
        },
        this.children(),
      );
    }
    const id = ownId(
      environment,
      settings,
      "Microsoft.ManagedIdentity/userAssignedIdentities",
      name,
    );
    const known = {
      identityId: id,
      resourceGroup: groupName(environment, settings),
      tenantId: settings.tenantId,
      clientId: made.clientId,
    };
    const logins = loginsOf(access).map((login) => [
      login,
      {
        ...known,
        ...ofAks(login, access, made.clientId),
        ...(login === "oidc" &&
          tokenCoordinates(ci, (access.oidc?.subjects ?? []).map(environmentOf))),
      },
    ]);
    return {
      name,
      logins: Object.fromEntries(logins) as contract.Identity["logins"],
      principalIds: [made.principalId],
    };
  }

  private people(
    consumer: Consumer,
    principals: Principals,
    roles: Roles,
    args: WorkloadAccessArgs,
  ): Made {
    const { environment, settings } = args;
    const all = Object.entries(principals);
    for (const [who, principal] of all) {
      for (const { on, role, ...grant } of grantsOf(consumer, environment, settings)) {
        const suffix = `${consumer}-${who}-on-${on}`;
        if (consumer === "breakGlass") {
          this.eligible(suffix, principal.objectId, grant.scope, args);
          continue;
        }
        const own = roles[role as ValueRole];
        assignment(
          suffix,
          {
            ...{ role, ...grant, principalId: principal.objectId, principalType: principal.type },
            ...{ who: `${consumer} ${who}`, environment, settings },
          },
          this.children(),
          own ? [own] : [],
        );
      }
    }
    return {
      name: identityName(environment, consumer),
      logins: Object.fromEntries(
        all.map(([who, { objectId, type }]) => [
          who,
          { objectId, type, tenantId: settings.tenantId },
        ]),
      ),
      principalIds: all.map(([, { objectId }]) => objectId),
    };
  }

  /**
   * Reads after an activation that the directory's settings ask a second factor and a reason for, and until a day.
   * https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-resource-roles-assign-roles
   */
  private eligible(
    suffix: string,
    principalId: string,
    scope: string,
    { environment, settings }: WorkloadAccessArgs,
  ): void {
    new PimRoleEligibilitySchedule(
      this.childName(suffix),
      {
        ...{ scope, principalId },
        roleDefinitionId: roleDefinitionId("secretsUser", environment, settings),
        justification: `breakGlass of ${environment.app}, ${environment.stage}`,
        // A beginning and a duration: the provider passes no end on.
        // https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/resources/customresources/custom_pim_eligibility.go
        scheduleInfo: schedule(settings.access.breakGlass),
      },
      // One at a time for a scope, a principal and a role.
      this.childOptions({ deleteBeforeReplace: true }),
    );
  }
}

/** What a cluster's service account is and carries. https://learn.microsoft.com/azure/aks/workload-identity-overview#service-account-annotations */
const ofAks = (
  login: keyof WorkloadLogins,
  { aks }: WorkloadLogins,
  clientId: pulumi.Input<string>,
): Readonly<Record<string, pulumi.Input<string>>> =>
  login === "aks" && aks
    ? {
        ...{ namespace: aks.namespace, serviceAccount: aks.serviceAccount, issuer: aks.issuer },
        "azure.workload.identity/client-id": clientId,
      }
    : {};

/** The time between two instants, in seconds, as ISO 8601 has it. */
function schedule(times: AccessSettings["access"]["breakGlass"]) {
  const { from = "", until = "" } = times ?? {};
  const seconds = Math.floor((Date.parse(until) - Date.parse(from)) / 1000);
  return {
    startDateTime: from,
    expiration: { type: "AfterDuration", duration: `PT${String(seconds)}S` },
  };
}
