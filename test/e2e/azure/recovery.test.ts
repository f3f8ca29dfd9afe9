import { parseConfig } from "../../../infra/config";
import type { AzureSettings } from "../../../infra/azure/settings";
import type { Pending, PlatformArgs } from "../../../infra/contracts/platform";
import { platforms } from "../../../stacks/platforms";
import { existingId } from "../../../stacks/recovery/azure";
import { max } from "../../fixtures/azure";
import { deploy } from "../../fixtures/deploy";
import { startArm, type Arm } from "../support/arm";

const subscription = "/subscriptions/8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f";
const group = `${subscription}/resourceGroups/rg-prompt-sentinel`;
const vault = `${group}/providers/Microsoft.KeyVault/vaults/kv-prompt-sentinel`;
const account = `${group}/providers/Microsoft.Storage/storageAccounts/one`;
const identity = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/one`;
const endpoint = `${group}/providers/Microsoft.Network/privateEndpoints/one`;
const zone = `${group}/providers/Microsoft.Network/privateDnsZones/privatelink.vaultcore.azure.net`;
const topic = `${group}/providers/Microsoft.EventGrid/systemTopics/one`;
const guid = "51dd42ab-f309-54d0-b8e1-1a62c4eb4636";
const authorization = "providers/Microsoft.Authorization";
const person = "5e6f7a8b-9c0d-4e1f-8a3b-4c5d6e7f8a9b";
const role = `${subscription}/${authorization}/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`;

const resourceGroupName = "rg-prompt-sentinel";
const inGroup = (name: string, value = "one") => ({ resourceGroupName, [name]: value });

/** Each type, what its creation was asked for, and its id: written by hand. */
const made: Readonly<Record<string, readonly [inputs: Pending["inputs"], id: string]>> = {
  "resources:ResourceGroup": [{ resourceGroupName }, group],
  "keyvault:Vault": [inGroup("vaultName", "kv-prompt-sentinel"), vault],
  "managedidentity:UserAssignedIdentity": [inGroup("resourceName"), identity],
  "managedidentity:FederatedIdentityCredential": [
    { ...inGroup("resourceName"), federatedIdentityCredentialResourceName: "aks" },
    `${identity}/federatedIdentityCredentials/aks`,
  ],
  "authorization:RoleAssignment": [
    { scope: `${vault}/secrets/openai-api-key`, roleAssignmentName: guid },
    `${vault}/secrets/openai-api-key/${authorization}/roleAssignments/${guid}`,
  ],
  "authorization:RoleDefinition": [
    { scope: group, roleDefinitionId: guid },
    `${group}/${authorization}/roleDefinitions/${guid}`,
  ],
  "authorization:ManagementLockByScope": [
    { scope: account, lockName: "kept" },
    `${account}/${authorization}/locks/kept`,
  ],
  "network:PrivateEndpoint": [inGroup("privateEndpointName"), endpoint],
  "network:PrivateDnsZoneGroup": [
    { ...inGroup("privateEndpointName"), privateDnsZoneGroupName: "default" },
    `${endpoint}/privateDnsZoneGroups/default`,
  ],
  "privatedns:PrivateZone": [inGroup("privateZoneName", "privatelink.vaultcore.azure.net"), zone],
  "privatedns:VirtualNetworkLink": [
    {
      ...inGroup("privateZoneName", "privatelink.vaultcore.azure.net"),
      virtualNetworkLinkName: "main",
    },
    `${zone}/virtualNetworkLinks/main`,
  ],
  "operationalinsights:Workspace": [
    inGroup("workspaceName"),
    `${group}/providers/Microsoft.OperationalInsights/workspaces/one`,
  ],
  "storage:StorageAccount": [inGroup("accountName"), account],
  "storage:ManagementPolicy": [
    { ...inGroup("accountName"), managementPolicyName: "default" },
    `${account}/managementPolicies/default`,
  ],
  "monitor:DiagnosticSetting": [
    { resourceUri: vault, name: "audit" },
    `${vault}/providers/Microsoft.Insights/diagnosticSettings/audit`,
  ],
  "monitor:ActionGroup": [
    inGroup("actionGroupName"),
    `${group}/providers/Microsoft.Insights/actionGroups/one`,
  ],
  "monitor:ActivityLogAlert": [
    inGroup("activityLogAlertName"),
    `${group}/providers/Microsoft.Insights/activityLogAlerts/one`,
  ],
  "monitor:ScheduledQueryRule": [
    inGroup("ruleName"),
    `${group}/providers/Microsoft.Insights/scheduledQueryRules/one`,
  ],
  "eventgrid:SystemTopic": [inGroup("systemTopicName"), topic],
  "eventgrid:SystemTopicEventSubscription": [
    { ...inGroup("systemTopicName"), eventSubscriptionName: "near" },
    `${topic}/eventSubscriptions/near`,
  ],
};

const eligibility = "azure-native:authorization:PimRoleEligibilitySchedule";
const eligible = { scope: vault, principalId: person, roleDefinitionId: role };
const request = `${vault}/${authorization}/roleEligibilityScheduleRequests/{roleEligibilityScheduleRequestName}`;

/** On a stand-in for the management API. */
describe("what a cut-off run may have made", () => {
  const { environment, ci, platforms: enabled } = parseConfig(max, platforms);
  const args = { environment, ci, settings: enabled[0]?.settings as AzureSettings };
  let arm: Arm;
  beforeEach(async () => {
    arm = await startArm();
  });
  afterEach(() => arm.stop());

  const id = (type: string, inputs: Pending["inputs"]): Promise<string | undefined> =>
    existingId({ type, inputs }, args, ({ settings }: PlatformArgs<AzureSettings>) =>
      arm.connection(settings.cloud),
    );
  const schedule = (more: object = {}): void => {
    arm.put(`${vault}/${authorization}/roleEligibilitySchedules/1`, {
      properties: { ...eligible, memberType: "Direct", ...more },
    });
  };

  test("is of a type in this table, all that a stack with every setting registers", async () => {
    const { resources } = await deploy(parseConfig(max, platforms));
    const types = resources.filter(({ custom }) => custom).map(({ type }) => type);
    const outside = types.filter((type) => type.startsWith("azure-native:"));
    const known = Object.keys(made).map((type) => `azure-native:${type}`);
    expect([...new Set(outside)].sort()).toStrictEqual([...known, eligibility].sort());
  });

  test.each(Object.entries(made))(
    "%s: is found by its id, and not without it",
    async (type, of) => {
      const [inputs, at] = of;
      expect(await id(`azure-native:${type}`, inputs)).toBeUndefined();
      arm.put(at);
      expect(await id(`azure-native:${type}`, inputs)).toBe(at);
      expect(arm.calls).toHaveLength(2);
      arm.put(at, { id: at.replace("resourceGroups", "resourcegroups") });
      expect(await id(`azure-native:${type}`, inputs)).toContain("/resourcegroups/");
    },
  );

  test("an eligibility: that of the scope, the principal and the role, of nobody else", async () => {
    expect(await id(eligibility, eligible)).toBeUndefined();
    for (const other of [
      { memberType: "Inherited" },
      // Named by the filter, and not its principal.
      { principalId: guid, requestedBy: person },
      { roleDefinitionId: `${role}0` },
    ]) {
      schedule(other);
      expect(await id(eligibility, eligible)).toBeUndefined();
    }
    schedule({ roleDefinitionId: role.toUpperCase() });
    expect(await id(eligibility, eligible)).toBe(request);
  });

  test("who may not look forgets nothing", async () => {
    arm.put(group);
    arm.refuse = () => true;
    await expect(id("azure-native:resources:ResourceGroup", { resourceGroupName })).rejects.toThrow(
      `${group}: 403 AuthorizationFailed`,
    );
    await expect(id(eligibility, eligible)).rejects.toThrow("403 AuthorizationFailed");
  });

  test("what has an input that nobody knows is not looked for at another place", async () => {
    await expect(id("azure-native:keyvault:Vault", { resourceGroupName })).rejects.toThrow(
      "vaultName is not known",
    );
    expect(arm.calls).toEqual([]);
  });
});
