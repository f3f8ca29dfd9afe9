import { rule, set, type Change } from "./changedStack";
import { check, unknown, type Resource } from "./check";

const project = "sentinel-prod-4711";
const bucketId = "promptsentinel-prod-audit";
const reads = [{ logType: "DATA_READ" }];

/** A stack whose audit is on: by hand, as the provider's pages have it, so that the rule is not held to our own components alone. */
const stack = {
  secret: { type: "gcp:secretmanager/secret:Secret", props: { project, secretId: "a" } },
  key: {
    type: "gcp:kms/cryptoKey:CryptoKey",
    props: { keyRing: `projects/${project}/locations/europe-west3/keyRings/a` },
  },
  secretReads: {
    type: "gcp:projects/iAMAuditConfig:IAMAuditConfig",
    props: { project, service: "secretmanager.googleapis.com", auditLogConfigs: reads },
  },
  keyUse: {
    type: "gcp:projects/iAMAuditConfig:IAMAuditConfig",
    props: { project, service: "cloudkms.googleapis.com", auditLogConfigs: reads },
  },
  logs: {
    type: "gcp:logging/projectBucketConfig:ProjectBucketConfig",
    props: { project, location: "europe-west3", bucketId, retentionDays: 400 },
  },
  sink: {
    type: "gcp:logging/projectSink:ProjectSink",
    props: {
      project,
      destination: `logging.googleapis.com/projects/${project}/locations/europe-west3/buckets/${bucketId}`,
      filter: `log_id("cloudaudit.googleapis.com/data_access")`,
    },
  },
  archive: {
    type: "gcp:storage/bucket:Bucket",
    props: {
      name: "logs",
      publicAccessPrevention: "enforced",
      uniformBucketLevelAccess: true,
      retentionPolicy: { retentionPeriod: "34560000" },
    },
  },
  archiveSink: {
    type: "gcp:logging/projectSink:ProjectSink",
    props: { project, destination: "storage.googleapis.com/logs" },
  },
  dataset: { type: "gcp:bigquery/dataset:Dataset", props: { datasetId: "logs" } },
  metric: { type: "gcp:logging/metric:Metric", props: { filter: "a" } },
  alert: { type: "gcp:monitoring/alertPolicy:AlertPolicy", props: { enabled: true } },
  channel: { type: "gcp:monitoring/notificationChannel:NotificationChannel", props: {} },
} satisfies Record<string, Resource>;

type Name = keyof typeof stack;
const named = Object.entries<Resource>(stack).map(([name, one]) => ({ ...one, name }));

const reportedWith = async (name: Name, change: Change): Promise<string> => {
  expect(await check(rule("gcp-audit-on"), named)).toEqual([]);
  const all = named.map((one) =>
    one.name === name ? { ...one, props: change(one.props ?? {}) } : one,
  );
  return (await check(rule("gcp-audit-on"), all)).join("\n");
};

const noReads = "logs DATA_READ of secretmanager.googleapis.com";
const noSink = "no sink of the project keeps its audit";

