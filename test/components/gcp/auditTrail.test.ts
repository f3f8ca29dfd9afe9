import { parseConfig } from "../../../infra/config";
import { sinkFilter } from "../../../infra/gcp/auditSink";
import { explained } from "../../../infra/explain";
import { platforms } from "../../../stacks/platforms";
import { changed } from "../../fixtures/changed";
import { deploy } from "../../fixtures/deploy";
import { max, min } from "../../fixtures/gcp";
import { once } from "../../fixtures/once";
import { matches, parseQuery } from "../../support/loggingFilter";
import { named, ofType, type Recorded } from "../../support/mocks";

// What a hook would say, as it says it to nobody here.
jest.mock("../../../infra/explain", () => {
  const actual = jest.requireActual<object>("../../../infra/explain");
  return { ...actual, explained: jest.fn((actual as { explained: typeof explained }).explained) };
});

const made = once((raw) => deploy(parseConfig(raw, platforms)));
const auditOf = async (raw: Record<string, unknown>): Promise<readonly Recorded[]> =>
  (await made(raw)).resources.filter(({ parent }) => parent?.includes("AuditTrail"));
const inputsOf = async (raw: Record<string, unknown>, name: string) =>
  named(await auditOf(raw), `gcp-audit-${name}`).inputs;
const tasksOf = async (raw: Record<string, unknown>) =>
  (await made(raw)).results["gcp"]?.tasks.filter(({ concern }) => concern === "AuditTrail");

const configType = "gcp:projects/iAMAuditConfig:IAMAuditConfig";
const sinkType = "gcp:logging/projectSink:ProjectSink";
const agent = "serviceAccount:service-604321987655@gcp-sa-logging.iam.gserviceaccount.com";

test.each(["secretmanager", "cloudkms"])(
  "every kind of call of %s is logged, and nobody is exempted",
  async (service) => {
    expect(await inputsOf(min, `${service}-reads`)).toEqual({
      project: "sentinel-dev-4711",
      service: `${service}.googleapis.com`,
      auditLogConfigs: [
        { logType: "ADMIN_READ" },
        { logType: "DATA_READ" },
        { logType: "DATA_WRITE" },
      ],
    });
  },
);

test("other services' audit configs, and all of the project's policy, are not touched", async () => {
  const { resources } = await made(max);
  expect(ofType(resources, configType)).toHaveLength(2);
  for (const type of resources.map((one) => one.type)) {
    expect(type).not.toMatch(/gcp:projects\/iAM(Policy|Binding)/i);
  }
});

test("the log bucket has its days, and is locked if the settings say so", async () => {
  expect(await inputsOf(max, "bucket")).toEqual({
    ...{ project: "sentinel-prod-4711", location: "europe-west3" },
    ...{ bucketId: "promptsentinel-prod-audit", retentionDays: 400, locked: true },
    description: "Audit of promptsentinel, prod",
  });
  expect(await inputsOf(min, "bucket")).toMatchObject({
    ...{ location: "europe-west1", retentionDays: 365, locked: false },
  });
  const global = changed(max, "gcp.audit.bucket.location", "global");
  expect(await inputsOf(global, "bucket")).toMatchObject({ location: "global" });
  expect(await inputsOf(global, "sink")).toMatchObject({
    destination:
      "logging.googleapis.com/projects/sentinel-prod-4711/locations/global/buckets/promptsentinel-prod-audit",
  });
});

