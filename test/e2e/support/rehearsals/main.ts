import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { getRegion } from "@pulumi/aws/getRegion";
import { getSecretVersion } from "@pulumi/aws/secretsmanager/getSecretVersion";
import { Provider } from "@pulumi/aws/provider";
import { Secret } from "@pulumi/aws/secretsmanager/secret";
import { SecretPolicy } from "@pulumi/aws/secretsmanager/secretPolicy";
import { findEngine } from "../../../../sandbox/engine/find";
import { watchFor, type Lost } from "../../../../sandbox/rehearsal/program";
import { rehearse } from "../../../../sandbox/rehearsal/run";

/**
 * Programs that are wrong, each in a process of its own: an inline program that fails leaves rejections behind which
 * would end a test's. Prints the rehearsal as JSON.
 */
const programs: Readonly<Record<string, () => unknown>> = {
  right: async () => {
    const secret = new Secret("one", { name: "one" });
    new SecretPolicy("policy", { secretArn: secret.arn, policy: "{}" });
    return { arn: secret.arn, region: (await getRegion()).region };
  },
  "a credential as an argument": () => {
    new Provider("aws", { region: "us-east-1", secretKey: "not-to-be-shown" });
  },
  "a required argument that came to nothing": () => {
    const nothing = pulumi.output(undefined) as unknown as pulumi.Output<string>;
    new SecretPolicy("policy", { secretArn: nothing, policy: "{}" });
  },
  "an optional argument that came to nothing": () => {
    new Secret("one", { name: "one", description: pulumi.output(undefined) });
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
