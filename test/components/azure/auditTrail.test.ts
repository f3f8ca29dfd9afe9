import { parseConfig } from "../../../infra/config";
import { platforms } from "../../../stacks/platforms";
import { max, min } from "../../fixtures/azure";
import { changed } from "../../fixtures/changed";
import { deploy } from "../../fixtures/deploy";
import { once } from "../../fixtures/once";
import { named, ofType, type Recorded } from "../../support/mocks";

const made = once(async (raw) => deploy(parseConfig(raw, platforms)));
const auditOf = async (raw: Record<string, unknown>): Promise<readonly Recorded[]> =>
  (await made(raw)).resources.filter(({ parent }) => parent?.includes("AuditTrail"));
const tasksOf = async (raw: Record<string, unknown>) =>
  (await made(raw)).results["azure"]?.tasks.filter(({ concern }) => concern === "AuditTrail");

const group =
  "/subscriptions/8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f/resourceGroups/rg-prompt-sentinel";
const workspace = `${group}/providers/Microsoft.OperationalInsights/workspaces/promptsentinel-prod-audit`;
const archiveOf = (resources: readonly Recorded[]): string =>
  String(named(resources, "azure-audit-archive").inputs["accountName"]);
const settingType = "azure-native:monitor:DiagnosticSetting";
const lockType = "azure-native:authorization:ManagementLockByScope";

test("every call of the vault, and its policies, is in the workspace and in the archive", async () => {
  const resources = await auditOf(max);
  expect(named(resources, "azure-audit-vault-log").inputs).toEqual({
    name: "promptsentinel-prod-audit",
    resourceUri: `${group}/providers/Microsoft.KeyVault/vaults/kv-prompt-sentinel`,
    workspaceId: workspace,
    storageAccountId: `${group}/providers/Microsoft.Storage/storageAccounts/${archiveOf(resources)}`,
    logAnalyticsDestinationType: "Dedicated",
    logs: [
      { category: "AuditEvent", enabled: true },
      { category: "AzurePolicyEvaluationDetails", enabled: true },
    ],
    metrics: [{ category: "AllMetrics", enabled: true }],
  });
});

test("the shared table is another form of the same setting", async () => {
  const resources = await auditOf(changed(max, "azure.audit.tables", "shared"));
  expect(named(resources, "azure-audit-vault-log").inputs).not.toHaveProperty(
    "logAnalyticsDestinationType",
  );
});

test("the setting waits for where the log goes", async () => {
  const { dependsOn } = named(await auditOf(max), "azure-audit-vault-log");
  for (const name of ["azure-audit-workspace", "azure-audit-archive", "azure-store-vault"]) {
    expect(dependsOn.some((urn) => urn.endsWith(`::${name}`))).toBe(true);
  }
});

// Ids are plain text, so the order is only what is said of it.
test.each([
  ["azure-audit-workspace-lock", "azure-audit-workspace"],
  ["azure-audit-archive-lock", "azure-audit-archive"],
  ["azure-audit-archive-lifecycle", "azure-audit-archive"],
  ["azure-audit-archive-log", "azure-audit-archive"],
  ["azure-audit-archive-log", "azure-audit-workspace"],
])("%s waits for %s", async (name, other) => {
  const { dependsOn } = named(await auditOf(max), name);
  expect(dependsOn.map((urn) => urn.split("::").at(-1))).toContain(other);
});

