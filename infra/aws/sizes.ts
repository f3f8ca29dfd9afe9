import type { PlatformArgs } from "../contracts/platform";
import { consumers } from "../environment";
import { limits } from "../limits";
import type { WorkloadLogins } from "./accessSettings";
import { consumerStatements } from "./grants";
import { keyPolicy } from "./keyPolicy";
import { entriesOf } from "./layout";
import { pipelineStatements } from "./pipelineGrants";
import { policyDocument } from "./policyDocument";
import { loginsOf } from "./readers";
import { secretPolicy } from "./secretPolicy";
import type { AwsSettings } from "./settings";
import { personTrust, workloadTrust } from "./trust";

/** What is too long for AWS, which would say so in the middle of an up. */
export function* sizes({
  environment,
  settings,
  ci,
}: PlatformArgs<AwsSettings>): Generator<string> {
  const problem = function* (
    what: string,
    statements: Parameters<typeof policyDocument>[0],
    limit: number,
    fix: string,
  ): Generator<string> {
    const size = policyDocument(statements).length;
    if (size > limit) {
      yield `${what}: its policy has ${String(size)} characters; AWS takes ${String(limit)}; fix: ${fix}`;
    }
  };
  yield* problem(
    "aws.encryption",
    keyPolicy(environment, settings),
    limits.awsKeyPolicySize,
    "have fewer keys with a secret of their own, or split the stack",
  );
  for (const entry of entriesOf(environment.keys, settings)) {
    yield* problem(
      `aws.secrets (${entry.name})`,
      secretPolicy(entry, environment, settings),
      limits.awsSecretPolicySize,
      "name fewer endpoints in aws.secrets.vpcEndpoints",
    );
  }
  if (settings.pipeline) {
    yield* problem(
      "aws.pipeline",
      pipelineStatements("apply", environment, settings),
      limits.awsRolePolicySize,
      "have fewer keys with a secret of their own, or split the stack",
    );
  }
  for (const consumer of consumers) {
    const access = settings.access[consumer];
    if (access === undefined) continue;
    yield* problem(
      `aws.access.${consumer}`,
      consumerStatements(consumer, environment, settings),
      limits.awsRolePolicySize,
      "have fewer keys with a secret of their own, or split the stack",
    );
    const trusts =
      consumer === "app" || consumer === "ci"
        ? loginsOf(access as WorkloadLogins).map((login) =>
            workloadTrust(login, access as WorkloadLogins, settings, ci),
          )
        : [personTrust(consumer, settings.access)];
    for (const trust of trusts) {
      yield* problem(
        `aws.access.${consumer} (trust)`,
        trust,
        limits.awsTrustPolicySize,
        "name fewer principals or subjects",
      );
    }
  }
}
