import { catalog, type Catalog } from "../../../infra/catalog";
import { changed } from "../../fixtures/changed";
import { max, min } from "../../fixtures/gcp";
import { problemsOf } from "../../fixtures/problems";

const repo = "repo:promptsentinelai/prompt-sentinel";
const many = (count: number, one: (index: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, index) => one(index));
const keyIn = (location: string): string =>
  `projects/keys-4711/locations/${location}/keyRings/shared/cryptoKeys/secrets`;
const external = (keys: Readonly<Record<string, string>>) =>
  changed(min, "gcp.encryption", { mode: "external", keys });
const automatic = changed(min, "gcp.secrets.replication", "automatic");

test.each<[string, unknown]>([
  ["the smallest", min],
  ["the fullest", max],
  ["an adopting", changed(min, "gcp.secrets.mode", "adopt")],
  ["an external", changed(min, "gcp.secrets.mode", "external")],
  ["one of keys that exist", external({ "europe-west1": keyIn("europe-west1") })],
  ["one of Google's own places", automatic],
  ["one of one region", changed(min, "gcp.secrets.replication", "regional")],
  [
    "one with a subject of 127 bytes",
    changed(max, "gcp.access.ci.oidc.subjects", [`${repo}:environment:`.padEnd(127, "x")]),
  ],
  ["one of a key that is old after a day", changed(max, "keys.redis.maxAgeDays", 1)],
  [
    "one of a week of break-glass",
    changed(max, "gcp.access.breakGlass.until", "2026-12-08T00:00:00Z"),
  ],
  ["one with a project of 30 letters", changed(min, "gcp.projectId", "a".repeat(30))],
])("%s config is legal", (_, raw) => {
  expect(problemsOf(raw)).toEqual([]);
});