test("each sink sends the same, leaves nothing out, and has a name of its own", async () => {
  const sinks = ofType(await auditOf(max), sinkType).map(({ inputs }) => inputs);
  expect(sinks.map(({ name, destination }) => [name, destination]).sort()).toEqual([
    [
      "promptsentinel-prod-audit",
      "logging.googleapis.com/projects/sentinel-prod-4711/locations/europe-west3/buckets/promptsentinel-prod-audit",
    ],
    [
      "promptsentinel-prod-audit-archive",
      "storage.googleapis.com/promptsentinel-prod-audit-604321987655",
    ],
    [
      "promptsentinel-prod-audit-dataset",
      "bigquery.googleapis.com/projects/sentinel-prod-4711/datasets/promptsentinel_prod_audit",
    ],
  ]);
  for (const sink of sinks) {
    expect(sink).toMatchObject({
      filter: sinkFilter({ projectId: "sentinel-prod-4711" }),
      uniqueWriterIdentity: true,
    });
    expect(sink).not.toHaveProperty("exclusions");
    expect(sink).not.toHaveProperty("disabled");
  }
});

describe("a sink sends", () => {
  const query = parseQuery(sinkFilter({ projectId: "sentinel-prod-4711" }));
  const entry = (log: string, serviceName: string) => ({
    logName: `projects/sentinel-prod-4711/logs/${log}`,
    protoPayload: { serviceName: `${serviceName}.googleapis.com` },
  });
  const audit = "cloudaudit.googleapis.com%2F";

  test.each([
    [`${audit}data_access`, "secretmanager"],
    [`${audit}data_access`, "cloudkms"],
    [`${audit}activity`, "secretmanager"],
    [`${audit}activity`, "iam"],
    [`${audit}activity`, "cloudresourcemanager"],
    [`${audit}activity`, "logging"],
    [`${audit}activity`, "monitoring"],
    [`${audit}activity`, "storage"],
    [`${audit}policy`, "secretmanager"],
    ["secretmanager.googleapis.com%2Fsecret_event", ""],
  ])("%s of %s", (log, service) => {
    expect(matches(query, entry(log, service))).toBe(true);
  });

  test.each([
    [`${audit}activity`, "compute"],
    [`${audit}system_event`, "secretmanager"],
    ["stdout", "secretmanager"],
  ])("and not %s of %s", (log, service) => {
    expect(matches(query, entry(log, service))).toBe(false);
  });
});

test("the archive cannot be read by the public, changed, or emptied before its time", async () => {
  expect(await inputsOf(max, "archive")).toEqual({
    ...{ project: "sentinel-prod-4711", name: "promptsentinel-prod-audit-604321987655" },
    ...{ location: "EUROPE-WEST3", storageClass: "STANDARD" },
    ...{ uniformBucketLevelAccess: true, publicAccessPrevention: "enforced" },
    retentionPolicy: { retentionPeriod: "34560000", isLocked: true },
    lifecycleRules: [{ action: { type: "Delete" }, condition: { age: 401 } }],
    labels: expect.objectContaining({ "managed-by": "pulumi" }) as object,
  });
});

test("the dataset is the owners' alone, and loses each day at its time", async () => {
  const { inputs, ignoreChanges } = named(await auditOf(max), "gcp-audit-dataset");
  expect(inputs).toMatchObject({
    ...{ project: "sentinel-prod-4711", datasetId: "promptsentinel_prod_audit" },
    ...{ location: "europe-west3", defaultPartitionExpirationMs: 400 * 24 * 3600 * 1000 },
    accesses: [{ role: "OWNER", specialGroup: "projectOwners" }],
  });
  expect(inputs).not.toHaveProperty("deleteContentsOnDestroy");
  // Or an update would take the writer out.
  expect(ignoreChanges).toEqual(["accesses"]);
  expect(await inputsOf(max, "dataset-sink")).toMatchObject({
    bigqueryOptions: { usePartitionedTables: true },
  });
});

test("who sends may add, and nothing else", async () => {
  expect(await inputsOf(max, "archive-writer")).toEqual({
    bucket: "promptsentinel-prod-audit-604321987655",
    role: "roles/storage.objectCreator",
    member: agent,
  });
  expect(await inputsOf(max, "dataset-writer")).toEqual({
    ...{ project: "sentinel-prod-4711", datasetId: "promptsentinel_prod_audit" },
    ...{ role: "roles/bigquery.dataEditor", member: agent },
  });
});

