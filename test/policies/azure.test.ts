import { parseConfig } from "../../infra/config";
import { rules } from "../../policies/rules";
import { platforms } from "../../stacks/platforms";
import { max, min } from "../fixtures/azure";
import { changed } from "../fixtures/changed";
import { deploy } from "../fixtures/deploy";
import { named, type Recorded } from "../support/mocks";
import { reportedOf, rule, set, shown, type Change } from "./changedStack";
import { check, unknown, type Resource } from "./check";

let made: readonly Recorded[];
beforeAll(async () => {
  made = (await deploy(parseConfig(max, platforms))).resources;
});

const adopted = changed(
  changed(min, "azure.vault", { mode: "adopt", name: "kv-of-a-team" }),
  "azure.network",
  {},
);
test.each<[string, unknown, boolean]>([
  ["the fullest config", max, false],
  ["the smallest", min, false],
  ["an adopted vault", adopted, false],
  // Ids that Azure makes up are not known then, nor the condition that names them.
  ["a preview of the fullest config", max, true],
])("the rules on Azure accept %s", async (_, raw, preview) => {
  const { resources } = await deploy(parseConfig(raw, platforms), { preview });
  const azure = rules().filter(({ name }) => name.startsWith("azure-"));
  expect(azure).toHaveLength(5);
  for (const one of azure) {
    expect([one.name, await check(one, resources.map(shown))]).toEqual([one.name, []]);
  }
});

const component = (stage: string): Resource => ({
  type: "promptsentinel:azure:AuditTrail",
  props: { environment: { stage } },
});

const vault = "azure-store-vault";
const workspace = "azure-audit-workspace";
const archive = "azure-audit-archive";
const log = "azure-audit-vault-log";
const period = "immutableStorageWithVersioning.immutabilityPolicy";

test.each<[string, Change, string]>([
  ["enableRbacAuthorization", set("properties.enableRbacAuthorization", undefined), "is not on"],
  ["enablePurgeProtection", set("properties.enablePurgeProtection", false), "is not on"],
  ["enableSoftDelete", set("properties.enableSoftDelete", false), "is off"],
  ["softDeleteRetentionInDays", set("properties.softDeleteRetentionInDays", 6), "got 6"],
  ["accessPolicies", set("properties.accessPolicies", [{ objectId: "a" }]), "are set"],
  ["enabledForDeployment", set("properties.enabledForDeployment", true), "is on"],
  ["enabledForDiskEncryption", set("properties.enabledForDiskEncryption", true), "is on"],
  [
    "enabledForTemplateDeployment",
    set("properties.enabledForTemplateDeployment", unknown),
    "is on",
  ],
  [
    "networkAcls.defaultAction",
    set("properties.networkAcls.defaultAction", "Allow"),
    "is not Deny",
  ],
  ["networkAcls.defaultAction", set("properties.networkAcls", undefined), "is not Deny"],
  ["enablePurgeProtection", set("properties", unknown), "is not on"],
])("azure-guarded-secrets refuses %s otherwise", async (name, change, says) => {
  const reported = await reportedOf("azure-guarded-secrets", made, vault, change);
  expect(reported).toContain(`properties.${name}: ${says}`);
});

test("public access that is off needs no firewall", async () => {
  const change: Change = (props) =>
    set(
      "properties.publicNetworkAccess",
      "Disabled",
    )(set("properties.networkAcls", undefined)(props));
  expect(await reportedOf("azure-guarded-secrets", made, vault, change)).toBe("");
});

test("an adopted vault is as its owner has it", async () => {
  const found = {
    ...shown(named(made, vault)),
    props: { properties: { networkAcls: { ipRules: [{ value: "0.0.0.0/0" }] } } },
  };
  for (const name of ["azure-guarded-secrets", "azure-strict-in-prod"]) {
    expect(await check(rule(name), [component("prod"), found])).not.toEqual([]);
    const adoptedOne = { ...found, ignoreChanges: ["location", "properties", "tags"] };
    expect(await check(rule(name), [component("prod"), adoptedOne])).toEqual([]);
  }
});

test("a type of one API version is the same type", async () => {
  const { inputs } = named(made, vault);
  const props = set("properties.enablePurgeProtection", false)(inputs);
  for (const type of [
    "azure-native:keyvault/v20230701:Vault",
    "azure-native_keyvault_v20230701:keyvault:Vault",
  ]) {
    expect(await check(rule("azure-guarded-secrets"), [{ type, props }])).toHaveLength(1);
  }
});

