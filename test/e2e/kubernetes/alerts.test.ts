import { join } from "node:path";
import { changed } from "../../fixtures/changed";
import { max, min } from "../../fixtures/kubernetes";
import { once } from "../../fixtures/once";
import { scenarios, type Sampled } from "../support/alertScenarios";
import { findTools } from "../support/goTools/find";
import { ofKind, registered } from "../support/kubernetes/registered";
import { testWith } from "../support/needs";
import { mutants, type Mutant } from "../support/promqlMutants";
import { check, put, type AlertRule, type Group, type Scenario } from "../support/promtool";

const tools = findTools("promtool");
const testAll = testWith("missing" in tools ? tools.missing : undefined);
const promtool = join("bin" in tools ? tools.bin : "", "promtool");

/** With all that alerts look at: refreshes each ten minutes, so that a patience is thirty. */
const own = changed(
  changed(max, "kubernetes.audit.apiServer", "own"),
  "kubernetes.refreshMinutes",
  10,
);

/** As the program registers them. */
const groupsOf = once(async (raw): Promise<readonly Group[]> => {
  const { manifests } = await registered(raw);
  return ofKind(manifests, "PrometheusRule").flatMap(
    (one) => (one["spec"] as { readonly groups: readonly Group[] }).groups,
  );
});
const rulesOf = async (raw: Record<string, unknown>): Promise<readonly AlertRule[]> =>
  (await groupsOf(raw)).flatMap(({ rules }) => rules);

const idOf = ({ alert, labels }: AlertRule): string =>
  `${alert} ${String(labels["cause"] ?? labels["name"])}`;
const ids = Object.keys(scenarios);

async function ruleOf(id: string): Promise<AlertRule> {
  const found = (await rulesOf(own)).find((one) => idOf(one) === id);
  if (found === undefined) throw new Error(`the stack has no rule ${id}`);
  return found;
}

const scenariosOf = (id: string): readonly Sampled[] => scenarios[id] ?? [];

/** What is expected of a rule alone: its labels, and the name that it tells where it tells one. */
const expected = (rule: AlertRule): readonly Scenario[] =>
  scenariosOf(idOf(rule)).map(({ at, ...scenario }) => ({
    ...scenario,
    at: at.map(([minute, firing]) => [
      minute,
      firing.map((name) => ({
        ...rule,
        labels: { ...rule.labels, ...(rule.alert !== "audit-switched-off" && { name }) },
      })),
    ]),
  }));

const group = (rules: readonly AlertRule[]): Group => ({
  name: "promptsentinel-prod-alerts",
  rules,
});

test("each rule has scenarios that raise it, and others that do not", async () => {
  expect((await rulesOf(own)).map(idOf).sort()).toEqual([...ids].sort());
  for (const id of ids) {
    const some = scenariosOf(id);
    expect(some.some(({ at }) => at.some(([, firing]) => firing.length > 0))).toBe(true);
    expect(some.some(({ at }) => at.every(([, firing]) => firing.length === 0))).toBe(true);
  }
});

describe("the rules, by Prometheus' own promtool", () => {
  testAll("are valid, and no two of them are one alert", async () => {
    for (const raw of [min, max, own]) expect(await check(promtool, await groupsOf(raw))).toBe("");
    // What is broken, and what is there twice, it finds.
    const rule = await ruleOf("rotation-failed errors");
    expect(await check(promtool, [group([{ ...rule, expr: "max(" }])])).toContain("parse error");
    expect(await check(promtool, [group([rule, rule])])).toContain("1 duplicate rule(s) found");
  });

  for (const id of ids) {
    testAll(`${id}: each scenario`, async () => {
      const rule = await ruleOf(id);
      const [problem] = await put(promtool, [
        { groups: [group([rule])], scenarios: expected(rule) },
      ]);
      expect(problem).toBeUndefined();
    });
  }

  testAll("together, tell of both workloads when nobody counts any more", async () => {
    const rules = await rulesOf(own);
    const firing = rules.filter(
      ({ alert, labels }) => alert === "stale-key" || labels["cause"] === "silence",
    );
    expect(firing).toHaveLength(3);
    const scenario = { title: "nothing at all", series: {}, at: [[15, firing]] as const };
    expect(await put(promtool, [{ groups: await groupsOf(own), scenarios: [scenario] }])).toEqual([
      undefined,
    ]);
  });

  testAll("of the smallest stack wait for three of its hours, and not longer", async () => {
    const [rule] = (await rulesOf(min)).filter(({ alert }) => alert === "stale-key");
    if (rule === undefined) throw new Error("no rule");
    const series = `externalsecret_sync_calls_total{namespace="eso",exported_namespace="prompt-sentinel",name="promptsentinel-dev-app"}`;
    const scenario = {
      title: "read once",
      series: { [series]: "1x400" },
      at: [
        [60, []],
        [194, []],
        [195, [rule]],
      ] as const,
    };
    expect(await put(promtool, [{ groups: [group([rule])], scenarios: [scenario] }])).toEqual([
      undefined,
    ]);
  });
});

/** What no scenario can tell, each with the reason why it is there. */
const accepted: readonly (readonly [left: RegExp, reason: string])[] = [
  [/^comparison after .*: == 1 → >= 1$/, "a condition is 0 or 1"],
  [/^comparison after .*: > 0 → != 0$/, "no counter and no increase is below 0"],
  [
    /^threshold after .*m\]\): > 0 → > 1$/,
    "an increase is stretched to its window's edges: one more is more than 1",
  ],
  [
    /^(dropped matcher|open before|open behind) in last_over_time /,
    "`unless` takes away what has the very same labels, whatever else there is",
  ],
];

/** Names of those that all scenarios pass: a few scenarios at a time, as most are found out by the first. */
async function survivorsOf(
  made: readonly Mutant[],
  some: readonly Scenario[],
): Promise<readonly string[]> {
  let left = made;
  for (let from = 0; from < some.length; from += atOnce) {
    const tests = left.map(([, one]) => ({
      groups: [group([one])],
      scenarios: some.slice(from, from + atOnce),
    }));
    const answers = await put(promtool, tests);
    left = left.filter((_, index) => answers[index] === undefined);
  }
  return left.map(([name]) => name);
}
const atOnce = 3;

describe("every part of a rule counts", () => {
  // That of the jobs is the same by another name.
  for (const id of ids.filter((one) => one !== "stale-key promptsentinel-prod-ci")) {
    testAll(`of ${id}`, async () => {
      const rule = await ruleOf(id);
      const made = mutants(rule);
      expect(made.length).toBeGreaterThan(10);
      // One that is no PromQL would be red for that alone.
      const named = made.map(([, one], index) => ({ ...one, alert: `mutant-${String(index)}` }));
      expect(await check(promtool, [group(named)])).toBe("");
      const survivors = await survivorsOf(made, expected(rule));
      expect(survivors.filter((name) => !accepted.some(([left]) => left.test(name)))).toEqual([]);
    });
  }
});