// Names are plain text, so the order is only what is said of it.
test.each([
  ["gcp-audit-bucket", "gcp-store-logging-api"],
  ["gcp-audit-sink", "gcp-audit-bucket"],
  ["gcp-audit-archive-sink", "gcp-audit-archive"],
  ["gcp-audit-archive-writer", "gcp-audit-archive-sink"],
  ["gcp-audit-dataset-sink", "gcp-audit-dataset"],
  ["gcp-audit-dataset-writer", "gcp-audit-dataset-sink"],
  ["gcp-audit-secretmanager-reads", "gcp-audit-sink"],
  ["gcp-audit-secretmanager-reads", "gcp-audit-archive-writer"],
])("%s waits for %s", async (name, other) => {
  const { dependsOn } = named(await auditOf(max), name);
  expect(dependsOn.map((urn) => urn.split("::").at(-1))).toContain(other);
});

test("all of the audit stays when the stack goes", async () => {
  const own = (await auditOf(max)).filter(({ custom }) => custom);
  expect(own).toHaveLength(10);
  for (const { name, retainOnDelete } of own) expect([name, retainOnDelete]).toEqual([name, true]);
});

/** What hooks of a name say, each once: a config is deployed more than once here. */
const advice = (hook: RegExp): readonly (readonly [string, string])[] => [
  ...new Map(
    jest
      .mocked(explained)
      .mock.calls.flatMap(([name, , text]) => (hook.test(name) ? [[name, text]] : [])),
  ),
];

test.each([
  ["archive", "promptsentinel-prod-audit-604321987655"],
  ["dataset", "projects/sentinel-prod-4711/datasets/promptsentinel_prod_audit"],
])("%s that a destroy has left is taken up again by a command", async (suffix, id) => {
  const { name, type, parent, provider } = named(await auditOf(max), `gcp-audit-${suffix}`);
  // The mocks begin types with the stack's, and refer to a provider by its URN and its id.
  const [owner, gcp] = [parent, provider?.replace(/::[^:]*$/, "")].map((urn) =>
    String(urn).replace("pulumi:pulumi:Stack$", ""),
  );
  const command = `pulumi import -s test ${type} ${name} ${id} --parent parent=${String(owner)} --provider gcp=${String(gcp)} --protect=false --generate-code=false`;
  expect(advice(new RegExp(`^${name}-taken$`))).toEqual([
    [`${name}-taken`, expect.stringContaining(`\`${command}\``)],
  ]);
});

test("what its provider takes when it is there is explained by nothing", async () => {
  await made(max);
  expect(
    advice(/^gcp-audit-.*-taken$/)
      .map(([name]) => name)
      .sort(),
  ).toEqual(["gcp-audit-archive-taken", "gcp-audit-dataset-taken"]);
});

test("the smallest has a log bucket, and no copy", async () => {
  const own = (await auditOf(min)).filter(({ custom }) => custom);
  expect(own.map(({ name }) => name.replace("gcp-audit-", "")).sort()).toEqual([
    ...["bucket", "cloudkms-reads", "secretmanager-reads", "sink"],
  ]);
  expect(await tasksOf(min)).toEqual([]);
});

test("external: nothing of the audit is in the stack, and its owner is told how to look", async () => {
  const raw = Object.entries({
    mode: "external",
    "storage.mode": "none",
    "bigQuery.mode": "none",
  }).reduce((result, [path, value]) => changed(result, `gcp.audit.${path}`, value), max);
  expect((await auditOf(raw)).filter(({ custom }) => custom)).toEqual([]);
  const [task] = (await tasksOf(raw)) ?? [];
  expect(task?.text).toBe(
    "gcloud projects get-iam-policy sentinel-prod-4711 --format='yaml(auditConfigs)'",
  );
});
