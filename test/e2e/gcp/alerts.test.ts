import { parseConfig } from "../../../infra/config";
import { alertIds } from "../../../infra/contracts/usageAlerts";
import { limits } from "../../../infra/limits";
import { platforms } from "../../../stacks/platforms";
import { changed } from "../../fixtures/changed";
import { deploy } from "../../fixtures/deploy";
import { max } from "../../fixtures/gcp";
import { once } from "../../fixtures/once";
import { named, ofType } from "../../support/mocks";
import {
  conditionOf,
  metrics,
  policies,
  policyOf,
  prefix,
  raisedBy,
  tells,
} from "../support/gcpAlertPolicies";
import { sampled } from "../support/gcpSamples";
import { mutants } from "../support/loggingMutants";
import { recordedUp, type Up } from "../support/recordedUp";

/** Raised by a message that waits, of which there are no entries. */
const byWait = "stale-key";
const watchdogs = ["no-data", "unhealthy"];
const ofEntries = [...alertIds.filter((id) => id !== byWait), "no-data"];

const set = (raw: Record<string, unknown>, changes: Record<string, unknown>) =>
  Object.entries(changes).reduce<Record<string, unknown>>(
    (result, [path, value]) => changed(result, `gcp.${path}`, value),
    raw,
  );

/** Somebody who rotates with another issuer's tokens. */
const own = set(max, {
  "access.rotator.principals.elsewhere": {
    member:
      "principal://iam.googleapis.com/projects/604321987655/locations/global/workloadIdentityPools/rotators/subject/rotator-1",
  },
});
/** The same with secrets, keys and an audit that are others'. */
const others = set(own, {
  "secrets.mode": "external",
  encryption: { mode: "google" },
  audit: { mode: "external" },
});

test("every alert of the catalogue has samples of both kinds", () => {
  expect([...new Set(sampled.map(({ id }) => id))].sort()).toEqual([...ofEntries].sort());
  for (const id of ofEntries) {
    const samples = sampled.filter((one) => one.id === id);
    expect(samples.some(({ inOwn }) => inOwn)).toBe(true);
    expect(samples.some(({ inOwn }) => !inOwn)).toBe(true);
  }
});

/** As the program registers them: the engine's policies refuse another's audit in prod. */
const registered = async (raw: Record<string, unknown>): Promise<readonly Up[]> =>
  (await deploy(parseConfig(raw, platforms))).resources.map((one) => ({ ...one, outputs: {} }));

/** Each config once: tests only read what there is. */
const made = { own: once(recordedUp), others: once(registered) };

describe.each([
  { title: "all is the stack's own, as the engine recorded it", isOwn: true },
  { title: "secrets, keys and audit are others'", isOwn: false },
])("the alerts: $title", ({ isOwn }) => {
  let up: readonly Up[];
  beforeAll(async () => {
    up = await (isOwn ? made.own(own) : made.others(others));
  });
  const watched = (id: string): boolean => isOwn || id !== "encryption-key-disabled";

  test.each(sampled)("$id: $title", (sample) => {
    const told = watched(sample.id) && tells(raisedBy(up, sample.id), sample);
    expect(told).toBe(isOwn ? sample.inOwn : sample.inOthers);
  });

  test("a query is not longer than Google takes", () => {
    for (const id of ofEntries.filter(watched)) {
      expect(raisedBy(up, id).text.length).toBeLessThan(limits.gcpLogFilterSize);
    }
  });

  test("nobody is told of what there is not", () => {
    const ids = policies(up).map(({ inputs }) =>
      String(inputs["displayName"]).slice(prefix.length),
    );
    const gone = isOwn ? [] : [byWait, "encryption-key-disabled", "unhealthy"];
    expect(ids.sort()).toEqual(
      [...alertIds, ...watchdogs].filter((id) => !gone.includes(id)).sort(),
    );
  });
});

