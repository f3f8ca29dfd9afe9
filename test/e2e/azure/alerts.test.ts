import { alertIds } from "../../../infra/contracts/usageAlerts";
import { max } from "../../fixtures/azure";
import { changed } from "../../fixtures/changed";
import { tells, type ActivityAlert } from "../../support/activityAlert";
import { problemsOf } from "../../support/kustoLanguage";
import { dedicatedRow, sharedRow } from "../../support/logTables";
import { named } from "../../support/mocks";
import { activity, criterionOf, isTold, prefix, ruleOf, rules } from "../support/azureAlertRules";
import { activityEvent, logOf, sampled, type Sample } from "../support/azureSamples";
import { findKql } from "../support/kql";
import { testWith } from "../support/needs";
import { recordedUp, type Up } from "../support/recordedUp";

/** Who watches the watchers has samples as well. */
const watchdogs = ["no-data", "unhealthy"];
const ofEvents = sampled.filter((one) => one.ofEvents);
const ofCalls = sampled.filter((one) => !one.ofEvents);
const kql = findKql();

test("every alert of the catalogue, and each watchdog, has samples of both kinds", () => {
  expect([...new Set(sampled.map(({ id }) => id))].sort()).toEqual(
    [...alertIds, ...watchdogs].sort(),
  );
  for (const id of [...alertIds, ...watchdogs]) {
    const samples = sampled.filter((one) => one.id === id);
    expect(samples.some(({ inOwn }) => inOwn)).toBe(true);
    expect(samples.some(({ inOwn }) => !inOwn)).toBe(true);
  }
});

/** Break-glass as somebody who calls: a group calls nothing. */
const own = changed(max, "azure.access.breakGlass.principals.on-call.type", "User");

/** The same vault with the log in the shared table, and others' secrets in it. */
const others = Object.entries({
  "azure.vault": { mode: "external", name: "kv-prompt-sentinel" },
  "azure.network": {},
  "azure.audit.tables": "shared",
  "azure.alerts.grants": "group",
}).reduce<Record<string, unknown>>((raw, [path, value]) => changed(raw, path, value), own);

