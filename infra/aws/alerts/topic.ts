import { Topic } from "@pulumi/aws/sns/topic";
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription";
import type { Key } from "@pulumi/aws/kms/key";
import type { Children } from "../../component";
import type { Environment } from "../../environment";
import { encryptionKey } from "../encryptionKey";
import { administered } from "../keyPolicy";
import { alertsName, arnOf } from "../layout";
import { policyDocument, type Statement } from "../policyDocument";
import type { AlertsSettings } from "../settings";

const sources = ["cloudwatch.amazonaws.com", "events.amazonaws.com"] as const;

/**
 * The policy of the topic's key: the two services that send, for this topic alone. Conditions on the source do not work
 * for EventBridge here, so the topic's own policy has them.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
 */
const topicKeyPolicy = (
  environment: Environment,
  settings: AlertsSettings,
): readonly Statement[] => [
  administered(settings),
  {
    Sid: "Senders",
    Effect: "Allow",
    Principal: { Service: sources },
    Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
    Resource: ["*"],
    Condition: {
      StringEquals: {
        "kms:EncryptionContext:aws:sns:topicArn": arnOf("sns", alertsName(environment), settings),
      },
    },
  },
];

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions */
const topicPolicy = (environment: Environment, settings: AlertsSettings): readonly Statement[] => {
  const name = alertsName(environment);
  const topic = [arnOf("sns", name, settings)];
  const send = (Sid: string, Service: string, source: string): Statement => ({
    Sid,
    Effect: "Allow",
    Principal: { Service },
    Action: ["sns:Publish"],
    Resource: topic,
    Condition: {
      StringEquals: { "aws:SourceAccount": settings.accountId },
      ArnLike: { "aws:SourceArn": source },
    },
  });
  return [
    send("Alarms", "cloudwatch.amazonaws.com", arnOf("cloudwatch", `alarm:${name}-*`, settings)),
    {
      ...send("Rules", "events.amazonaws.com", ""),
      Condition: { ArnLike: { "aws:SourceArn": arnOf("events", `rule/${name}-*`, settings) } },
    },
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: ["sns:Publish"],
      Resource: topic,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ];
};

/** The encrypted topic of the alerts, with those who hear of them. */
export function alertsTopic(
  environment: Environment,
  settings: AlertsSettings,
  children: Children,
): { readonly topic: Topic; readonly key: Key } {
  const name = alertsName(environment);
  const key = encryptionKey(
    "key",
    {
      region: settings.region,
      alias: `alias/${name}`,
      description: `Encrypts the alerts of ${environment.app}, ${environment.stage}`,
      policy: topicKeyPolicy(environment, settings),
      encryption: settings.encryption,
      environment,
    },
    children,
  );
  const topic = new Topic(
    children.name("topic"),
    { name, kmsMasterKeyId: key.arn, signatureVersion: 2, tags: environment.tags },
    children.options(),
  );
  new TopicPolicy(
    children.name("topic-policy"),
    { arn: topic.arn, policy: policyDocument(topicPolicy(environment, settings)) },
    children.options(),
  );
  for (const [id, subscriber] of Object.entries(settings.alerts.subscribers)) {
    new TopicSubscription(
      children.name(`subscriber-${id}`),
      { topic: topic.arn, ...subscriber },
      children.options(),
    );
  }
  return { topic, key };
}