describe("the archive", () => {
  const inputsOf = async (raw: Record<string, unknown>) =>
    named(await auditOf(raw), "azure-audit-archive").inputs;

  test("keeps each log unchanged for its time, and lets it grow", async () => {
    expect((await inputsOf(max))["immutableStorageWithVersioning"]).toEqual({
      enabled: true,
      immutabilityPolicy: {
        immutabilityPeriodSinceCreationInDays: 400,
        state: "Locked",
        allowProtectedAppendWrites: true,
      },
    });
    expect(await inputsOf(min)).toMatchObject({
      immutableStorageWithVersioning: { immutabilityPolicy: { state: "Unlocked" } },
    });
  });

  test("is nobody's but the service's that sends: no key, no public blob, no old TLS", async () => {
    expect(await inputsOf(max)).toMatchObject({
      allowBlobPublicAccess: false,
      allowCrossTenantReplication: false,
      isLocalUserEnabled: false,
      enableHttpsTrafficOnly: true,
      minimumTlsVersion: "TLS1_2",
      encryption: { requireInfrastructureEncryption: true },
      publicNetworkAccess: "Enabled",
      networkRuleSet: {
        defaultAction: "Deny",
        bypass: "AzureServices",
        ipRules: [],
        virtualNetworkRules: [],
      },
    });
  });

  test("is emptied a day after a log's time", async () => {
    const { inputs } = named(await auditOf(max), "azure-audit-archive-lifecycle");
    expect(inputs["managementPolicyName"]).toBe("default");
    // The logs are append blobs; a rule for others alone would keep them for ever.
    expect(inputs["policy"]).toEqual({
      rules: [
        {
          name: "logs",
          enabled: true,
          type: "Lifecycle",
          definition: {
            filters: { blobTypes: ["appendBlob", "blockBlob"] },
            actions: {
              baseBlob: { delete: { daysAfterModificationGreaterThan: 401 } },
              version: { delete: { daysAfterCreationGreaterThan: 401 } },
            },
          },
        },
      ],
    });
  });

  test("is in the vault's location, and of a kind that takes logs", async () => {
    expect(await inputsOf(max)).toMatchObject({
      location: "germanywestcentral",
      kind: "StorageV2",
      sku: { name: "Standard_LRS" },
    });
  });

  test("tells who reads and deletes it, not who writes", async () => {
    const { inputs } = named(await auditOf(max), "azure-audit-archive-log");
    expect(inputs["logs"]).toEqual([
      { category: "StorageRead", enabled: true },
      { category: "StorageDelete", enabled: true },
    ]);
    expect(inputs).not.toHaveProperty("storageAccountId");
    // The account itself has metrics alone.
    expect(inputs["resourceUri"]).toMatch(/\/storageAccounts\/\w+\/blobServices\/default$/);
  });

  test("has the whole world's name of the stage and the subscription", async () => {
    expect(archiveOf(await auditOf(max))).toMatch(/^psauditprod[0-9a-f]{10}$/);
    expect(archiveOf(await auditOf(changed(min, "stage", "staging")))).toHaveLength(24);
  });

  test("is locked in a later run: until then there is a task", async () => {
    expect(await tasksOf(max)).toEqual([]);
    const [task] = (await tasksOf(changed(max, "azure.audit.storage.lock", "unlocked"))) ?? [];
    expect(task?.title).toContain("azure.audit.storage.lock to locked");
  });
});

test("workspace and archive have a lock against deletion, the vault has none", async () => {
  const locks = ofType((await made(max)).resources, lockType);
  expect(locks.map(({ inputs }) => String(inputs["scope"]).split("/").at(-2))).toEqual([
    "workspaces",
    "storageAccounts",
  ]);
  for (const { inputs } of locks) expect(inputs["level"]).toBe("CanNotDelete");
});

test("nobody writes to the workspace by a key", async () => {
  expect(named(await auditOf(max), "azure-audit-workspace").inputs).toMatchObject({
    sku: { name: "PerGB2018" },
    retentionInDays: 400,
    features: { disableLocalAuth: true },
  });
});

test("all of the audit stays when the stack goes", async () => {
  const own = (await auditOf(max)).filter(({ custom }) => custom);
  expect(own.length).toBeGreaterThanOrEqual(7);
  for (const { name, retainOnDelete } of own) expect([name, retainOnDelete]).toEqual([name, true]);
});

describe("what exists already", () => {
  const central =
    "/subscriptions/9f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f/resourceGroups/soc/providers/Microsoft.OperationalInsights/workspaces/central";

  test("a workspace of somebody else's takes the log, and is not made", async () => {
    const resources = await auditOf(changed(max, "azure.audit.workspace.id", central));
    expect(ofType(resources, "azure-native:operationalinsights:Workspace")).toEqual([]);
    expect(named(resources, "azure-audit-vault-log").inputs["workspaceId"]).toBe(central);
    expect(ofType(resources, lockType)).toHaveLength(1);
  });

  test("external: nothing of the audit is in the stack, and its owner is told how to look", async () => {
    const raw = changed(
      changed(max, "azure.audit.workspace.id", central),
      "azure.audit.mode",
      "external",
    );
    expect((await auditOf(raw)).filter(({ custom }) => custom)).toEqual([]);
    const [task] = (await tasksOf(raw)) ?? [];
    expect(task?.text).toMatch(
      /^az monitor diagnostic-settings list --resource .*kv-prompt-sentinel$/,
    );
    const rule = named((await made(raw)).resources, "azure-alerts-read-spike");
    expect(rule.inputs["scopes"]).toEqual([central]);
  });

  test("without an archive there is one setting, and no copy", async () => {
    const raw = changed(min, "azure.audit.storage.mode", "none");
    const settings = ofType(await auditOf(raw), settingType);
    expect(settings).toHaveLength(1);
    expect(settings[0]?.inputs).not.toHaveProperty("storageAccountId");
  });
});
