import { parseConfig } from "../../../infra/config";
import { scopeOf } from "../../../infra/gcp/alerts/scope";
import { membersOfConsumer } from "../../../infra/gcp/grants";
import { alertIds } from "../../../infra/contracts/usageAlerts";
import { consumers } from "../../../infra/environment";
import type { GcpSettings } from "../../../infra/gcp/settings";
import { platforms } from "../../../stacks/platforms";
import { changed } from "../../fixtures/changed";
import { deploy } from "../../fixtures/deploy";
import { max, min } from "../../fixtures/gcp";
import { once } from "../../fixtures/once";
import { named, ofType, type Recorded } from "../../support/mocks";

const made = once((raw) => deploy(parseConfig(raw, platforms)));
const inputsOf = async (raw: Record<string, unknown>, name: string) =>
  named((await made(raw)).resources, `gcp-alerts-${name}`).inputs;
const tasksOf = async (raw: Record<string, unknown>) =>
  (await made(raw)).results["gcp"]?.tasks.filter(({ concern }) => concern === "UsageAlerts");
const names = (resources: readonly Recorded[]): readonly string[] =>
  resources.map(({ name }) => name.replace("gcp-alerts-", "")).sort();
const argsOf = (raw: Record<string, unknown>) => {
  const { environment, platforms: enabled } = parseConfig(raw, platforms);
  return { environment, settings: enabled[0]?.settings as GcpSettings };
};

const policyType = "gcp:monitoring/alertPolicy:AlertPolicy";
const metricType = "gcp:logging/metric:Metric";

test("the smallest stack raises every alert, and says that nobody hears of one", async () => {
  const { resources } = await made(min);
  expect(names(ofType(resources, policyType))).toEqual(
    [...alertIds, "no-data", "unhealthy"].sort(),
  );
  expect(names(ofType(resources, metricType))).toEqual([
    ...["denied-burst-count", "no-data-count", "privileged-session-count"],
    ...["read-spike-count", "unexpected-reader-count"],
  ]);
  expect(ofType(resources, "gcp:monitoring/notificationChannel:NotificationChannel")).toEqual([]);
  for (const { inputs } of ofType(resources, policyType)) {
    expect(inputs["notificationChannels"]).toEqual([]);
  }
  expect(await tasksOf(min)).toEqual([
    {
      concern: "UsageAlerts",
      title: "nobody hears of alerts: add somebody to gcp.alerts.subscribers",
      text: "alerts: { subscribers: { on-call: { email: <address> } } }",
    },
  ]);
  expect(await tasksOf(max)).toEqual([]);
});

test("each subscriber has a channel, and each alert all of them", async () => {
  const two = changed(max, "gcp.alerts.subscribers.security", { email: "soc@promptsentinel.ai" });
  const { resources } = await made(two);
  expect(named(resources, "gcp-alerts-to-security").inputs).toEqual({
    ...{ project: "sentinel-prod-4711", type: "email", enabled: true },
    displayName: "promptsentinel-prod-alerts-security",
    labels: { email_address: "soc@promptsentinel.ai" },
    userLabels: expect.objectContaining({ "managed-by": "pulumi" }) as object,
  });
  for (const { inputs } of ofType(resources, policyType)) {
    expect(inputs["notificationChannels"]).toEqual([
      "name-of-gcp-alerts-to-on-call",
      "name-of-gcp-alerts-to-security",
    ]);
  }
});

test.each([
  ["the smallest", min],
  ["the fullest", max],
])("%s: members are those that the grants are for", async (_, raw) => {
  const { environment, settings } = argsOf(raw);
  const granted = (await made(raw)).resources
    .filter(({ type }) => /secretmanager\/.*IamMember$/i.test(type))
    .map(({ inputs }) => String(inputs["member"]));
  const declared = consumers.flatMap((consumer) =>
    membersOfConsumer(consumer, environment, settings),
  );
  expect([...new Set(granted)].sort()).toEqual([...new Set(declared)].sort());
});

test("accounts that are watched are those that are made, and declared ones of the project", async () => {
  const { environment, settings } = argsOf(max);
  const accounts = ofType((await made(max)).resources, "gcp:serviceaccount/account:Account").map(
    ({ inputs }) => `${String(inputs["accountId"])}@sentinel-prod-4711.iam.gserviceaccount.com`,
  );
  expect(accounts).toHaveLength(4);
  expect([...scopeOf(environment, settings).accounts].sort()).toEqual(
    [...accounts, "rotator@sentinel-prod-4711.iam.gserviceaccount.com"].sort(),
  );
});

