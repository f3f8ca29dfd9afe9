import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { getRegion } from "@pulumi/aws/getRegion";
import { getSecretVersion } from "@pulumi/aws/secretsmanager/getSecretVersion";
import { Provider } from "@pulumi/aws/provider";
import { Queue } from "@pulumi/aws/sqs/queue";
import { QueuePolicy } from "@pulumi/aws/sqs/queuePolicy";
import { findEngine } from "../../../../sandbox/engine/find";
import { watchFor, type Lost } from "../../../../sandbox/rehearsal/program";
import { rehearse } from "../../../../sandbox/rehearsal/run";

/**
 * Programs that are wrong, each in a process of its own: an inline program that fails leaves rejections behind which
 * would end a test's. Prints the rehearsal as JSON.
 */
const programs: Readonly<Record<string, () => unknown>> = {
  right: async () => {
    const queue = new Queue("one", { name: "one" });
    new QueuePolicy("policy", { queueUrl: queue.url, policy: "{}" });
    return { arn: queue.arn, region: (await getRegion()).region };
  },
  "a credential as an argument": () => {
    new Provider("aws", { region: "us-east-1", secretKey: "not-to-be-shown" });
  },
  "a required argument that came to nothing": () => {
    const nothing = pulumi.output(undefined) as unknown as pulumi.Output<string>;
    new QueuePolicy("policy", { queueUrl: nothing, policy: "{}" });
  },
  "an optional argument that came to nothing": () => {
    const other = new Queue("other", { name: "other" });
    new Queue("one", { name: "one", policy: other.kmsMasterKeyId as pulumi.Output<string> });
  },
  "a function that nobody answers": () => getSecretVersion({ secretId: "one" }),
};

async function main(): Promise<void> {
  const [, , name = "", mode = "", policies] = process.argv;
  const program = programs[name];
  if (!program) throw new Error(`no program ${name}`);
  const { checkpoint, ...shown } = await rehearse({
    engine: await findEngine({ log: () => undefined }),
    stack: "dev",
    config: undefined,
    up: mode === "up",
    signal: new AbortController().signal,
    program: async (lost: Lost[]) => {
      watchFor(lost);
      return (await program()) ?? {};
    },
    ...(policies === "own-pack" ? { policies: join(__dirname, "pack") } : {}),
  });
  process.stdout.write(JSON.stringify({ ...shown, exported: checkpoint !== undefined }));
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(String(error));
    process.exit(1);
  },
);
