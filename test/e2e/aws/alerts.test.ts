import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { alertIds } from "../../../infra/contracts/usageAlerts";
import { max } from "../../fixtures/aws";
import { matchesFilter } from "../../support/filterPattern";
import { findEventRuler } from "../support/eventRuler";
import { testWith } from "../support/needs";
import { recordedUp, type Up } from "../support/recordedUp";

type Fields = Readonly<Record<string, unknown>>;
type Samples = Readonly<Record<string, Fields>>;
interface Sampled {
  readonly fires: Samples;
  readonly firesInTheLogAlone?: Samples;
  readonly nearMisses: Samples;
}

const folder = join(__dirname, "..", "..", "fixtures", "events", "aws");
const read = (name: string): unknown => parse(readFileSync(join(folder, name), "utf8"));
const common = read("_common.yaml") as { record: Fields; identities: Fields };
const files = readdirSync(folder).filter((name) => !name.startsWith("_"));
const sampled = Object.fromEntries(
  files.map((name) => [name.replace(".yaml", ""), read(name) as Sampled]),
);

const prefix = "promptsentinel-prod-alerts-";
const ruler = findEventRuler();
/** Told by their number: one event is no alert, and no rule. */
const counted = ["read-spike", "denied-burst"];

describe("the alerts, as the engine recorded them, on records of CloudTrail", () => {
  let up: readonly Up[];
  beforeAll(async () => {
    up = await recordedUp(max);
  });

  const ofType = (type: string): readonly Up[] => up.filter((one) => one.type === type);
  const keyArn = (name: string): string =>
    String(up.find((one) => one.name === name)?.outputs["arn"]);

  /** A sample as CloudTrail writes it. */
  const record = (sample: Fields): Fields => {
    const whole = {
      ...common.record,
      ...sample,
      userIdentity: common.identities[String(sample["userIdentity"])],
    };
    const text = JSON.stringify(whole).replaceAll(/\{\{([\w-]+)\}\}/g, (_, name: string) =>
      keyArn(name),
    );
    return JSON.parse(text) as Fields;
  };

  /** As EventBridge has it. */
  const event = (detail: Fields): Fields => ({
    version: "0",
    id: detail["eventID"],
    "detail-type":
      detail["eventType"] === "AwsServiceEvent"
        ? "AWS Service Event via CloudTrail"
        : "AWS API Call via CloudTrail",
    source: `aws.${String(detail["eventSource"]).split(".")[0] ?? ""}`,
    account: detail["recipientAccountId"],
    time: detail["eventTime"],
    region: detail["awsRegion"],
    resources: [],
    detail,
  });

  const alertOf = (name: unknown): string =>
    String(name)
      .replace(prefix, "")
      .replace(/(-log)?(-\d+)?$/, "");
  const rules = () =>
    ofType("aws:cloudwatch/eventRule:EventRule").filter(({ inputs }) => inputs["eventPattern"]);
  const filters = () => ofType("aws:cloudwatch/logMetricFilter:LogMetricFilter");

  const filtersSay = (detail: Fields): readonly string[] => [
    ...new Set(
      filters()
        .filter(({ inputs }) => matchesFilter(String(inputs["pattern"]), detail))
        .map(({ inputs }) => alertOf(inputs["name"])),
    ),
  ];

  const all = Object.entries(sampled).flatMap(([id, { fires, firesInTheLogAlone, nearMisses }]) => [
    ...Object.entries(fires).map(([title, sample]) => ({ id, title, sample, fires: true })),
    ...Object.entries(firesInTheLogAlone ?? {}).map(([title, sample]) => ({
      ...{ id, title, sample, fires: true },
      logAlone: true,
    })),
    ...Object.entries(nearMisses).map(([title, sample]) => ({ id, title, sample, fires: false })),
  ]);

  test("every alert of the catalogue that an event raises has samples of both kinds", () => {
    expect([...files].sort()).toEqual(
      alertIds
        .filter((id) => id !== "stale-key")
        .map((id) => `${id}.yaml`)
        .sort(),
    );
    for (const { fires, nearMisses } of Object.values(sampled)) {
      expect(Object.keys(fires).length).toBeGreaterThan(0);
      expect(Object.keys(nearMisses).length).toBeGreaterThan(0);
    }
  });

  test.each(all)("$id, log: $title", ({ id, sample, fires }) => {
    expect(filtersSay(record(sample)).includes(id)).toBe(fires);
  });

  testWith("missing" in ruler ? ruler.missing : undefined)(
    "rules: each sample, by EventBridge's own matcher",
    async () => {
      if ("missing" in ruler) throw new Error(ruler.missing);
      const asked = all.filter(({ id }) => !counted.includes(id));
      const answers = ruler.match(
        rules().map(({ inputs }) => String(inputs["eventPattern"])),
        asked.map(({ sample }) => event(record(sample))),
      );
      const names = rules().map(({ inputs }) => alertOf(inputs["name"]));
      const wrong = asked.flatMap(({ id, title, fires }, at) => {
        const told = (answers[at] ?? []).map((rule) => names[rule]);
        return told.includes(id) === fires ? [] : [`${id}: ${title}: ${told.join(", ")}`];
      });
      expect(wrong).toEqual([]);
      await Promise.resolve();
    },
  );

  test("a rule hears of reads too, has the topic for its target, and nobody forges its events", () => {
    const targets = ofType("aws:cloudwatch/eventTarget:EventTarget");
    const topic = ofType("aws:sns/topic:Topic")[0]?.outputs["arn"];
    expect(rules().length).toBeGreaterThan(6);
    for (const { name, inputs } of rules()) {
      expect(inputs["state"]).toBe("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS");
      expect(JSON.parse(String(inputs["eventPattern"]))).toMatchObject({
        source: [{ prefix: "aws." }],
      });
      expect(targets.find((one) => one.name === `${name}-target`)?.inputs["arn"]).toBe(topic);
    }
  });

  test("every metric of a filter has an alarm that tells the topic", () => {
    const topic = ofType("aws:sns/topic:Topic")[0]?.outputs["arn"];
    const alarms = ofType("aws:cloudwatch/metricAlarm:MetricAlarm");
    const metrics = filters().map(
      ({ inputs }) => (inputs["metricTransformation"] as { name: string }).name,
    );
    expect([...new Set(metrics)].sort()).toEqual(
      alertIds.filter((id) => id !== "stale-key").sort(),
    );
    for (const metric of metrics) {
      const found = alarms.find(({ inputs }) => inputs["metricName"] === metric);
      expect(found?.inputs).toMatchObject({
        namespace: "promptsentinel-prod-alerts",
        statistic: "Sum",
        period: 300,
        threshold: { "read-spike": 30, "denied-burst": 3 }[metric] ?? 1,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        alarmActions: [topic],
      });
    }
  });

  test("silence is an alarm: of the log, of the check of ages, of the topic", () => {
    const alarms = Object.fromEntries(
      ofType("aws:cloudwatch/metricAlarm:MetricAlarm").map(({ inputs }) => [
        String(inputs["name"]).replace(prefix, ""),
        inputs,
      ]),
    );
    expect(alarms["no-data"]).toMatchObject({
      metricName: "IncomingLogEvents",
      dimensions: { LogGroupName: "promptsentinel-prod-audit" },
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      treatMissingData: "breaching",
    });
    expect(alarms["stale-key"]).toMatchObject({
      metricName: "stale-keys",
      treatMissingData: "breaching",
      threshold: 1,
    });
    expect(alarms["undelivered"]).toMatchObject({ metricName: "NumberOfNotificationsFailed" });
  });
});
