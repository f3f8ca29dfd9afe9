import { Topic } from "@pulumi/gcp/pubsub/topic";
import { TopicIAMMember } from "@pulumi/gcp/pubsub/topicIAMMember";
import type * as pulumi from "@pulumi/pulumi";
import type { Children } from "../component";
import { daySeconds } from "../duration";
import type { Environment, Key } from "../environment";
import { inSeconds } from "./durations";
import { awaitAgent } from "./errorHooks";
import { secretManagerAgent, topicId, topicName } from "./layout";
import type { StoreSettings } from "./settings";

/** Milliseconds. */
const day = daySeconds * 1000;

/**
 * Where Secret Manager tells that a key is due. Its leave to publish comes before the secrets: Secret Manager tries it
 * when a secret names the topic. https://cloud.google.com/secret-manager/docs/event-notifications
 */
export function rotationTopic(
  environment: Environment,
  settings: StoreSettings,
  children: Children,
): readonly pulumi.Resource[] {
  const { projectId: project, location } = settings;
  const topic = new Topic(
    children.name("topic"),
    {
      project,
      name: topicName(environment),
      // Messages say which secret is due, and no value; they stay where the rest is all the same.
      messageStoragePolicy: { allowedPersistenceRegions: [location] },
      labels: environment.tags,
    },
    children.options(),
  );
  const publisher = children.name("topic-publisher");
  return [
    new TopicIAMMember(
      publisher,
      {
        project,
        topic: topicName(environment),
        role: "roles/pubsub.publisher",
        member: secretManagerAgent(settings),
      },
      children.options({ dependsOn: [topic], hooks: { onError: [awaitAgent(publisher)] } }),
    ),
  ];
}

/**
 * When a key is due, and where that is told. Secret Manager moves the time on by itself after each notice, so the program
 * gives the first one alone and ignores it from then on.
 * https://cloud.google.com/secret-manager/docs/secret-rotation
 */
export function rotationOf(
  { maxAgeDays }: Key,
  environment: Environment,
  settings: StoreSettings,
): { readonly topics?: { name: string }[]; readonly rotation?: Rotation } {
  if (maxAgeDays === undefined) return {};
  return {
    topics: [{ name: topicId(environment, settings) }],
    rotation: {
      rotationPeriod: inSeconds(maxAgeDays),
      // As Google writes it.
      nextRotationTime: new Date(midnight(Date.now()) + maxAgeDays * day)
        .toISOString()
        .replace(".000Z", "Z"),
    },
  };
}

interface Rotation {
  readonly rotationPeriod: string;
  readonly nextRotationTime: string;
}

/** The next one of UTC: notices come together, and a run tells the same as the one before it. */
const midnight = (now: number): number => Math.ceil(now / day) * day;
