import { anything, registry, type ByHand } from "./entry";

const page = (name: string): string => registry("azure-native", name.toLowerCase());

const whole = (name: string, reason: string): ByHand => ({
  type: `azure-native:${name.replace("/", ":")}`,
  reason,
  source: page(name),
});
const part = (name: string, paths: readonly string[], reason: string): ByHand => ({
  ...whole(name, reason),
  arguments: paths,
});

const ofASecret = "it is the value of a secret; keyVaultUrl refers to one";
const keyedAddress =
  "whoever has the address may call it, because the key is part of it; it is added by hand, or the call is made with an identity";

/** Where events are sent: an address, and headers of a call. */
const destination = (at: string): readonly string[] =>
  ["destination", "deliveryWithResourceIdentity.destination"].flatMap((to) => [
    `${at}${to}.endpointUrl`,
    `${at}${to}.deliveryAttributeMappings.value`,
  ]);

/** What azure-native's SDK does not say: it marks no argument as secret at all. */
export const azureByHand: readonly ByHand[] = [
  whole("keyvault/Secret", "its value is an argument, which the SDK does not even mark as secret"),
  part("app/ContainerApp", ["configuration.secrets.value"], ofASecret),
  part("app/Job", ["configuration.secrets.value"], ofASecret),
  ...[
    ...["Deployment", "DeploymentAtScope", "DeploymentAtSubscriptionScope", "Resource"],
    ...["DeploymentAtManagementGroupScope", "DeploymentAtTenantScope"],
    ...["DeploymentStackAtResourceGroup", "DeploymentStackAtSubscription"],
    ...["DeploymentStackAtManagementGroup", "TemplateSpecVersion"],
    ...["AzureCliScript", "AzurePowerShellScript"],
  ].map((name) => whole(`resources/${name}`, anything)),
  part(
    "monitor/ActionGroup",
    [
      "webhookReceivers.serviceUri",
      "logicAppReceivers.callbackUrl",
      "azureFunctionReceivers.httpTriggerUrl",
      "automationRunbookReceivers.serviceUri",
    ],
    keyedAddress,
  ),
  part("monitor/TenantActionGroup", ["webhookReceivers.serviceUri"], keyedAddress),
  // https://learn.microsoft.com/azure/event-grid/security-authentication
  ...[
    ...["EventSubscription", "SystemTopicEventSubscription", "TopicEventSubscription"],
    ...["DomainEventSubscription", "DomainTopicEventSubscription"],
    "PartnerTopicEventSubscription",
  ].map((name) => part(`eventgrid/${name}`, destination(""), keyedAddress)),
  part(
    "eventgrid/NamespaceTopicEventSubscription",
    destination("deliveryConfiguration.push."),
    keyedAddress,
  ),
  ...["WebAppConnectionStrings", "WebAppConnectionStringsSlot"].map((name) =>
    part(`web/${name}`, ["properties.value"], "it is a connection with its password"),
  ),
  part("web/Connection", ["properties.parameterValues"], "they are what a connector logs in with"),
  part(
    "automation/Variable",
    ["value"],
    "it holds anything, and its encryption is not the state's",
  ),
  part("automation/Connection", ["fieldDefinitionValues"], "they are what a runbook logs in with"),
  part("automation/Webhook", ["uri"], keyedAddress),
  part(
    "apimanagement/NamedValue",
    ["value"],
    "it is the value of a secret; keyVault refers to one",
  ),
  part("containerinstance/ContainerGroup", ["volumes.secret"], "its files are arguments"),
];