test.each<[Name, Change, string]>([
  ["secretReads", set("auditLogConfigs", []), noReads],
  ["secretReads", set("auditLogConfigs", unknown), noReads],
  ["secretReads", set("auditLogConfigs", [{ logType: "ADMIN_READ" }]), noReads],
  ["secretReads", set("service", "storage.googleapis.com"), noReads],
  ["secretReads", set("project", "another"), noReads],
  ["keyUse", set("auditLogConfigs", []), "logs DATA_READ of cloudkms.googleapis.com"],
  [
    "secretReads",
    set("auditLogConfigs", [...reads, { logType: "DATA_WRITE", exemptedMembers: ["user:a@b.c"] }]),
    "exemptedMembers: what they read is not logged",
  ],
  ["secretReads", set("auditLogConfigs", [unknown]), "exemptedMembers"],
  ["sink", set("destination", `logging.googleapis.com/projects/a/locations/b/buckets/c`), noSink],
  ["sink", set("destination", unknown), noSink],
  ["sink", set("filter", `resource.type="gce_instance"`), noSink],
  ["sink", set("project", "another"), noSink],
  ["logs", set("bucketId", "another"), noSink],
  ["logs", set("retentionDays", undefined), noSink],
  ["sink", set("disabled", true), "disabled: is on, so that nothing is kept"],
  ["sink", set("disabled", unknown), "disabled: is on, so that nothing is kept"],
  ["sink", set("exclusions", [{ name: "a", filter: "b" }]), "exclusions: leave events out"],
  [
    "archive",
    set("publicAccessPrevention", "inherited"),
    "publicAccessPrevention: is not enforced",
  ],
  ["archive", set("uniformBucketLevelAccess", undefined), "uniformBucketLevelAccess: is not on"],
  ["archive", set("forceDestroy", true), "forceDestroy: got true"],
  ["archive", set("retentionPolicy", undefined), "logs: keeps logs that can be deleted"],
  [
    "archive",
    set("retentionPolicy", { retentionPeriod: "0" }),
    "logs: keeps logs that can be deleted",
  ],
  ["dataset", set("deleteContentsOnDestroy", true), "deleteContentsOnDestroy: got true"],
  ["dataset", set("accesses", [{ specialGroup: "allAuthenticatedUsers" }]), "let everybody in"],
  ["dataset", set("accesses", [{ iamMember: "allUsers" }]), "let everybody in"],
  ["dataset", set("accesses", [{ domain: "a.b" }]), "or a whole domain"],
  ["metric", set("disabled", true), "nothing is counted"],
  ["alert", set("enabled", false), "nobody is told"],
  ["alert", set("enabled", unknown), "nobody is told"],
  ["channel", set("enabled", false), "nobody is told"],
])("gcp-audit-on refuses %s otherwise: %#", async (name, change, says) => {
  expect(await reportedWith(name, change)).toContain(says);
});

test.each<[Name, Change]>([
  ["secretReads", set("service", "allServices")],
  ["sink", set("filter", undefined)],
  ["archive", set("name", "of-something-else")],
  ["dataset", set("accesses", [{ role: "OWNER", specialGroup: "projectOwners" }])],
  ["sink", set("disabled", false)],
  ["alert", set("enabled", undefined)],
])("gcp-audit-on accepts %s otherwise: %#", async (name, change) => {
  expect(await reportedWith(name, change)).toBe("");
});

test("a bucket that no sink sends to needs no retention", async () => {
  const change: Change = (props) => set("retentionPolicy", undefined)(set("name", "other")(props));
  expect(await reportedWith("archive", change)).toBe("");
});

test("a key is of the project that its ring is in", async () => {
  const change = set("keyRing", "projects/another/locations/europe-west3/keyRings/a");
  const reported = await reportedWith("key", change);
  expect(reported).toContain("logs DATA_READ of cloudkms.googleapis.com");
  expect(reported).toContain(noSink);
});

test("a project that is not said is the provider's", async () => {
  expect(await reportedWith("secret", set("project", undefined))).toBe("");
  expect(await reportedWith("sink", set("project", undefined))).toBe("");
});

test("a secret of one region is one too", async () => {
  const type = "gcp:secretmanager/regionalSecret:RegionalSecret";
  expect(await check(rule("gcp-audit-on"), [{ ...stack.secret, type }])).toHaveLength(2);
});

test("what many secrets lack is told once; each project has an audit of its own", async () => {
  const secret = (name: string, of: string): Resource => ({
    ...stack.secret,
    name,
    props: { project: of },
  });
  const [one, two, other] = [secret("a", project), secret("b", project), secret("c", "another")];
  expect(await check(rule("gcp-audit-on"), [one, two])).toHaveLength(2);
  expect(await check(rule("gcp-audit-on"), [one, two, other])).toHaveLength(4);
});

const trail = (mode: string): Resource => ({
  type: "promptsentinel:gcp:AuditTrail",
  props: { settings: { audit: { mode } } },
});
test("an audit of somebody else's is not seen", async () => {
  expect(await check(rule("gcp-audit-on"), [stack.secret, trail("external")])).toEqual([]);
  expect(await check(rule("gcp-audit-on"), [stack.secret, trail("create")])).toHaveLength(2);
});

test.each([
  "gcp:logging/projectExclusion:ProjectExclusion",
  "gcp:logging/folderExclusion:FolderExclusion",
  "gcp:logging/organizationExclusion:OrganizationExclusion",
  "gcp:logging/billingAccountExclusion:BillingAccountExclusion",
])("no %s", async (type) => {
  expect(await check(rule("gcp-audit-on"), [{ type, props: { filter: "a" } }])).toHaveLength(1);
  expect(await check(rule("gcp-audit-on"), [{ type, props: { disabled: true } }])).toEqual([]);
});