/** Each row: a legal config, one change, and what is said of it. */
const cases: readonly (readonly [string, Record<string, unknown>, string, unknown, string])[] = [
  ["a project of capitals", min, "gcp.projectId", "Sentinel-Dev", "6 to 30 lower-case letters"],
  ["a project of five letters", min, "gcp.projectId", "abcde", "6 to 30 lower-case letters"],
  ["a project of 31", min, "gcp.projectId", "a".repeat(31), "6 to 30 lower-case letters"],
  ["a project with a hyphen last", min, "gcp.projectId", "sentinel-", "no hyphen last"],
  ["a project by its number", min, "gcp.projectId", "604321987654", "a letter first"],
  ["a number without quotes", min, "gcp.projectNumber", 604321987654, "gcp.projectNumber"],
  ["a number that is an id", min, "gcp.projectNumber", "sentinel-dev", "a project's number"],
  ["a location of another cloud", min, "gcp.location", "westeurope", "such as europe-west1"],
  ["a location of many regions", min, "gcp.location", "europe", "such as europe-west1"],
  ["a zone", min, "gcp.location", "europe-west1-b", "such as europe-west1"],
  [
    "a replica nowhere",
    max,
    "gcp.secrets.locations",
    ["eu-west-1"],
    "a region of Google Cloud, such as europe-west1",
  ],
  [
    "a replica twice",
    max,
    "gcp.secrets.locations",
    ["europe-west3", "europe-west3"],
    "gcp.secrets.locations: got europe-west3 twice",
  ],
  [
    "regions of what is everywhere",
    automatic,
    "gcp.secrets.locations",
    ["europe-west1"],
    "is for gcp.secrets.replication userManaged; got automatic",
  ],
  [
    "another name of no secret",
    max,
    "gcp.secrets.names",
    { "redis-pasword": "cache" },
    "fix: rename it to redis-password",
  ],
  [
    "a secret's name with a dot",
    max,
    "gcp.secrets.names",
    { "redis-password": "cache.password" },
    "letters, digits, hyphens and underscores, at most 255",
  ],
  [
    "two secrets of one name",
    max,
    "gcp.secrets.names",
    { "redis-password": "snyk-token" },
    "both claim snyk-token",
  ],
  ["days that are none", max, "gcp.secrets.destroyDelayDays", 0, ">=1"],
  ["days that are too many", max, "gcp.secrets.destroyDelayDays", 1001, "<=1000"],
  ["a rotation period of minutes", max, "keys.redis.maxAgeDays", 0.01, "keys.redis.maxAgeDays"],
  ["a rotation period of nothing", max, "keys.redis.maxAgeDays", 0, "keys.redis.maxAgeDays"],
  [
    "a key in another location",
    min,
    "gcp.encryption",
    { mode: "external", keys: { "europe-west1": keyIn("europe-west4") } },
    "got a key in europe-west4; a value in europe-west1 is encrypted by a key in europe-west1",
  ],
  [
    "a key of a region for values that are everywhere",
    automatic,
    "gcp.encryption",
    { mode: "external", keys: { "europe-west1": keyIn("europe-west1") } },
    "gcp.encryption.keys.global: is missing",
  ],
  [
    "a location without a key",
    changed(min, "gcp.secrets.locations", ["europe-west1", "europe-west4"]),
    "gcp.encryption",
    { mode: "external", keys: { "europe-west1": keyIn("europe-west1") } },
    "gcp.encryption.keys.europe-west4: is missing",
  ],
  [
    "a key where no value is",
    min,
    "gcp.encryption",
    {
      mode: "external",
      keys: { "europe-west1": keyIn("europe-west1"), "us-east1": keyIn("us-east1") },
    },
    "got a key of a location that no value is in; allowed: europe-west1",
  ],
  [
    "a key of a stack that makes its own",
    min,
    "gcp.encryption.keys",
    { "europe-west1": keyIn("europe-west1") },
    "is for gcp.encryption.mode external; got create",
  ],
  [
    "a key's version",
    min,
    "gcp.encryption",
    {
      mode: "external",
      keys: { "europe-west1": `${keyIn("europe-west1")}/cryptoKeyVersions/1` },
    },
    "a key's name, projects/<id>/locations",
  ],
  ["a key that turns too seldom", max, "gcp.encryption.rotationDays", 91, "<=90"],
  ["a label in capitals", min, "tags", { Owner: "platform" }, "tags.Owner"],
  ["a label with a dot", min, "tags", { owner: "platform.team" }, "of a label: a-z, 0-9, _ and -"],
  ["a label of 64 letters", min, "tags", { owner: "a".repeat(64) }, "at most 63"],
  ["a label of the program's own", min, "tags", { key: "one" }, "tags.key"],
  ["a label of Google's own", min, "tags", { "goog-owner": "one" }, "are Google's own"],
  [
    "too many labels",
    min,
    "tags",
    Object.fromEntries(many(61, (index) => `tag${String(index)}`).map((tag) => [tag, "x"])),
    "Google takes 64",
  ],
  ["a workload without a way in", min, "gcp.access.app", {}, "gcp.access.app: has no way in"],
  [
    "tokens of nobody",
    min,
    "gcp.access.app",
    { oidc: { subjects: [repo] } },
    "needs to know whose tokens to trust; fix: add the ci section",
  ],
  [
    "a namespace with a wildcard",
    min,
    "gcp.access.app",
    { gke: { namespace: "*", serviceAccount: "app" } },
    "a namespace; no wildcard",
  ],
  [
    "a role on AWS by its ARN",
    min,
    "gcp.access.app",
    { aws: { accountId: "210987654321", roles: ["arn:aws:iam::210987654321:role/app"] } },
    "a role's name without its path; no ARN, no wildcard",
  ],
  [
    "a role on AWS with a wildcard",
    min,
    "gcp.access.app",
    { aws: { accountId: "210987654321", roles: ["app-*"] } },
    "no wildcard",
  ],
  [
    "a subject of 128 bytes",
    max,
    "gcp.access.ci.oidc.subjects",
    [`${repo}:environment:`.padEnd(126, "x") + "é"],
    "of 128 bytes; Google takes 127",
  ],
  [
    "one subject for the application and the scan",
    changed(max, "gcp.access.app.oidc", { subjects: [`${repo}:environment:security-scan`] }),
    "gcp.access.app.cloudRun",
    true,
    "for app and for ci; each would read the other's keys",
  ],
  [
    "two subjects of one name",
    max,
    "gcp.access.ci.oidc.subjects",
    [`${repo}:environment:a`, `${repo}:environment/a`],
    "whose binding would have another's name",
  ],
  [
    "two subjects whose names are cut to one",
    max,
    "gcp.access.ci.oidc.subjects",
    ["a", "b"].map((end) => `${repo}:environment:`.padEnd(120, "x") + end),
    "whose binding would have another's name",
  ],
  [
    "more subjects than a condition takes",
    max,
    "gcp.access.ci.oidc.subjects",
    many(80, (index) => `${repo}:environment:e${String(index)}`),
    "Google takes 4096",
  ],
  [
    "everybody as the operator",
    min,
    "gcp.access.operator.principals.platform.member",
    "allUsers",
    "one member: user:<email>",
  ],
  [
    "a whole domain as the operator",
    min,
    "gcp.access.operator.principals.platform.member",
    "domain:promptsentinel.ai",
    "one member: user:<email>",
  ],
  [
    "a whole pool as the operator",
    min,
    "gcp.access.operator.principals.platform.member",
    "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/*",
    "one member: user:<email>",
  ],
  [
    "one operator twice",
    min,
    "gcp.access.operator.principals",
    {
      one: { member: "group:a@promptsentinel.ai" },
      two: { member: "group:a@promptsentinel.ai" },
    },
    "got group:a@promptsentinel.ai twice",
  ],
  [
    "a break-glass that ends before it begins",
    max,
    "gcp.access.breakGlass.until",
    "2026-11-01T00:00:00Z",
    "an end after the beginning, at most 7 days",
  ],
  [
    "a break-glass of more than a week",
    max,
    "gcp.access.breakGlass.until",
    "2026-12-08T00:00:01Z",
    "at most 7 days",
  ],
  [
    "a time that is none",
    max,
    "gcp.access.breakGlass.until",
    "tomorrow",
    "a time in UTC, such as 2026-12-01T12:00:00Z",
  ],
  [
    "one subject for preview and apply",
    max,
    "gcp.pipeline.preview.subjects",
    [`${repo}:environment:prod`],
    "who previews would apply",
  ],
  ["a pipeline of nobody's tokens", max, "ci", undefined, "gcp.pipeline: needs to know whose"],
  [
    "a pool's name of Google's own",
    max,
    "gcp.federation.name",
    "gcp-pool",
    "4 to 26 lower-case letters",
  ],
  ["a pool's name of 27 letters", max, "gcp.federation.name", "a".repeat(27), "4 to 26"],
  [
    "a perimeter by its number alone",
    max,
    "gcp.network.perimeter",
    "123456",
    "a perimeter's name, accessPolicies/<number>/servicePerimeters/<name>",
  ],
];

