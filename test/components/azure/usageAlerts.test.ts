import { parseConfig } from "../../../infra/config";
import { platforms } from "../../../stacks/platforms";
import { max, min } from "../../fixtures/azure";
import { changed } from "../../fixtures/changed";
import { deploy } from "../../fixtures/deploy";
import { once } from "../../fixtures/once";
import { named, ofType, type Recorded } from "../../support/mocks";

const made = once((raw) => deploy(parseConfig(raw, platforms)));
const inputsOf = async (raw: Record<string, unknown>, name: string) =>
  named((await made(raw)).resources, `azure-alerts-${name}`).inputs;
const queryOf = async (raw: Record<string, unknown>, name: string): Promise<string> => {
  const { criteria } = (await inputsOf(raw, name)) as {
    criteria: { allOf: { query: string }[] };
  };
  return criteria.allOf[0]?.query ?? "";
};
const scopesOf = async (raw: Record<string, unknown>, name: string) =>
  (await inputsOf(raw, name))["scopes"];
const tasksOf = async (raw: Record<string, unknown>) =>
  (await made(raw)).results["azure"]?.tasks.filter(({ concern }) => concern === "UsageAlerts");
const names = (resources: readonly Recorded[]): readonly string[] =>
  resources.map(({ name }) => name.replace("azure-alerts-", "")).sort();

const subscription = "/subscriptions/8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f";
const group = `${subscription}/resourceGroups/rg-prompt-sentinel`;

test("the smallest stack watches no role that it does not have, and says who hears nothing", async () => {
  const { resources } = await made(min);
  expect(names(ofType(resources, "azure-native:monitor:ScheduledQueryRule"))).toEqual([
    ...["deletion-scheduled", "denied-burst", "encryption-key-disabled", "grant-change"],
    ...["no-data", "read-spike", "rotation-failed", "stale-key", "unexpected-reader"],
  ]);
  expect(names(ofType(resources, "azure-native:monitor:ActivityLogAlert"))).toEqual([
    ...["audit-switched-off-changes", "audit-switched-off-silencers"],
    ...["deletion-scheduled-changes", "grant-change-grants", "grant-change-identities"],
    "unhealthy",
  ]);
  expect((await inputsOf(min, "action-group"))["emailReceivers"]).toEqual([]);
  expect(await tasksOf(min)).toEqual([
    {
      concern: "UsageAlerts",
      title: expect.stringMatching(/nobody hears of alerts.*azure\.alerts\.subscribers/) as string,
      text: "az monitor action-group update --resource-group promptsentinel-dev --name promptsentinel-dev-alerts --add-action email <name> <address> usecommonalertschema",
    },
  ]);
  expect(await tasksOf(max)).toEqual([]);
});

test("readers are the workloads' identities, as the directory has made them, and nobody else", async () => {
  expect(await queryOf(max, "unexpected-reader")).toContain(
    'Who !in ("principal-of-azure-access-app", "principal-of-azure-access-ci", "4d5e6f7a-8b9c-4d0e-9f2a-3b4c5d6e7f8a")',
  );
  expect(await queryOf(min, "unexpected-reader")).toContain(
    'Who !in ("principal-of-azure-access-app")',
  );
});

test("a group calls nothing: break-glass is told by its activation, the rotator's members as strangers", async () => {
  expect(await queryOf(max, "privileged-session")).toContain(
    'Who in ("4d5e6f7a-8b9c-4d0e-9f2a-3b4c5d6e7f8a")',
  );
  const grouped = changed(max, "azure.access.rotator.principals.function.type", "Group");
  const { resources } = await made(grouped);
  expect(names(resources)).not.toContain("privileged-session");
  expect(names(resources)).toContain("privileged-session-changes");
  expect(await tasksOf(grouped)).toEqual([
    expect.objectContaining({
      title: expect.stringContaining(
        "azure.access.rotator.principals.function is a group",
      ) as string,
    }),
  ]);
});

test("changes are heard of where they are made, no further", async () => {
  const vault = `${group}/providers/Microsoft.KeyVault/vaults/kv-prompt-sentinel`;
  expect(await scopesOf(max, "grant-change-grants")).toEqual([subscription]);
  expect(await scopesOf(max, "grant-change-identities")).toEqual([group]);
  expect(await scopesOf(max, "deletion-scheduled-changes")).toEqual([group]);
  expect(await scopesOf(max, "privileged-session-changes")).toEqual([vault]);
  expect(await scopesOf(max, "audit-switched-off-changes")).toEqual([group]);
  expect(await scopesOf(max, "audit-switched-off-silencers")).toEqual([subscription]);
});

test("what is elsewhere is heard of there", async () => {
  const workspace = `${subscription}/resourceGroups/logs/providers/Microsoft.OperationalInsights/workspaces/all`;
  const elsewhere = Object.entries({
    "azure.vault": { mode: "adopt", name: "kv-prompt-sentinel", resourceGroup: "vaults" },
    "azure.network": {},
    "azure.audit.workspace": { id: workspace },
    "azure.alerts.grants": "group",
  }).reduce<Record<string, unknown>>((raw, [path, value]) => changed(raw, path, value), max);
  const vaults = `${subscription}/resourceGroups/vaults`;
  const vault = `${vaults}/providers/Microsoft.KeyVault/vaults/kv-prompt-sentinel`;
  expect(await scopesOf(elsewhere, "grant-change-grants")).toEqual([group, vaults]);
  expect(await scopesOf(elsewhere, "deletion-scheduled-changes")).toEqual([vaults]);
  expect(await scopesOf(elsewhere, "audit-switched-off-changes")).toEqual([
    group,
    vault,
    workspace,
  ]);
  expect(await scopesOf(elsewhere, "read-spike")).toEqual([workspace]);
  expect(await queryOf(elsewhere, "read-spike")).toContain(vault);
  expect(await queryOf(elsewhere, "read-spike")).toContain('"cache-password"');
  expect(await queryOf(max, "read-spike")).not.toContain('"cache-password"');
});

test("limits are the settings'", async () => {
  const limit = async (raw: Record<string, unknown>, name: string) =>
    ((await inputsOf(raw, name)) as { criteria: { allOf: { threshold: number }[] } }).criteria
      .allOf[0]?.threshold;
  expect(await limit(max, "read-spike")).toBe(30);
  expect(await limit(max, "denied-burst")).toBe(3);
  expect(await limit(min, "read-spike")).toBe(60);
  expect(await limit(min, "denied-burst")).toBe(5);
  expect(await limit(max, "unexpected-reader")).toBe(1);
});

test("a rule waits for the workspace, the vault's log and the group of people", async () => {
  const { resources } = await made(max);
  const waits = named(resources, "azure-alerts-read-spike").dependsOn.join();
  for (const name of [
    "azure-audit-workspace",
    "azure-audit-vault-log",
    "azure-alerts-action-group",
  ])
    expect(waits).toContain(name);
});