test.each<[string, Change, string]>([
  [log, set("logs", [{ category: "AuditEvent", enabled: false }]), "leave AuditEvent out"],
  [
    log,
    set("logs", [{ category: "AzurePolicyEvaluationDetails", enabled: true }]),
    "leave AuditEvent",
  ],
  [log, set("logs", unknown), "leave AuditEvent out"],
  [log, set("logs", []), "kv-prompt-sentinel: no diagnostic setting sends"],
  [log, set("workspaceId", undefined), "kv-prompt-sentinel: no diagnostic setting sends"],
  [log, set("resourceUri", "/subscriptions/a"), "kv-prompt-sentinel: no diagnostic setting sends"],
  [vault, set("vaultName", "another"), "another: no diagnostic setting sends"],
  [vault, set("resourceGroupName", "another"), "kv-prompt-sentinel: no diagnostic setting sends"],
  [workspace, set("retentionInDays", undefined), "retentionInDays: is missing or below 30"],
  [workspace, set("retentionInDays", 7), "retentionInDays: is missing or below 30"],
  [workspace, set("features.immediatePurgeDataOn30Days", true), "immediatePurgeDataOn30Days"],
  [workspace, set("features.disableLocalAuth", undefined), "disableLocalAuth: is not on"],
  [workspace, set("workspaceCapping", { dailyQuotaGb: 1 }), "a day's events end at it"],
  [archive, set("immutableStorageWithVersioning", undefined), "logs that can be changed"],
  [archive, set("immutableStorageWithVersioning.enabled", false), "logs that can be changed"],
  [archive, set(`${period}.state`, "Disabled"), "logs that can be changed"],
  [archive, set(`${period}.immutabilityPeriodSinceCreationInDays`, 0), "logs that can be changed"],
  [archive, set(`${period}.allowProtectedAppendWrites`, false), "takes no more of them"],
  ["azure-alerts-action-group", set("enabled", false), "nobody is told"],
])("azure-audit-on refuses %s otherwise", async (resource, change, says) => {
  expect(await reportedOf("azure-audit-on", made, resource, change)).toContain(says);
});

test("no alert is off", async () => {
  const types = ["ActivityLogAlert", "ScheduledQueryRule"].map(
    (name) => `azure-native:monitor:${name}`,
  );
  const alerts = made.filter(({ type }) => types.includes(type));
  expect(new Set(alerts.map(({ type }) => type)).size).toBe(2);
  for (const one of alerts) {
    const props = set("enabled", false)(one.inputs);
    expect(await check(rule("azure-audit-on"), [{ ...shown(one), props }])).toHaveLength(1);
  }
});

test("each vault has a log of its own", async () => {
  const other = { ...named(made, vault), name: "other" };
  const second = { ...other, inputs: set("vaultName", "kv-other")(other.inputs) };
  const reported = await check(rule("azure-audit-on"), [...made, second].map(shown));
  expect(reported).toHaveLength(1);
  expect(reported[0]).toContain("kv-other: no diagnostic setting");
});

test.each<[string, string, Change]>([
  ["allowBlobPublicAccess: is on", archive, set("allowBlobPublicAccess", true)],
  ["minimumTlsVersion: is below", archive, set("minimumTlsVersion", "TLS1_0")],
  ["minimumTlsVersion: is below", archive, set("minimumTlsVersion", undefined)],
  ["enableHttpsTrafficOnly: is off", archive, set("enableHttpsTrafficOnly", false)],
  ["networkRuleSet.defaultAction: is", archive, set("networkRuleSet.defaultAction", "Allow")],
  [
    "immutabilityPeriodSinceCreationInDays: got 89",
    archive,
    set(`${period}.immutabilityPeriodSinceCreationInDays`, 89),
  ],
  [
    "ipRules: got 0.0.0.0/0; prod takes no range wider than /8",
    vault,
    set("properties.networkAcls.ipRules", [{ value: "203.0.113.1" }, { value: "0.0.0.0/0" }]),
  ],
])("in prod: %s; elsewhere it is a setting", async (says, resource, change) => {
  const { inputs, ...rest } = named(made, resource);
  const inStage = (stage: string) =>
    check(rule("azure-strict-in-prod"), [
      component(stage),
      shown({ inputs: change(inputs), ...rest }),
    ]);
  expect(await inStage("dev")).toEqual([]);
  const reported = await inStage("prod");
  expect(reported).toHaveLength(1);
  expect(reported[0]).toContain(says);
});
