import { parseConfig } from "../../../infra/config";
import { platforms } from "../../../stacks/platforms";
import { max, min } from "../../fixtures/azure";
import { changed } from "../../fixtures/changed";
import { deploy } from "../../fixtures/deploy";
import { named, ofType, type Recorded } from "../../support/mocks";

const made = async (raw: unknown) => deploy(parseConfig(raw, platforms));
const resourcesOf = async (raw: unknown): Promise<readonly Recorded[]> =>
  (await made(raw)).resources;
const vaultOf = async (raw: unknown): Promise<Recorded> =>
  named(await resourcesOf(raw), "azure-store-vault");
const propertiesOf = async (raw: unknown): Promise<Record<string, unknown>> =>
  (await vaultOf(raw)).inputs["properties"] as Record<string, unknown>;

describe("the vault", () => {
  test("keeps what is deleted, is of roles, and lets no machine, disk or template take from it", async () => {
    expect(await propertiesOf(max)).toMatchObject({
      tenantId: "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
      sku: { family: "A", name: "premium" },
      enableRbacAuthorization: true,
      enableSoftDelete: true,
      enablePurgeProtection: true,
      softDeleteRetentionInDays: 30,
      enabledForDeployment: false,
      enabledForDiskEncryption: false,
      enabledForTemplateDeployment: false,
    });
    expect(await propertiesOf(max)).not.toHaveProperty("accessPolicies");
    expect((await propertiesOf(min))["softDeleteRetentionInDays"]).toBe(90);
  });

  test("is reached by the list alone", async () => {
    expect(await propertiesOf(max)).toMatchObject({
      publicNetworkAccess: "Enabled",
      networkAcls: {
        defaultAction: "Deny",
        bypass: "AzureServices",
        ipRules: [{ value: "203.0.113.0/24" }],
        virtualNetworkRules: [{ id: expect.stringMatching(/\/subnets\/apps$/) as unknown }],
      },
    });
  });

  test("without a list has no public way in, and no bypass", async () => {
    const raw = changed(changed(max, "azure.network.allowedIps", []), "azure.network", {
      privateEndpoint: {
        subnetId:
          "/subscriptions/8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/main/subnets/endpoints",
      },
    });
    expect(await propertiesOf(raw)).toMatchObject({
      publicNetworkAccess: "Disabled",
      networkAcls: { defaultAction: "Deny", bypass: "None", ipRules: [], virtualNetworkRules: [] },
    });
  });

  test("has the whole world's name of the subscription, or that of the setting", async () => {
    expect((await vaultOf(min)).inputs["vaultName"]).toMatch(/^ps-dev-[0-9a-f]{12}$/);
    expect((await vaultOf(max)).inputs["vaultName"]).toBe("kv-prompt-sentinel");
    const other = changed(min, "azure.subscriptionId", "00f00000-1111-4222-8333-444444444444");
    expect((await vaultOf(other)).inputs["vaultName"]).not.toBe(
      (await vaultOf(min)).inputs["vaultName"],
    );
  });

  test("is brought back only where the setting says so", async () => {
    expect(await propertiesOf(max)).not.toHaveProperty("createMode");
    expect(await propertiesOf(changed(max, "azure.vault.recover", true))).toMatchObject({
      createMode: "recover",
    });
  });

  test("stays when the stack goes, and its group with it", async () => {
    const resources = await resourcesOf(max);
    for (const name of ["azure-store-vault", "azure-store-group"]) {
      expect(named(resources, name).retainOnDelete).toBe(true);
    }
  });
});

test("no secret is a resource, and nothing carries a value", async () => {
  const resources = await resourcesOf(max);
  expect(ofType(resources, "azure-native:keyvault:Secret")).toEqual([]);
  expect(ofType(resources, "azure-native:keyvault:Key")).toEqual([]);
});

test("each secret is declared with its address, its form and its days", async () => {
  const references = (await made(max)).results["azure"]?.wiring.references;
  expect(references?.["redis"]).toStrictEqual({
    key: "redis",
    env: "REDIS_PASSWORD",
    locator: {
      vaultUrl: "https://kv-prompt-sentinel.vault.azure.net/",
      name: "cache-password",
      secretUrl: "https://kv-prompt-sentinel.vault.azure.net/secrets/cache-password",
    },
    container: {
      contentType: "text/plain",
      expiresAfterDays: 60,
      tags: { app: "promptsentinel", stage: "prod", key: "redis" },
    },
  });
  expect(references?.["anthropic"]?.locator["name"]).toBe("anthropic-api-key");
  // What must not rotate has a day too on which somebody looks at it.
  expect(references?.["gdpr"]?.container?.expiresAfterDays).toBe(365);
});

test("a key without its first value is a task, with the command that puts it in", async () => {
  const tasks = async (seeded: unknown) =>
    (await made(changed(max, "azure.secrets.seeded", seeded))).results["azure"]?.tasks
      .filter(({ concern }) => concern === "SecretStore")
      .map(({ text }) => text);
  expect(await tasks("all")).toEqual([]);
  const [first, ...others] = (await tasks(["openai", "gemini", "snyk", "redis"])) ?? [];
  expect(first).toBe("npx promptsentinel-secrets secrets put anthropic --to azure --stack <stack>");
  expect(others).toHaveLength(1);
});

