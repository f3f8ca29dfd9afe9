import { parseConfig } from "../../../infra/config";
import { platforms } from "../../../stacks/platforms";
import { max, min } from "../../fixtures/aws";
import { changed } from "../../fixtures/changed";
import { deploy } from "../../fixtures/deploy";
import { once } from "../../fixtures/once";
import { named, ofType } from "../../support/mocks";

const made = once((raw) => deploy(parseConfig(raw, platforms)));
const bucket = "promptsentinel-prod-audit-210987654321-eu-central-1";

describe("a trail of our own", () => {
  const inputs = async (name: string) =>
    named((await made(max)).resources, `aws-audit-${name}`).inputs;

  test("logs all regions, every management event, with validation, encrypted, to bucket and log group", async () => {
    expect(await inputs("trail")).toMatchObject({
      name: "promptsentinel-prod-audit",
      s3BucketName: bucket,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      enableLogging: true,
    });
    const trail = await inputs("trail");
    for (const name of ["kmsKeyId", "cloudWatchLogsGroupArn", "cloudWatchLogsRoleArn"]) {
      expect(trail[name]).toEqual(expect.any(String));
    }
  });

  test("leaves no management event out, and records who reads the logs", async () => {
    // Neither readOnly nor an eventSource (KMS, say) is excluded from the first.
    expect((await inputs("trail"))["advancedEventSelectors"]).toEqual([
      {
        name: "Every management event",
        fieldSelectors: [{ field: "eventCategory", equals: ["Management"] }],
      },
      {
        name: "Reads of the logs",
        fieldSelectors: [
          { field: "eventCategory", equals: ["Data"] },
          { field: "resources.type", equals: ["AWS::S3::Object"] },
          { field: "readOnly", equals: ["true"] },
          { field: "resources.ARN", startsWiths: [`arn:aws:s3:::${bucket}/`] },
        ],
      },
    ]);
  });

  test("the bucket is private, versioned, locked and emptied in its time", async () => {
    expect(await inputs("bucket")).toMatchObject({ bucket, objectLockEnabled: true });
    expect(await inputs("bucket-access")).toMatchObject({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(await inputs("bucket-versioning")).toMatchObject({
      versioningConfiguration: { status: "Enabled" },
    });
    expect(await inputs("bucket-lock")).toMatchObject({
      rule: { defaultRetention: { mode: "COMPLIANCE", days: 400 } },
    });
    expect(await inputs("bucket-lifecycle")).toMatchObject({
      rules: [{ status: "Enabled", expiration: { days: 400 } }],
    });
    expect(await inputs("bucket-ownership")).toMatchObject({
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
  });

  test("the log group is encrypted, keeps its time, and is not deleted by mistake", async () => {
    expect(await inputs("log")).toMatchObject({
      name: "promptsentinel-prod-audit",
      retentionInDays: 400,
      deletionProtectionEnabled: true,
      kmsKeyId: expect.any(String) as string,
    });
  });

  test("everything of it stays when the stack goes", async () => {
    const { resources } = await made(max);
    const own = resources.filter(({ parent, custom }) => custom && parent?.includes("AuditTrail"));
    expect(own.length).toBeGreaterThan(10);
    for (const { name, retainOnDelete } of own)
      expect([name, retainOnDelete]).toEqual([name, true]);
  });

  test("it waits for what CloudTrail tries when it is made", async () => {
    const { resources } = await made(max);
    const waits = named(resources, "aws-audit-trail").dependsOn.map((urn) =>
      urn.split("::").at(-1),
    );
    expect(waits).toEqual(
      expect.arrayContaining(["aws-audit-bucket-policy", "aws-audit-delivery-grants"]),
    );
  });
});

describe("a trail that exists", () => {
  const withTrail = (audit: object) => changed(min, "aws.audit", { mode: "external", ...audit });
  const trailArn = "arn:aws:cloudtrail:us-east-1:111122223333:trail/organization";

  test("nothing of it is in the stack; its owner is told how to look after it", async () => {
    const raw = withTrail({ trailArn });
    const { resources, results } = await made(raw);
    expect(resources.filter(({ parent }) => parent?.includes("AuditTrail"))).toEqual([]);
    expect(results["aws"]?.tasks.map(({ text }) => text).join()).toContain(trailArn);
  });

  test("without a log group here nothing counts, and the stack says so", async () => {
    const raw = withTrail({ trailArn });
    const { resources, results } = await made(raw);
    expect(ofType(resources, "aws:cloudwatch/logMetricFilter:LogMetricFilter")).toEqual([]);
    expect(results["aws"]?.wiring.capabilities.UsageAlerts).toMatchObject({ level: "partial" });
  });

  test("with its log group the alarms read that", async () => {
    const audit = { trailArn, logGroup: "central-trail" };
    const { resources } = await made(withTrail(audit));
    const filters = ofType(resources, "aws:cloudwatch/logMetricFilter:LogMetricFilter");
    expect(filters.length).toBeGreaterThan(6);
    for (const { inputs } of filters) expect(inputs["logGroupName"]).toBe("central-trail");
  });
});
