import { parseConfig } from "../../infra/config";
import { rules } from "../../policies/rules";
import { platforms } from "../../stacks/platforms";
import { changed } from "../fixtures/changed";
import { deploy } from "../fixtures/deploy";
import { max, min } from "../fixtures/gcp";
import { named, type Recorded } from "../support/mocks";
import { reportedOf, rule, set, shown, type Change } from "./changedStack";
import { check, unknown, type Resource } from "./check";

let made: readonly Recorded[];
beforeAll(async () => {
  made = (await deploy(parseConfig(max, platforms))).resources;
});

const adopted = changed(changed(min, "gcp.secrets", { mode: "adopt" }), "gcp.encryption", {
  mode: "google",
});
const external = changed(min, "gcp.audit", { mode: "external" });
const loose = changed(
  changed(min, "gcp.secrets", { replication: "automatic", destroyDelayDays: 1 }),
  "gcp.encryption",
  { mode: "google" },
);
test.each<[string, unknown, boolean]>([
  ["the fullest config", max, false],
  ["the smallest", min, false],
  ["secrets of one region", changed(min, "gcp.secrets", { replication: "regional" }), false],
  ["adopted secrets", adopted, false],
  ["somebody else's audit", external, false],
  ["what is looser, outside prod", loose, false],
  // What Google makes up is not known then: who writes to a bucket, ids of channels.
  ["a preview of the fullest config", max, true],
])("the rules on Google Cloud accept %s", async (_, raw, preview) => {
  const { resources } = await deploy(parseConfig(raw, platforms), { preview });
  const gcp = rules().filter(({ name }) => name.startsWith("gcp-"));
  expect(gcp).toHaveLength(5);
  for (const one of gcp) {
    expect([one.name, await check(one, resources.map(shown))]).toEqual([one.name, []]);
  }
});

const secret = "gcp-store-anthropic";
const key = "gcp-store-key-europe-west3";
const day = 24 * 3600;
const seconds = (days: number): string => `${String(days * day)}s`;

test.each<[string, Change, string]>([
  [secret, set("ttl", "86400s"), "ttl: is set"],
  [secret, set("expireTime", unknown), "expireTime: is set"],
  [secret, set("deletionProtection", undefined), "deletionProtection: is not on"],
  [secret, set("deletionProtection", unknown), "deletionProtection: is not on"],
  [secret, set("versionDestroyTtl", undefined), "versionDestroyTtl: is missing"],
  [secret, set("versionDestroyTtl", "86399s"), "below a day"],
  [secret, set("versionDestroyTtl", unknown), "versionDestroyTtl: is missing, not known"],
  [secret, set("topics", []), "topics: are none"],
  [secret, set("rotation.rotationPeriod", undefined), "rotation.rotationPeriod: is missing"],
  [secret, set("rotation.rotationPeriod", seconds(366)), "above 365 days"],
  [secret, set("rotation", unknown), "rotation.rotationPeriod: is missing, not known"],
  [key, set("rotationPeriod", undefined), "rotationPeriod: is missing"],
  [key, set("rotationPeriod", seconds(91)), "above 90 days"],
  [key, set("rotationPeriod", unknown), "rotationPeriod: is missing, not known"],
  [key, set("destroyScheduledDuration", seconds(6)), "below 7 days"],
  [key, set("destroyScheduledDuration", unknown), "destroyScheduledDuration: is not known"],
])("gcp-guarded-secrets refuses of %s: %#", async (resource, change, says) => {
  expect(await reportedOf("gcp-guarded-secrets", made, resource, change)).toContain(says);
});

test("a secret of one region is one too", async () => {
  const { inputs } = named(made, secret);
  const type = "gcp:secretmanager/regionalSecret:RegionalSecret";
  const props = set("ttl", "86400s")(inputs);
  expect(await check(rule("gcp-guarded-secrets"), [{ type, props }])).toHaveLength(1);
});

test.each<[string, Change]>([
  [secret, (props) => set("topics", undefined)(set("rotation", undefined)(props))],
  [key, set("destroyScheduledDuration", undefined)],
  [key, (props) => set("rotationPeriod", undefined)(set("purpose", "ASYMMETRIC_SIGN")(props))],
  [secret, set("rotation.rotationPeriod", seconds(365))],
  [key, set("destroyScheduledDuration", seconds(7))],
  [key, set("rotationPeriod", seconds(90))],
])("what does not age needs no rotation, and Google's own delay is enough: %s", async (one, to) => {
  expect(await reportedOf("gcp-guarded-secrets", made, one, to)).toBe("");
});

test("an adopted secret is as its owner has it", async () => {
  const found = { type: "gcp:secretmanager/secret:Secret", props: { secretId: "a" } };
  const ignoreChanges = [
    ...["annotations", "customerManagedEncryption", "deletionProtection", "labels", "replication"],
    ...["rotation", "topics", "versionDestroyTtl"],
  ];
  for (const name of ["gcp-guarded-secrets", "gcp-strict-in-prod"]) {
    expect(await check(rule(name), [inStage("prod"), found])).not.toEqual([]);
    expect(await check(rule(name), [inStage("prod"), { ...found, ignoreChanges }])).toEqual([]);
  }
});

