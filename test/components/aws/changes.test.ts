import { max } from "../../fixtures/aws";
import { changed } from "../../fixtures/changed";
import { touchedIn } from "../../fixtures/touched";

const changedBy = touchedIn(max);

const secrets = ["api-keys", "gdpr", "redis", "snyk"];

test.each<[string, unknown, readonly string[]]>([
  ["aws.secrets.recoveryDays", 10, secrets.map((id) => `aws-store-${id}`)],
  [
    "aws.encryption.rotationDays",
    90,
    ["aws-alerts-key", "aws-audit-key", "aws-store-key", "aws-store-key-eu-west-1"],
  ],
  ["aws.audit.logRetentionDays", 731, ["aws-audit-log"]],
  ["aws.audit.retentionDays", 500, ["aws-audit-bucket-lifecycle", "aws-audit-bucket-lock"]],
  ["aws.alerts.readsPerFiveMinutes", 99, ["aws-alerts-read-spike-alarm"]],
  ["aws.alerts.subscribers.on-call.endpoint", "b@example.com", ["aws-alerts-subscriber-on-call"]],
  [
    "aws.network.securityGroupIds",
    ["sg-0a1b2c3d4e5f60719"],
    [
      ...["secretsmanager", "kms", "sts"].map((name) => `aws-access-endpoint-${name}`),
      // Who applies makes endpoints with these groups and no others.
      "aws-ci-apply-grants",
    ],
  ],
  ["aws.pipeline.preview.subjects", ["repo:x/y:pull_request"], ["aws-ci-preview"]],
  ["aws.secrets.vpcEndpoints", [], secrets.map((id) => `aws-store-${id}-policy`)],
  ["aws.organizationId", undefined, secrets.map((id) => `aws-store-${id}-policy`)],
  ["aws.access.breakGlass.until", "2027-01-31T00:00:00Z", ["aws-access-breakGlass"]],
  ["aws.access.operator.requireMfa", false, ["aws-access-operator"]],
  [
    "aws.access.app.podIdentity.namespace",
    "other",
    ["aws-access-app-pod-identity", "aws-access-app-pod-identity-association"],
  ],
])("%s changes what it is about and nothing else", async (path, value, expected) => {
  expect(await changedBy(changed(max, path, value))).toEqual([...expected].sort());
});

test("a key that is taken out takes its own secret, and no other's", async () => {
  // Its name of its own goes with it.
  const without = changed(changed(max, "keys.redis", { enabled: false }), "aws.secrets.names", {});
  const names = await changedBy(without);
  expect(names).toContain("aws-store-redis");
  expect(names.filter((name) => /^aws-store-(api-keys|gdpr|snyk)/.test(name))).toEqual([]);
});