describe("the private address", () => {
  test("is of the vault, in the subnet, and registered in a zone that the network looks into", async () => {
    const resources = await resourcesOf(max);
    const { inputs } = named(resources, "azure-store-endpoint");
    expect(inputs["privateLinkServiceConnections"]).toEqual([
      {
        name: "promptsentinel-prod-vault",
        privateLinkServiceId: expect.stringMatching(/vaults\/kv-prompt-sentinel$/) as unknown,
        groupIds: ["vault"],
      },
    ]);
    expect(named(resources, "azure-store-zone").inputs["privateZoneName"]).toBe(
      "privatelink.vaultcore.azure.net",
    );
    expect(named(resources, "azure-store-zone-link").inputs["virtualNetwork"]).toEqual({
      id: expect.stringMatching(/virtualNetworks\/main$/) as unknown,
    });
    const group = named(resources, "azure-store-endpoint-dns");
    expect(group.inputs["privateEndpointName"]).toBe("name-of-azure-store-endpoint");
    for (const name of ["azure-store-endpoint", "azure-store-zone-link"]) {
      expect(group.dependsOn.some((urn) => urn.endsWith(`::${name}`))).toBe(true);
    }
  });

  test("waits for the vault", async () => {
    const { dependsOn } = named(await resourcesOf(max), "azure-store-endpoint");
    expect(dependsOn.some((urn) => urn.endsWith("::azure-store-vault"))).toBe(true);
  });

  test("with a zone of somebody else's makes none", async () => {
    const zoneId =
      "/subscriptions/8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f/resourceGroups/hub/providers/Microsoft.Network/privateDnsZones/privatelink.vaultcore.azure.net";
    const raw = changed(max, "azure.network.privateEndpoint.dns", "external");
    const external = await resourcesOf(
      changed(raw, "azure.network.privateEndpoint.zoneId", zoneId),
    );
    expect(ofType(external, "azure-native:privatedns:PrivateZone")).toEqual([]);
    expect(JSON.stringify(named(external, "azure-store-endpoint-dns").inputs)).toContain(zoneId);
    const ofPolicy = await resourcesOf(raw);
    expect(ofType(ofPolicy, "azure-native:network:PrivateDnsZoneGroup")).toEqual([]);
  });
});

test.each([
  ["usgovernment", "usgovvirginia", "vault.usgovcloudapi.net", "login.microsoftonline.us"],
  ["china", "chinanorth3", "vault.azure.cn", "login.chinacloudapi.cn"],
])("%s has addresses of its own", async (cloud, location, suffix, authority) => {
  const there = changed(changed(max, "azure.cloud", cloud), "azure.location", location);
  const raw = changed(there, "azure.access.breakGlass", undefined);
  const { resources, results } = await made(raw);
  expect(results["azure"]?.wiring.env).toMatchObject({
    AZURE_VAULT_URL: `https://kv-prompt-sentinel.${suffix}/`,
    AZURE_AUTHORITY_HOST: `https://${authority}`,
  });
  expect(named(resources, "azure").inputs["environment"]).toBe(cloud);
  const zone = String(named(resources, "azure-store-zone").inputs["privateZoneName"]);
  expect(zone).toBe(`privatelink.${suffix.replace("vault.", "vaultcore.")}`);
});

describe("a vault that is there", () => {
  const there = changed(changed(min, "azure.network", {}), "azure.access.operator.byName", true);
  const vault = (mode: string) =>
    changed(there, "azure.vault", { mode, name: "kv-shared", resourceGroup: "shared" });

  test("adopt: it is tracked by its id, and what is its owner's stays the owner's", async () => {
    const found = await vaultOf(vault("adopt"));
    expect(found.importId).toBe(
      "/subscriptions/8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f/resourceGroups/shared/providers/Microsoft.KeyVault/vaults/kv-shared",
    );
    expect(found.ignoreChanges).toEqual(["location", "properties", "tags"]);
    expect(found.retainOnDelete).toBe(true);
  });

  test("external: it is not in the stack, and secrets are named in it", async () => {
    const { resources, results } = await made(vault("external"));
    expect(ofType(resources, "azure-native:keyvault:Vault")).toEqual([]);
    expect(results["azure"]?.wiring.env["AZURE_VAULT_URL"]).toBe(
      "https://kv-shared.vault.azure.net/",
    );
  });
});

test("a group that exists is not made", async () => {
  const raw = changed(max, "azure.resourceGroup", { mode: "external", name: "shared" });
  const resources = await resourcesOf(raw);
  expect(ofType(resources, "azure-native:resources:ResourceGroup")).toEqual([]);
  expect(named(resources, "azure-store-vault").inputs["resourceGroupName"]).toBe("shared");
});