test("whom an account is lent to: pools by their beginning, Pods exactly, Cloud Run by a switch", () => {
  const { environment, settings } = argsOf(max);
  const pools = "principal://iam.googleapis.com/projects/604321987655/locations/global";
  expect(scopeOf(environment, settings).delegates).toEqual({
    cloudRun: true,
    subjects: [
      "serviceAccount:clusters-4711.svc.id.goog[prompt-sentinel/prompt-sentinel]",
      ...["aws", "azure", "oidc"].map(
        (kind) => `${pools}/workloadIdentityPools/sentinel-prod-${kind}/subject/`,
      ),
    ],
  });
  const off = argsOf(changed(max, "gcp.access.app.cloudRun", false));
  expect(scopeOf(off.environment, off.settings).delegates.cloudRun).toBe(false);
});

test("a group calls nothing: its members' reads are told as strangers', and it says so", async () => {
  const grouped = changed(
    max,
    "gcp.access.breakGlass.principals.on-call.member",
    "group:on-call@promptsentinel.ai",
  );
  const { filter } = await inputsOf(grouped, "privileged-session-count");
  expect(filter).not.toContain("on-call@promptsentinel.ai");
  expect(await tasksOf(grouped)).toEqual([
    {
      concern: "UsageAlerts",
      title: expect.stringContaining(
        "gcp.access.breakGlass has group:on-call@promptsentinel.ai",
      ) as string,
      text: "gcloud identity groups memberships list --group-email=on-call@promptsentinel.ai",
    },
  ]);
});

test("a key of another project is not heard of here, and it says so", async () => {
  const key = (project: string, location: string) =>
    `projects/${project}/locations/${location}/keyRings/ring/cryptoKeys/key`;
  const raw = changed(max, "gcp.encryption", {
    mode: "external",
    keys: {
      "europe-west3": key("keys-4711", "europe-west3"),
      "europe-west4": key("sentinel-prod-4711", "europe-west4"),
    },
  });
  const condition = JSON.stringify((await inputsOf(raw, "encryption-key-disabled"))["conditions"]);
  expect(condition).toContain("/locations/europe-west4/keyRings/ring/cryptoKeys/key");
  expect(condition).not.toContain("europe-west3");
  expect(await tasksOf(raw)).toEqual([
    expect.objectContaining({
      title: expect.stringContaining(key("keys-4711", "europe-west3")) as string,
      text: expect.stringContaining("--project=keys-4711") as string,
    }),
  ]);
});

test.each([
  ["encryption-key-disabled", { "encryption.mode": "google" }],
  ["stale-key", { "secrets.mode": "external" }],
  ["stale-key", { "secrets.mode": "adopt" }],
  ["unhealthy", { "audit.mode": "external" }],
])("%s has nothing to watch with %o", async (id, settings) => {
  const raw = Object.entries(settings).reduce(
    (result, [path, value]) => changed(result, `gcp.${path}`, value),
    min,
  );
  expect(names(ofType((await made(raw)).resources, policyType))).not.toContain(id);
});

test("limits are the settings'", async () => {
  const limit = async (raw: Record<string, unknown>, name: string) =>
    (
      (await inputsOf(raw, name)) as {
        conditions: { conditionThreshold: { thresholdValue: number } }[];
      }
    ).conditions[0]?.conditionThreshold.thresholdValue;
  expect(await limit(max, "read-spike")).toBe(29);
  expect(await limit(max, "denied-burst")).toBe(2);
  expect(await limit(min, "read-spike")).toBe(59);
  expect(await limit(min, "denied-burst")).toBe(4);
  expect(await limit(max, "unexpected-reader")).toBe(0);
});

test.each([
  ["gcp-alerts-read-spike", "gcp-alerts-read-spike-count"],
  ["gcp-alerts-read-spike-count", "gcp-audit-secretmanager-reads"],
  ["gcp-alerts-read-spike-count", "gcp-audit-sink"],
  ["gcp-alerts-audit-switched-off", "gcp-audit-archive-writer"],
  ["gcp-alerts-stale-key", "gcp-rotation-due"],
  ["gcp-alerts-to-on-call", "gcp-store-monitoring-api"],
])("%s waits for %s", async (name, other) => {
  const { dependsOn } = named((await made(max)).resources, name);
  expect(dependsOn.map((urn) => urn.split("::").at(-1))).toContain(other);
});

test("an alert goes with the stack: it holds nothing", async () => {
  const own = (await made(max)).resources.filter(({ parent }) => parent?.includes("UsageAlerts"));
  expect(own.length).toBeGreaterThan(15);
  for (const { name, retainOnDelete } of own) expect([name, retainOnDelete]).toEqual([name, false]);
});
