import { PrivateDnsZoneGroup } from "@pulumi/azure-native/network/privateDnsZoneGroup";
import { PrivateEndpoint } from "@pulumi/azure-native/network/privateEndpoint";
import { PrivateZone } from "@pulumi/azure-native/privatedns/privateZone";
import { VirtualNetworkLink } from "@pulumi/azure-native/privatedns/virtualNetworkLink";
import type * as pulumi from "@pulumi/pulumi";
import type { Children } from "../component";
import type { Environment } from "../environment";
import { physicalName } from "../naming";
import { clouds } from "./cloud";
import { groupName, ownId, vaultId } from "./layout";
import { networkOf } from "./networkSettings";
import type { StoreSettings } from "./settings";

/**
 * The vault's private address in the network that the settings name, and its name there.
 * https://learn.microsoft.com/azure/key-vault/general/private-link-service
 */
export function endpoints(
  environment: Environment,
  settings: StoreSettings,
  children: Children,
): void {
  const wanted = settings.network.privateEndpoint;
  if (wanted === undefined) return;
  const resourceGroupName = groupName(environment, settings);
  const { tags } = environment;
  const name = physicalName(environment.stage, "vault");
  const endpoint = new PrivateEndpoint(
    children.name("endpoint"),
    {
      resourceGroupName,
      privateEndpointName: name,
      location: settings.location,
      subnet: { id: wanted.subnetId },
      privateLinkServiceConnections: [
        {
          name,
          privateLinkServiceId: vaultId(environment, settings),
          groupIds: ["vault"],
        },
      ],
      tags,
    },
    children.options(),
  );
  const zone = dnsZone(environment, settings, wanted, children);
  if (zone === undefined) return;
  new PrivateDnsZoneGroup(
    children.name("endpoint-dns"),
    {
      resourceGroupName,
      // By the endpoint itself: another one in its place takes the group with it.
      privateEndpointName: endpoint.name,
      privateDnsZoneGroupName: "default",
      privateDnsZoneConfigs: [{ name: "vault", privateDnsZoneId: zone.id }],
    },
    children.options({ dependsOn: [...zone.ready] }),
  );
}

/** The zone that the address is registered in, where it is not a policy's to do. */
function dnsZone(
  environment: Environment,
  settings: StoreSettings,
  { dns, zoneId, subnetId }: NonNullable<StoreSettings["network"]["privateEndpoint"]>,
  children: Children,
): { readonly id: string; readonly ready: readonly pulumi.Resource[] } | undefined {
  if (dns === "external") return zoneId === undefined ? undefined : { id: zoneId, ready: [] };
  const resourceGroupName = groupName(environment, settings);
  const privateZoneName = clouds[settings.cloud].privateZone;
  const zone = new PrivateZone(
    children.name("zone"),
    // A zone is everywhere. https://learn.microsoft.com/rest/api/dns/privatednszones/private-zones/create-or-update
    { resourceGroupName, privateZoneName, location: "Global", tags: environment.tags },
    children.options(),
  );
  const link = new VirtualNetworkLink(
    children.name("zone-link"),
    {
      resourceGroupName,
      privateZoneName,
      virtualNetworkLinkName: physicalName(environment.stage, "vault"),
      location: "Global",
      registrationEnabled: false,
      virtualNetwork: { id: networkOf(subnetId) },
      tags: environment.tags,
    },
    children.options({ dependsOn: [zone] }),
  );
  const id = ownId(environment, settings, "Microsoft.Network/privateDnsZones", privateZoneName);
  return { id, ready: [zone, link] };
}