test.each(cases)("%s is said", (_, raw, path, value, expected) => {
  const problems = problemsOf(changed(raw, path, value));
  expect(problems.join("\n")).toContain(expected);
  expect(problems.length).toBeGreaterThan(0);
});

test("each names a setting and how to mend it, all at once", () => {
  const raw = changed(
    changed(max, "gcp.secrets.names", { nothing: "one" }),
    "gcp.access.breakGlass.until",
    "2026-11-01T00:00:00Z",
  );
  const problems = problemsOf(raw);
  expect(problems).toHaveLength(2);
  for (const problem of problems) expect(problem).toMatch(/^gcp\.[\w.]+: .+; fix: .+/);
});

test("a consumer without a key is told", () => {
  const raw = changed(max, "keys.snyk", { enabled: false });
  expect(problemsOf(raw).join()).toContain("gcp.access.ci: there is no key for it");
});

test("more bindings than a policy takes are told", () => {
  const people = Object.fromEntries(
    many(751, (index) => `p${String(index)}`).map((who) => [
      who,
      { member: `user:${who}@promptsentinel.ai` },
    ]),
  );
  const raw = changed(min, "gcp.access.operator.principals", people);
  expect(problemsOf(raw).join()).toContain("a policy takes 1500 members");
});

test("the catalogue's names are names of Secret Manager", () => {
  for (const { env } of Object.values<Catalog[string]>(catalog)) {
    expect(env.toLowerCase().replaceAll("_", "-")).toMatch(/^[\w-]{1,255}$/);
  }
});
