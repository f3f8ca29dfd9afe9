import { parseConfig } from "../../../infra/config";
import { platforms } from "../../../stacks/platforms";
import { max } from "../../fixtures/azure";
import { changed } from "../../fixtures/changed";
import { deploy } from "../../fixtures/deploy";
import { once } from "../../fixtures/once";
import { named, ofType } from "../../support/mocks";

const made = once((raw) => deploy(parseConfig(raw, platforms)));
const external = Object.entries({
  "azure.vault": { mode: "external", name: "kv-prompt-sentinel" },
  "azure.network": {},
}).reduce<Record<string, unknown>>((raw, [path, value]) => changed(raw, path, value), max);

const group =
  "/subscriptions/8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f/resourceGroups/rg-prompt-sentinel";
const vault = `${group}/providers/Microsoft.KeyVault/vaults/kv-prompt-sentinel`;
const subscription = {
  eventDeliverySchema: "CloudEventSchemaV1_0",
  filter: {
    includedEventTypes: ["Microsoft.KeyVault.SecretNearExpiry", "Microsoft.KeyVault.SecretExpired"],
  },
  destination: {
    endpointType: "MonitorAlert",
    severity: "Sev2",
    actionGroups: [`${group}/providers/Microsoft.Insights/actionGroups/promptsentinel-prod-alerts`],
  },
};

test("somebody is told, and how old each key may get", async () => {
  const { results } = await made(max);
  expect(results["azure"]?.wiring).toMatchObject({
    rotation: {
      mode: "notifies",
      // Not gdpr: it must not rotate.
      maxAgeDays: { anthropic: 60, openai: 90, gemini: 90, snyk: 90, redis: 60 },
    },
  });
});

test("expiries of the vault's secrets tell whoever hears of alerts", async () => {
  const { resources } = await made(max);
  expect(named(resources, "azure-rotation-topic").inputs).toMatchObject({
    systemTopicName: "promptsentinel-prod-expiry",
    topicType: "Microsoft.KeyVault.vaults",
    source: vault,
    // A topic is where its source is.
    location: "germanywestcentral",
  });
  const expiry = named(resources, "azure-rotation-subscription");
  expect(expiry.type).toBe("azure-native:eventgrid:SystemTopicEventSubscription");
  expect(expiry.inputs).toMatchObject({
    ...subscription,
    systemTopicName: "promptsentinel-prod-expiry",
  });
  const waits = expiry.dependsOn.join();
  for (const name of ["azure-store-vault", "azure-alerts-action-group", "azure-rotation-topic"])
    expect(waits).toContain(name);
});

test("a vault of others may have its one topic: the subscription is the vault's", async () => {
  const { resources } = await made(external);
  expect(ofType(resources, "azure-native:eventgrid:SystemTopic")).toEqual([]);
  const expiry = named(resources, "azure-rotation-subscription");
  expect(expiry.type).toBe("azure-native:eventgrid:EventSubscription");
  expect(expiry.inputs).toMatchObject({ ...subscription, scope: vault });
});