test.each([
  ["gcp:secretmanager/secret:Secret", "replication"],
  ["gcp:secretmanager/regionalSecret:RegionalSecret", "customerManagedEncryption"],
])("where %s is, its owner says", async (type, ignored) => {
  const found = { type, props: { secretId: "a" }, ignoreChanges: [ignored] };
  expect(await check(rule("gcp-strict-in-prod"), [inStage("prod"), found])).toEqual([]);
});

function inStage(stage: string): Resource {
  return { type: "promptsentinel:gcp:SecretStore", props: { environment: { stage } } };
}

const trail = "promptsentinel:gcp:AuditTrail";
const reader = "gcp-access-breakGlass-on-call-on-anthropic";
const regions = "replication.userManaged.replicas";
const from = 'request.time >= timestamp("2026-12-01T00:00:00Z")';
const until = (end: string): string => `request.time < timestamp("${end}")`;
const isGiven = (expression: unknown): Change => set("condition.expression", expression);

test.each<[string, string, Change]>([
  ["replication: is automatic", secret, set("replication", { auto: withKey() })],
  ["customerManagedEncryption: is missing", secret, set(regions, [{ location: "a" }])],
  [
    "customerManagedEncryption: is missing",
    secret,
    set(regions, [{ location: "a", ...withKey() }, { location: "b" }]),
  ],
  ["customerManagedEncryption: is missing", secret, set("replication", unknown)],
  ["versionDestroyTtl: got 6 days", secret, set("versionDestroyTtl", seconds(6))],
  ["reads without a beginning and an end", reader, set("condition", undefined)],
  ["reads without a beginning and an end", reader, isGiven("true")],
  ["reads without a beginning and an end", reader, isGiven(unknown)],
  ["reads without a beginning and an end", reader, isGiven(until("2026-12-02T00:00:00Z"))],
  ["reads without a beginning and an end", reader, isGiven(from)],
  [
    "reads without a beginning and an end",
    reader,
    isGiven(`${from} && ${until("2026-12-02T00:00:00Z")} || true`),
  ],
  ["more than 7 days", reader, isGiven(`${from} && ${until("2026-12-08T00:00:01Z")}`)],
])("in prod: %s; elsewhere it is a setting", async (says, resource, change) => {
  const { inputs, ...rest } = named(made, resource);
  await strictInProd(says, shown({ inputs: change(inputs), ...rest }));
});

test.each<[string, Resource]>([
  [
    "customerManagedEncryption: is missing",
    { type: "gcp:secretmanager/regionalSecret:RegionalSecret", props: {} },
  ],
  [
    "audit.mode: got external",
    { type: trail, props: { settings: { audit: { mode: "external" } } } },
  ],
  ["audit.mode: got undefined", { type: trail, props: {} }],
  [
    "retentionDays: got 89",
    { type: "gcp:logging/projectBucketConfig:ProjectBucketConfig", props: { retentionDays: 89 } },
  ],
  [
    "retentionDays: got undefined",
    { type: "gcp:logging/projectBucketConfig:ProjectBucketConfig", props: {} },
  ],
  [
    "retentionPolicy: is missing, or below 90",
    {
      type: "gcp:storage/bucket:Bucket",
      props: { retentionPolicy: { retentionPeriod: String(89 * day) } },
    },
  ],
  ["retentionPolicy: is missing", { type: "gcp:storage/bucket:Bucket", props: {} }],
  [
    "notificationChannels: are none",
    { type: "gcp:monitoring/alertPolicy:AlertPolicy", props: { notificationChannels: [] } },
  ],
])("in prod: %s; elsewhere it is allowed", strictInProd);

async function strictInProd(says: string, resource: Resource): Promise<void> {
  expect(await check(rule("gcp-strict-in-prod"), [inStage("dev"), resource])).toEqual([]);
  const reported = await check(rule("gcp-strict-in-prod"), [inStage("prod"), resource]);
  expect(reported).toHaveLength(1);
  expect(reported[0]).toContain(says);
}

test.each<[string, Change]>([
  [secret, set("versionDestroyTtl", seconds(7))],
  [reader, isGiven(`${from} && ${until("2026-12-08T00:00:00Z")}`)],
  [
    reader,
    (props) => set("condition", undefined)(set("role", "roles/secretmanager.viewer")(props)),
  ],
  [
    reader,
    (props) =>
      set(
        "condition",
        undefined,
      )(set("member", "serviceAccount:a@b.iam.gserviceaccount.com")(props)),
  ],
])("prod takes of %s as much as it may be: %#", async (resource, change) => {
  const { inputs, ...rest } = named(made, resource);
  const one = shown({ inputs: change(inputs), ...rest });
  expect(await check(rule("gcp-strict-in-prod"), [inStage("prod"), one])).toEqual([]);
});

test("prod takes what is kept for 90 days, and channels that are still to come", async () => {
  const kept: readonly Resource[] = [
    { type: "gcp:logging/projectBucketConfig:ProjectBucketConfig", props: { retentionDays: 90 } },
    {
      type: "gcp:storage/bucket:Bucket",
      props: { retentionPolicy: { retentionPeriod: String(90 * day) } },
    },
    { type: "gcp:monitoring/alertPolicy:AlertPolicy", props: { notificationChannels: [unknown] } },
    { type: trail, props: { settings: { audit: { mode: "create" } } } },
  ];
  expect(await check(rule("gcp-strict-in-prod"), [inStage("prod"), ...kept])).toEqual([]);
});

function withKey(): object {
  return { customerManagedEncryption: { kmsKeyName: "projects/a/locations/b" } };
}
