import { parse } from "yaml";
import { parseConfig } from "../../../infra/config";
import { alertIds } from "../../../infra/contracts/usageAlerts";
import { platforms } from "../../../stacks/platforms";
import { changed } from "../../fixtures/changed";
import { deploy } from "../../fixtures/deploy";
import { max, min, minOf, selfReading } from "../../fixtures/kubernetes";
import { once } from "../../fixtures/once";
import { touchedIn } from "../../fixtures/touched";
import { named, ofType } from "../../support/mocks";

const made = once((raw) => deploy(parseConfig(raw, platforms)));
const resultOf = async (raw: Record<string, unknown>) => {
  const result = (await made(raw)).results["kubernetes"];
  if (result === undefined) throw new Error("no cluster");
  return result;
};
const ruleType = "kubernetes:monitoring.coreos.com/v1:PrometheusRule";

describe("the audit", () => {
  const taskOf = async (raw: Record<string, unknown>) =>
    (await resultOf(raw)).tasks.find(({ concern }) => concern === "AuditTrail");

  test("of an API server of one's own is a policy, without a body where a value is", async () => {
    const policy = parse((await taskOf(min))?.text ?? "") as {
      rules: { level: string; resources: { group: string; resources: string[] }[] }[];
    };
    expect(policy).toMatchObject({ apiVersion: "audit.k8s.io/v1", kind: "Policy" });
    const levels = policy.rules.flatMap(({ level, resources }) =>
      resources.map(({ group }) => [group, level]),
    );
    // A role's body says who has it; every other is without.
    expect(levels.filter(([, level]) => level !== "Metadata")).toEqual([
      ["rbac.authorization.k8s.io", "Request"],
    ]);
  });

  test.each([
    ["eks", "aws eks update-cluster-config"],
    ["aks", "az monitor diagnostic-settings create"],
    ["gke", "container.googleapis.com with ADMIN_READ and DATA_READ"],
  ])("of %s is a switch of its cloud's", async (apiServer, said) => {
    const raw = changed(min, "kubernetes.audit.apiServer", apiServer);
    expect((await taskOf(raw))?.text).toContain(said);
    const { wiring } = await resultOf(raw);
    expect(wiring.capabilities.AuditTrail).toMatchObject({ level: "partial" });
  });
});

describe("the alerts", () => {
  interface Rule {
    readonly alert: string;
    readonly expr: string;
    readonly labels: Readonly<Record<string, string>>;
  }
  const rulesOf = async (raw: Record<string, unknown>): Promise<readonly Rule[]> => {
    const spec = named((await made(raw)).resources, "kubernetes-alerts-rules").inputs["spec"];
    return (spec as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules);
  };

  test("are of the catalogue's ids, and carry where they are from", async () => {
    const rules = await rulesOf(min);
    expect([...new Set(rules.map(({ alert }) => alert))].sort()).toEqual([
      ...["audit-switched-off", "rotation-failed", "stale-key"],
    ]);
    for (const { alert, labels } of rules) {
      expect(alertIds).toContain(alert);
      expect(labels).toMatchObject({ app: "promptsentinel", stage: "dev", alert_id: alert });
    }
  });

  test("of a cloud's API server leave its audit to the cloud", async () => {
    expect((await rulesOf(max)).map(({ alert }) => alert)).not.toContain("audit-switched-off");
  });

  test("are about the stack's own objects, and each of them", async () => {
    const rules = (await rulesOf(max)).filter(({ alert }) => alert === "stale-key");
    expect(rules.map(({ expr }) => /name="([^"]+)"/.exec(expr)?.[1])).toEqual([
      ...["promptsentinel-prod-app", "promptsentinel-prod-ci"],
    ]);
    // Of thirty minutes, three intervals.
    for (const { expr } of rules) expect(expr).toContain("[90m]");
    for (const { expr } of await rulesOf(max)) {
      expect(expr).toContain('namespace="prompt-sentinel"');
    }
  });

  test("carry the labels by which a Prometheus finds them", async () => {
    const { inputs } = named((await made(max)).resources, "kubernetes-alerts-rules");
    expect(inputs["metadata"]).toMatchObject({ labels: { release: "monitoring", stage: "prod" } });
  });

  test.each([
    ["with none of them", changed(min, "kubernetes.alerts.prometheusRule", "none")],
    ["where nothing counts", selfReading("aws", "csi")],
  ])("%s: are absent, and it is said why", async (_, raw) => {
    expect(ofType((await made(raw)).resources, ruleType)).toEqual([]);
    const { capabilities } = (await resultOf(raw)).wiring;
    expect(capabilities.UsageAlerts.level).toBe("absent");
  });
});

describe("the refresh", () => {
  test.each([
    // Three keys each hour of 730.
    ["aws", 60, 2190, 0.01],
    // And each minute.
    ["aws", 1, 131_400, 0.66],
    ["azure", 60, 2190, 0.01],
    ["gcp", 1440, 93, 0],
  ] as const)("of %s each %i minutes: %i reads a month", async (source, minutes, reads, cost) => {
    const raw = changed(minOf(source), "kubernetes.refreshMinutes", minutes);
    const { items, perMonth } = (await resultOf(raw)).cost ?? {};
    expect((items?.[0]?.count ?? 0) * 10_000).toBeCloseTo(reads);
    expect(perMonth).toBeCloseTo(cost, 2);
  });

  test("of a Vault of one's own has no price", async () => {
    expect(await resultOf(min)).not.toHaveProperty("cost");
  });

  test("is its source's rotation, as far as that goes", async () => {
    expect((await resultOf(max)).wiring.rotation).toEqual({
      mode: "notifies",
      maxAgeDays: { anthropic: 60, openai: 90, gemini: 90, snyk: 90, redis: 60 },
    });
    expect((await resultOf(min)).wiring.rotation.mode).toBe("staged");
  });
});

describe("a changed setting", () => {
  const changedBy = touchedIn(max);

  test.each<[string, unknown, readonly string[]]>([
    ["kubernetes.refreshMinutes", 45, ["alerts-rules", "store-app-keys", "store-ci-keys"]],
    ["kubernetes.target.secretName", "other", ["access-breakGlass-role", "store-app-keys"]],
    ["kubernetes.network.redisCidrs", ["10.21.0.0/24"], ["access-egress"]],
    ["kubernetes.access.operator.subjects.platform.name", "b", ["access-operator-binding"]],
    ["kubernetes.pipeline.preview.groups", ["c"], ["ci-preview-binding"]],
    ["kubernetes.namespace.podSecurity", "restricted", []],
    ["kubernetes.alerts.labels", {}, ["alerts-rules"]],
    ["kubernetes.restart", "none", []],
    ["kubernetes.audit.apiServer", "eks", []],
    [
      "kubernetes.access.breakGlass",
      undefined,
      ["access-breakGlass-binding", "access-breakGlass-role"],
    ],
  ])("%s touches what it is about and nothing else", async (path, value, expected) => {
    expect(await changedBy(changed(max, path, value))).toEqual(
      expected.map((name) => `kubernetes-${name}`),
    );
  });
});
