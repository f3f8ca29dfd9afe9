import { EventSubscription } from "@pulumi/azure-native/eventgrid/eventSubscription";
import { SystemTopic } from "@pulumi/azure-native/eventgrid/systemTopic";
import { SystemTopicEventSubscription } from "@pulumi/azure-native/eventgrid/systemTopicEventSubscription";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import type * as contract from "../contracts/rotationPolicy";
import { maxAgesOf } from "../environment";
import { physicalName } from "../naming";
import { groupName, vaultId } from "./layout";
import type { SecretStore } from "./secretStore";
import type { PlaceSettings, StoreSettings } from "./settings";
import type { UsageAlerts } from "./usageAlerts";

export interface RotationPolicyArgs extends ComponentArgs {
  readonly settings: PlaceSettings & Pick<StoreSettings, "vault">;
  readonly store: SecretStore;
  readonly alerts: UsageAlerts;
}

/**
 * Limits of age. A secret carries its expiry, and Key Vault tells thirty days before it and at it: whoever hears of
 * alerts is told, through Event Grid besides the log. A function that rotates comes with the executor, so the mode is
 * `notifies`. https://learn.microsoft.com/azure/event-grid/handle-key-vault-events-using-azure-monitor-alerts
 */
export class RotationPolicy extends Component implements contract.RotationPolicy {
  public readonly mode = "notifies";
  public readonly maxAgeDays: Readonly<Record<string, number>>;

  constructor(name: string, args: RotationPolicyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("azure", "RotationPolicy", name, { ...args }, opts);
    const { environment, settings, store, alerts } = args;
    this.after = [...store.ready, ...alerts.ready];
    const subscription = expirySubscription(args);
    const eventSubscriptionName = physicalName(environment.stage, "expiry");
    if (store.adoption === "create") {
      const topic = this.topic(args);
      new SystemTopicEventSubscription(
        this.childName("subscription"),
        {
          resourceGroupName: groupName(environment, settings),
          systemTopicName: physicalName(environment.stage, "expiry"),
          eventSubscriptionName,
          ...subscription,
        },
        this.childOptions({ dependsOn: [topic] }),
      );
    } else {
      // A vault has one topic of Event Grid, and its owner may have made it: this asks for none, and Event Grid makes one
      // where there is none. https://learn.microsoft.com/azure/event-grid/system-topics#lifecycle-of-system-topics
      new EventSubscription(
        this.childName("subscription"),
        { scope: vaultId(environment, settings), eventSubscriptionName, ...subscription },
        this.childOptions(),
      );
    }
    this.maxAgeDays = maxAgesOf(environment);
    this.registerOutputs({ mode: this.mode, maxAgeDays: this.maxAgeDays });
  }

  /** Where the vault's events come out. */
  private topic({ environment, settings }: RotationPolicyArgs): SystemTopic {
    return new SystemTopic(
      this.childName("topic"),
      {
        resourceGroupName: groupName(environment, settings),
        systemTopicName: physicalName(environment.stage, "expiry"),
        location: settings.location,
        source: vaultId(environment, settings),
        topicType: "Microsoft.KeyVault.vaults",
        tags: environment.tags,
      },
      this.childOptions(),
    );
  }
}

/** Secrets alone; in a vault of others too, theirs as well: Event Grid's filters take 25 values. */
const expirySubscription = ({ environment, alerts }: RotationPolicyArgs) => ({
  destination: {
    endpointType: "MonitorAlert" as const,
    actionGroups: [alerts.actionGroupId],
    severity: "Sev2",
    description: `${environment.app}, ${environment.stage}: a secret expires within 30 days, or has expired`,
  },
  // Alerts take no other.
  eventDeliverySchema: "CloudEventSchemaV1_0",
  filter: {
    includedEventTypes: ["Microsoft.KeyVault.SecretNearExpiry", "Microsoft.KeyVault.SecretExpired"],
  },
});
