import { max, min } from "../../fixtures/gcp";
import { changed } from "../../fixtures/changed";
import { problemsOf as problemsIn } from "../../fixtures/problems";

/** What is said of a config with these settings of the audit. */
function problemsOf(
  base: Record<string, unknown>,
  audit: Readonly<Record<string, unknown>>,
): readonly string[] {
  const raw = Object.entries(audit).reduce(
    (result, [path, value]) => changed(result, `gcp.audit.${path}`, value),
    base,
  );
  return problemsIn(raw);
}

type Row = readonly [string, Record<string, unknown>, Record<string, unknown>];

const legal: readonly Row[] = [
  ["an audit that is not locked, in prod", max, { "bucket.lock": "unlocked" }],
  ["no copies, in prod", max, { "storage.mode": "none", "bigQuery.mode": "none" }],
  ["a day, outside prod", min, { "bucket.retentionDays": 1 }],
  [
    "the shortest that prod takes",
    max,
    {
      ...{ "bucket.retentionDays": 90, "storage.retentionDays": 90 },
      "bigQuery.retentionDays": 90,
    },
  ],
  [
    "a copy of a short time that is not made",
    max,
    { "storage.mode": "none", "storage.retentionDays": 1 },
  ],
  ["an audit that exists, outside prod", min, { mode: "external", "bucket.retentionDays": 1 }],
  ["the log bucket anywhere", min, { "bucket.location": "global" }],
];

test.each(legal)("%s is legal", (_, base, audit) => {
  expect(problemsOf(base, audit)).toEqual([]);
});

/** Each row: a legal config, what is changed, and the one thing that is said of it. */
const cases: readonly (readonly [...Row, string])[] = [
  ...["bucket", "storage", "bigQuery"].map(
    (part) =>
      [
        `a ${part} of a short time in prod`,
        max,
        { [`${part}.retentionDays`]: 89 },
        `gcp.audit.${part}.retentionDays: got 89; prod takes 90 or more; fix: raise it`,
      ] as const,
  ),
  ...["storage", "bigQuery"].map(
    (part) =>
      [
        `a ${part} of an audit that is another's`,
        min,
        { mode: "external", [`${part}.mode`]: "create" },
        `gcp.audit.${part}.mode: got create; with gcp.audit.mode external nothing of the audit is made`,
      ] as const,
  ),
  ["a time above what Google keeps", min, { "bucket.retentionDays": 3651 }, "retentionDays"],
  ["no time", min, { "bucket.retentionDays": 0 }, "retentionDays"],
  ["a lock that is none", max, { "bucket.lock": "compliance" }, "gcp.audit.bucket.lock"],
  ["a place that is none", max, { "bucket.location": "EU" }, "gcp.audit.bucket.location"],
  // They are always logged, so there is no setting to turn off.
  ["an audit of no reads", max, { dataRead: false }, "gcp.audit.dataRead"],
];

test.each(cases)("%s is refused, with its fix", (_, base, audit, said) => {
  const problems = problemsOf(base, audit);
  expect(problems).toEqual([expect.stringContaining(said)]);
  expect(problems.join()).toMatch(/fix:/);
});

describe("a query's length", () => {
  const named = (length: number) =>
    changed(min, "gcp.secrets.names", { "openai-api-key": "x".repeat(length) });
  const many = (keys: number, length: number) => {
    const catalog = Object.fromEntries(
      Array.from({ length: keys }, (_, at) => {
        const id = `k${String(at)}${"x".repeat(length)}`;
        return [
          id,
          {
            ...{ env: `${id.toUpperCase()}_API_KEY`, readers: ["app"] as const },
            ...{ rotation: "staged", maxAgeDays: 90, pattern: /^.{20,}$/, vendor: "none" },
          },
        ];
      }),
    );
    return problemsIn(min, catalog as unknown as Parameters<typeof problemsIn>[1]);
  };

  test("of a name that is long, and of three hundred keys, is below Google's limit", () => {
    expect(problemsIn(named(255))).toEqual([]);
    expect(many(300, 5)).toEqual([]);
  });

  test("is told when it is above", () => {
    expect(many(300, 150).filter((one) => one.startsWith("gcp.alerts"))).toEqual([
      expect.stringMatching(
        /^gcp\.alerts: a query that names all 300 secrets has \d+ characters; Google takes 20000; fix: /,
      ),
    ]);
  });
});