describe("an alert", () => {
  let up: readonly Up[];
  beforeAll(async () => {
    up = await made.own(own);
  });

  test("is on, says what to do, and tells everybody who hears of alerts", () => {
    const channel = named(up, "gcp-alerts-to-on-call");
    expect(channel.inputs).toMatchObject({
      ...{ type: "email", enabled: true, project: "sentinel-prod-4711" },
      labels: { email_address: "on-call@promptsentinel.ai" },
    });
    for (const { inputs } of policies(up)) {
      expect(inputs).toMatchObject({
        ...{ project: "sentinel-prod-4711", enabled: true, combiner: "OR" },
        severity: expect.stringMatching(/^(CRITICAL|ERROR|WARNING)$/) as string,
        documentation: { mimeType: "text/markdown" },
        userLabels: { "managed-by": "pulumi" },
      });
      expect(inputs["notificationChannels"]).toHaveLength(1);
      const { content } = inputs["documentation"] as { content: string };
      expect(content.split("\n\n")).toHaveLength(3);
      // https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#Documentation
      expect(content.length).toBeLessThan(8192);
    }
  });

  test("of an entry says who, what and about what, and is told at most each five minutes", () => {
    const all = policies(up).filter((one) => conditionOf(one).conditionMatchedLog);
    expect(
      all.map(({ inputs }) => String(inputs["displayName"]).slice(prefix.length)).sort(),
    ).toEqual([
      ...["audit-switched-off", "deletion-scheduled", "encryption-key-disabled"],
      ...["grant-change", "rotation-failed"],
    ]);
    for (const one of all) {
      expect(conditionOf(one).conditionMatchedLog?.labelExtractors).toEqual({
        caller: "EXTRACT(protoPayload.authenticationInfo.principalEmail)",
        subject: "EXTRACT(protoPayload.authenticationInfo.principalSubject)",
        method: "EXTRACT(protoPayload.methodName)",
        resource: "EXTRACT(protoPayload.resourceName)",
      });
      expect(one.inputs["alertStrategy"]).toEqual({
        autoClose: "1800s",
        notificationRateLimit: { period: "300s" },
      });
    }
  });

  test.each([
    ["unexpected-reader", 0, ["caller", "subject", "secret"]],
    ["privileged-session", 0, ["caller", "subject", "secret"]],
    ["read-spike", 29, []],
    ["denied-burst", 2, []],
  ] as const)("of a number counts five minutes together: %s", (id, thresholdValue, labels) => {
    expect(conditionOf(policyOf(up, id)).conditionThreshold).toEqual({
      filter: `metric.type="logging.googleapis.com/user/${prefix}${id}" AND resource.type="audited_resource"`,
      ...{ comparison: "COMPARISON_GT", thresholdValue, duration: "0s" },
      aggregations: [
        {
          ...{ alignmentPeriod: "300s", perSeriesAligner: "ALIGN_SUM" },
          crossSeriesReducer: "REDUCE_SUM",
          groupByFields: labels.map((label) => `metric.label.${label}`),
        },
      ],
    });
    const [counted] = metrics(up).filter(({ inputs }) => inputs["name"] === `${prefix}${id}`);
    expect(counted?.inputs["metricDescriptor"]).toEqual({
      ...{ metricKind: "DELTA", valueType: "INT64", unit: "1" },
      labels: labels.map((key) => ({ key, valueType: "STRING" })),
    });
    expect(Object.keys(counted?.inputs["labelExtractors"] ?? {}).sort()).toEqual(
      [...labels].sort(),
    );
    // A label's metric counts excluded entries as well, as long as it is not a bucket's.
    expect(counted?.inputs).not.toHaveProperty("bucketName");
    expect(counted?.inputs).not.toHaveProperty("disabled");
  });

  test("of a key that is due waits for an hour, and is told again each day", () => {
    const { inputs } = policyOf(up, byWait);
    expect(conditionOf(policyOf(up, byWait)).conditionThreshold).toEqual({
      filter:
        'metric.type="pubsub.googleapis.com/subscription/oldest_unacked_message_age" AND resource.type="pubsub_subscription" AND resource.label.subscription_id="promptsentinel-prod-due"',
      ...{ comparison: "COMPARISON_GT", thresholdValue: 3600, duration: "0s" },
      aggregations: [{ alignmentPeriod: "300s", perSeriesAligner: "ALIGN_MAX" }],
    });
    expect(named(up, "gcp-rotation-due").inputs["name"]).toBe("promptsentinel-prod-due");
    expect(inputs["alertStrategy"]).toMatchObject({
      notificationChannelStrategies: [{ renotifyInterval: "86400s" }],
    });
  });

  test("of silence compares Secret Manager's own count with the log's", () => {
    const { query, duration } =
      conditionOf(policyOf(up, "no-data")).conditionPrometheusQueryLanguage ?? {};
    expect(query).toBe(
      'sum(increase(serviceruntime_googleapis_com:api_request_count{monitored_resource="consumed_api",service="secretmanager.googleapis.com",method=~".*AccessSecretVersion"}[6h])) > 0 unless sum(increase(logging_googleapis_com:user_promptsentinel_prod_alerts_no_data{monitored_resource="audited_resource"}[7h])) > 0',
    );
    // One read is in the window for longer than the condition has to hold, and its entry for longer than it is counted.
    const [, counted = "0", logged = "0"] = /\[(\d+)h\].*\[(\d+)h\]/.exec(query ?? "") ?? [];
    expect(Number.parseInt(duration ?? "", 10)).toBeLessThan(Number(counted) * 3600);
    expect(Number(counted)).toBeLessThan(Number(logged));
  });

  test("is heard of by another when it is changed or silenced", () => {
    const silenced = sampled.filter(
      ({ id, title }) => id === "audit-switched-off" && title.includes("google.monitoring.v3"),
    );
    const both = silenced.filter(({ inOwn }) => inOwn);
    expect(both).toHaveLength(6);
    for (const sample of both) {
      const hearing = ofEntries.filter((id) => tells(raisedBy(up, id), sample));
      expect([sample.title, hearing.sort()]).toEqual([
        sample.title,
        ["audit-switched-off", "grant-change"],
      ]);
    }
  });

  test("of a sink that cannot send is about the stack's own", () => {
    const { conditionThreshold } = conditionOf(policyOf(up, "unhealthy"));
    const filter = conditionThreshold?.filter ?? "";
    const [, start = "nothing"] =
      /resource\.label\.name=starts_with\("([^"]+)"\)/.exec(filter) ?? [];
    expect(filter).toContain('metric.type="logging.googleapis.com/exports/error_count"');
    const sinks = ofType(up, "gcp:logging/projectSink:ProjectSink");
    expect(sinks).toHaveLength(3);
    for (const { inputs } of sinks) expect(String(inputs["name"]).startsWith(start)).toBe(true);
  });
});

/** What no sample can tell, each with the reason why it is there. */
const accepted: readonly (readonly [left: RegExp, reason: string])[] = [
  [
    /^without protoPayload\.serviceName=/,
    "no other service has a method and a resource of the names",
  ],
  [/resourceName=~ without (\/|\$)$/, "one pattern names a secret and what is below it"],
  [
    /^without protoPayload\.methodName=~\(\?i\)\(\^\|\\\.\)\((SetIamPolicy|DeleteLog)\)\$$/,
    "nothing else is done to audit configs, or to an audit log",
  ],
];

describe("every part of a query counts", () => {
  let up: readonly Up[];
  beforeAll(async () => {
    up = await made.own(own);
  });

  test.each(ofEntries)("of %s", (id) => {
    const right = raisedBy(up, id);
    const samples = sampled.filter((one) => one.id === id);
    const answers = (raised: typeof right) => samples.map((one) => tells(raised, one)).join();
    const expected = answers(right);
    const made = mutants(right.query);
    expect(made.length).toBeGreaterThan(1);
    const survivors = made
      .filter(([, query]) => answers({ ...right, query }) === expected)
      .map(([name]) => name);
    expect(survivors.filter((name) => !accepted.some(([left]) => left.test(name)))).toEqual([]);
  });
});
