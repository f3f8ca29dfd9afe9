import { Subscription } from "@pulumi/gcp/pubsub/subscription";
import type * as pulumi from "@pulumi/pulumi";
import { Component, type ComponentArgs } from "../component";
import type * as contract from "../contracts/rotationPolicy";
import { maxAgesOf } from "../environment";
import { inSeconds } from "./durations";
import { subscriptionName, topicId } from "./layout";
import type { SecretStore } from "./secretStore";
import type { PlaceSettings } from "./settings";

export interface RotationPolicyArgs extends ComponentArgs {
  readonly settings: PlaceSettings;
  readonly store: SecretStore;
}

/** Days that a notice waits: the most that Pub/Sub keeps one. https://cloud.google.com/pubsub/docs/subscription-properties */
const waitDays = 31;

/**
 * Limits of age. Secret Manager tells when a key is due, to a topic that each secret names, and rotates nothing. The
 * notice waits in a subscription until somebody acknowledges it, and an alert tells as long as one waits. A function that
 * rotates comes with the executor, so the mode is `notifies`; of secrets that are another's it is `staged`, as their
 * notices are his. https://cloud.google.com/secret-manager/docs/secret-rotation
 */
export class RotationPolicy extends Component implements contract.RotationPolicy {
  public readonly mode: "notifies" | "staged";
  public readonly maxAgeDays: Readonly<Record<string, number>>;
  /** What has to be there before an alert on the notices. */
  public readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: RotationPolicyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("gcp", "RotationPolicy", name, { ...args }, opts);
    const { store, environment } = args;
    this.retries = store.retries;
    this.after = store.ready;
    const own = store.adoption === "create";
    this.mode = own ? "notifies" : "staged";
    this.ready = own ? [this.due(args)] : [];
    this.maxAgeDays = maxAgesOf(environment);
    this.registerOutputs({ mode: this.mode, maxAgeDays: this.maxAgeDays });
  }

  /** Of all that Secret Manager tells, what is due. https://cloud.google.com/secret-manager/docs/event-notifications#attributes */
  private due({ environment, settings }: RotationPolicyArgs): Subscription {
    return new Subscription(
      this.childName("due"),
      {
        project: settings.projectId,
        name: subscriptionName(environment),
        topic: topicId(environment, settings),
        filter: 'attributes.eventType = "SECRET_ROTATE"',
        messageRetentionDuration: inSeconds(waitDays),
        ackDeadlineSeconds: 600,
        // Without it a subscription that nobody reads for a month is deleted.
        expirationPolicy: { ttl: "" },
        labels: environment.tags,
      },
      this.childOptions(),
    );
  }
}
