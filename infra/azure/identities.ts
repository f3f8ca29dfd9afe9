import { FederatedIdentityCredential } from "@pulumi/azure-native/managedidentity/federatedIdentityCredential";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity";
import type * as pulumi from "@pulumi/pulumi";
import type { Children } from "../component";
import type { Environment } from "../environment";
import { groupName } from "./layout";
import type { PlaceSettings } from "./settings";
import type { Federation } from "./trust";

export interface IdentityArgs {
  readonly name: string;
  readonly federations: readonly Federation[];
  readonly environment: Environment;
  readonly settings: PlaceSettings;
}

/**
 * A managed identity, and whose tokens become it. Azure refuses two changes of one identity's credentials at a time, so
 * each waits for the one before it; taking out two that are no neighbours may need a second run.
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations#concurrent-updates-arent-supported-user-assigned-managed-identities
 */
export function identity(
  suffix: string,
  { name, federations, environment, settings }: IdentityArgs,
  children: Children,
): UserAssignedIdentity {
  const resourceGroupName = groupName(environment, settings);
  const made = new UserAssignedIdentity(
    children.name(suffix),
    { resourceGroupName, resourceName: name, location: settings.location, tags: environment.tags },
    children.options(),
  );
  let before: pulumi.Resource = made;
  for (const { id, issuer, subject, audience } of federations) {
    before = new FederatedIdentityCredential(
      children.name(`${suffix}-${id}`),
      {
        resourceGroupName,
        resourceName: name,
        federatedIdentityCredentialResourceName: id,
        ...{ issuer, subject, audiences: [audience] },
      },
      children.options({ dependsOn: [before] }),
    );
  }
  return made;
}