describe.each([
  { title: "a vault of the stack's own, in a table of Key Vault's own", raw: own, isOwn: true },
  { title: "a vault of others, in the table of many services", raw: others, isOwn: false },
])("the alerts, as the engine recorded them: $title", ({ raw, isOwn }) => {
  let up: readonly Up[];
  beforeAll(async () => {
    up = await recordedUp(raw);
  });

  const ids = () => ({
    app: String(named(up, "azure-access-app").outputs["principalId"]),
    ci: String(named(up, "azure-access-ci").outputs["principalId"]),
  });

  testWith("missing" in kql ? kql.missing : undefined)(
    "rules: each sample, by KQL on rows",
    async () => {
      if ("missing" in kql) throw new Error(kql.missing);
      const row = isOwn ? dedicatedRow : sharedRow;
      const answers = kql.run(
        ofCalls.map(({ id, samples }) => ({
          query: criterionOf(ruleOf(up, id)).query,
          log: logOf(samples, isOwn ? "AZKVAuditLogs" : "AzureDiagnostics", row, ids()),
        })),
      );
      const wrong = ofCalls.flatMap(({ id, title, inOwn, inOthers }, at) => {
        const told = isTold(ruleOf(up, id), answers[at] ?? []);
        return told === (isOwn ? inOwn : inOthers) ? [] : [`${id}: ${title}: ${String(told)}`];
      });
      expect(wrong).toEqual([]);
      expect(ofCalls.length).toBeGreaterThan(60);
      await Promise.resolve();
    },
  );

  testWith("missing" in kql ? kql.missing : undefined)(
    "a call is told with who, what and from where; a session with who",
    async () => {
      if ("missing" in kql) throw new Error(kql.missing);
      const sample: Sample = {
        by: "the rotator",
        operationName: "SecretGet",
        properties: {
          id: "https://kv-prompt-sentinel.vault.azure.net/secrets/OpenAI-api-key/0123456789abcdef0123456789abcdef",
          httpStatusCode: 200,
        },
      };
      const stranger = { ...sample, by: "a person" };
      const table = isOwn ? "AZKVAuditLogs" : "AzureDiagnostics";
      const row = isOwn ? dedicatedRow : sharedRow;
      const results = kql.run([
        {
          query: criterionOf(ruleOf(up, "unexpected-reader")).query,
          log: logOf([stranger, sample, stranger], table, row, ids()),
        },
        {
          query: criterionOf(ruleOf(up, "privileged-session")).query,
          log: logOf(
            [sample, { ...sample, operationName: "SecretSet" }, stranger],
            table,
            row,
            ids(),
          ),
        },
      ]);
      expect(results).toEqual([
        [
          {
            Operation: "SecretGet",
            Who: "d9da5048-2737-4770-bd64-1f2e3d4c5b6a",
            From: "198.51.100.7",
            Secret: "openai-api-key",
            Calls: 2,
          },
        ],
        [{ Who: "4d5e6f7a-8b9c-4d0e-9f2a-3b4c5d6e7f8a", From: "198.51.100.7", Calls: 2 }],
      ]);
      const dimensions = (id: string) =>
        criterionOf(ruleOf(up, id)).dimensions.map(({ name }) => name);
      expect(dimensions("unexpected-reader")).toEqual(["Operation", "Who", "From", "Secret"]);
      expect(dimensions("privileged-session")).toEqual(["Who", "From"]);
      expect(dimensions("read-spike")).toEqual([]);
      await Promise.resolve();
    },
  );

  test("Kusto's own parser and binder have nothing against any query", () => {
    for (const rule of rules(up)) {
      const { query } = criterionOf(rule);
      expect(problemsOf(query)).toEqual([]);
      // Neither is allowed: https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-log-query#log-query-constraints
      expect(query).not.toMatch(
        /\b(union|search|limit|take|bag_unpack|pivot|narrow|AggregatedValue)\b/,
      );
      expect(query).not.toMatch(/ago\((?!\d+[mhd]\))/);
      // https://learn.microsoft.com/azure/azure-monitor/fundamentals/service-limits#alerts
      expect(JSON.stringify(rule.inputs).length).toBeLessThan(64 * 1024);
    }
    expect(problemsOf(`${criterionOf(ruleOf(up, "no-data")).query} | where Hits > 1`)).toEqual([
      expect.stringContaining("Hits"),
    ]);
  });

  test.each(ofEvents)("$id, activity log: $title", ({ id, samples, inOwn }) => {
    // A role on the subscription reaches the vault; where others share it, its changes are not told.
    const wide = samples.some(({ resourceId }) =>
      resourceId?.startsWith("/subscriptions/8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f/providers/"),
    );
    const told = samples
      .map((sample) => activityEvent(sample))
      .some((event) =>
        activity(up)
          .filter(({ inputs }) =>
            String(inputs["activityLogAlertName"]).startsWith(`${prefix}${id}`),
          )
          .some(({ inputs }) => tells(inputs as unknown as ActivityAlert, event)),
      );
    expect(told).toBe(inOwn && (isOwn || !wide));
  });

  test("each rule runs each five minutes, over what has arrived, and tells the group", () => {
    const group = named(up, "azure-alerts-action-group");
    const id =
      "/subscriptions/8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f/resourceGroups/rg-prompt-sentinel/providers/Microsoft.Insights/actionGroups/promptsentinel-prod-alerts";
    expect(
      rules(up)
        .map(({ inputs }) => String(inputs["ruleName"]).replace(prefix, ""))
        .sort(),
    ).toEqual([...alertIds.filter((one) => one !== "audit-switched-off"), "no-data"].sort());
    for (const { inputs } of rules(up)) {
      const lasting = inputs["ruleName"] === `${prefix}no-data`;
      expect(inputs).toMatchObject({
        ...{ enabled: true, kind: "LogAlert", skipQueryValidation: true },
        ...{ evaluationFrequency: "PT5M", windowSize: "PT5M", autoMitigate: lasting },
        overrideQueryTimeRange: lasting ? "PT3H" : "P2D",
        actions: { actionGroups: [id] },
        scopes: [
          "/subscriptions/8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f/resourceGroups/rg-prompt-sentinel/providers/Microsoft.OperationalInsights/workspaces/promptsentinel-prod-audit",
        ],
        tags: { "managed-by": "pulumi" },
      });
      expect(inputs["muteActionsDuration"]).toBeUndefined();
      expect(inputs["description"]).toEqual(expect.stringMatching(/\w/));
      expect(inputs["severity"]).toEqual(expect.any(Number));
    }
    for (const { inputs } of activity(up)) {
      expect(inputs).toMatchObject({
        ...{ enabled: true, location: "Global" },
        actions: { actionGroups: [{ actionGroupId: id }] },
        tags: { "managed-by": "pulumi" },
      });
    }
    expect(group.inputs).toMatchObject({
      ...{ actionGroupName: "promptsentinel-prod-alerts", groupShortName: "ps-prod" },
      ...{ location: "Global", enabled: true },
      emailReceivers: [
        { name: "on-call", emailAddress: "on-call@promptsentinel.ai", useCommonAlertSchema: true },
      ],
    });
  });

  test("an activity log alert's condition is of the form that Azure takes", () => {
    const leaf = (one: object) => {
      expect(Object.keys(one).sort()).toEqual(["equals", "field"]);
    };
    expect(activity(up)).toHaveLength(7);
    for (const { inputs } of activity(up)) {
      const { condition } = inputs as unknown as ActivityAlert;
      const [category, ...rest] = condition.allOf;
      expect(category).toMatchObject({ field: "category" });
      // Azure asks for one more beside the category.
      expect(rest.length).toBeGreaterThan(0);
      for (const one of condition.allOf) {
        if ("anyOf" in one) {
          expect(Object.keys(one)).toEqual(["anyOf"]);
          one.anyOf.forEach(leaf);
        } else leaf(one);
      }
    }
  });
});
