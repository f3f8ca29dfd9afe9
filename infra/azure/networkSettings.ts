import { z } from "zod";
import { resourceId } from "./fields";

const subnet = resourceId("Microsoft.Network/virtualNetworks/subnets");

/** Where the vault can be reached from. Without an allow-list, by its private endpoint alone. */
export const networkSettings = z.strictObject({
  allowedIps: z
    .array(z.union([z.ipv4(), z.cidrv4()], { error: "an IPv4 address or range" }))
    .default([])
    .describe("Public addresses that reach the vault. With one of these, public access is on."),
  allowedSubnets: z
    .array(subnet)
    .default([])
    .describe("Subnets, with the Microsoft.KeyVault service endpoint, that reach the vault."),
  trustedServices: z
    .boolean()
    .default(false)
    .describe("Let Microsoft's trusted services pass the firewall."),
  privateEndpoint: z
    .strictObject({
      subnetId: subnet.describe("Subnet of the endpoint."),
      dns: z
        .enum(["create", "external"])
        .default("create")
        .describe("Whose the private DNS zone is; a network takes one of the name."),
      zoneId: resourceId("Microsoft.Network/privateDnsZones")
        .optional()
        .describe("With external: the zone. Without it, records are your policy's to make."),
    })
    .optional()
    .describe("A private address of the vault in a network of yours."),
});

/** The network that a subnet is of. */
export const networkOf = (subnetId: string): string => subnetId.replace(/\/subnets\/[^/]+$/, "");
