import { catalog, type Catalog } from "../../../infra/catalog";
import { max, min } from "../../fixtures/azure";
import { changed } from "../../fixtures/changed";
import { problemsOf } from "../../fixtures/problems";

const subscription = "/subscriptions/8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f";
const networks = `${subscription}/resourceGroups/net/providers/Microsoft.Network`;
const subnetOf = (name: string): string => `${networks}/virtualNetworks/main/subnets/${name}`;
const zoneId = `${networks}/privateDnsZones/privatelink.vaultcore.azure.net`;
const repo = "repo:promptsentinelai/prompt-sentinel";
const many = (count: number, one: (index: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, index) => one(index));

/** A vault of somebody else's, by its name. */
const there = changed(changed(min, "azure.network", {}), "azure.vault", {
  mode: "adopt",
  name: "kv-shared",
});
const external = changed(there, "azure.vault.mode", "external");
const government = changed(
  changed(changed(max, "azure.cloud", "usgovernment"), "azure.location", "usgovvirginia"),
  "azure.access.breakGlass",
  undefined,
);

test.each<[string, unknown]>([
  ["the smallest", min],
  ["the fullest", max],
  ["an adopting", there],
  ["an external", changed(external, "azure.access.operator.byName", true)],
  ["a government's", government],
  ["one with a vault's name of 24 characters", changed(min, "azure.vault.name", "a".repeat(24))],
  [
    "one with as many credentials as an identity takes",
    changed(
      max,
      "azure.access.ci.oidc.subjects",
      many(20, (index) => `${repo}:environment:e${String(index)}`),
    ),
  ],
  [
    "one with as many subnets as a vault takes",
    changed(
      max,
      "azure.network.allowedSubnets",
      many(200, (index) => subnetOf(`s${String(index)}`)),
    ),
  ],
  ["one of a key that is old after a month and a day", changed(max, "keys.redis.maxAgeDays", 31)],
  [
    "one of a year of eligibility",
    changed(max, "azure.access.breakGlass.until", "2027-12-01T00:00:00Z"),
  ],
])("%s config is legal", (_, raw) => {
  expect(problemsOf(raw)).toEqual([]);
});

/** Each row: a legal config, one change, and what is said of it. */
const cases: readonly (readonly [string, Record<string, unknown>, string, unknown, string])[] = [
  ["a subscription that is none", min, "azure.subscriptionId", "mine", "a GUID, in lower case"],
  [
    "a directory in capitals",
    min,
    "azure.tenantId",
    "1A2B3C4D-5E6F-4A7B-8C9D-0E1F2A3B4C5D",
    "a GUID, in lower case",
  ],
  [
    "a location by its long name",
    min,
    "azure.location",
    "West Europe",
    "a location's short name, such as westeurope",
  ],
  ["a cloud that is misspelt", min, "azure.cloud", "usgoverment", "fix: use usgovernment"],
  [
    "a location of another cloud",
    min,
    "azure.location",
    "usgovvirginia",
    "azure.location: got usgovvirginia, which is no location of the cloud public; fix: set azure.cloud to usgovernment",
  ],
  [
    "a cloud without the location",
    min,
    "azure.cloud",
    "china",
    "which is no location of the cloud china; fix: set azure.cloud to public",
  ],
  [
    "a group that exists, without a name",
    min,
    "azure.resourceGroup.mode",
    "external",
    "azure.resourceGroup.name: is missing",
  ],
  [
    "a group's name with a dot at its end",
    min,
    "azure.resourceGroup.name",
    "group.",
    "no dot at the end",
  ],
  ["a vault's name of 25 characters", min, "azure.vault.name", "a".repeat(25), "3 to 24 letters"],
  ["a vault's name of two", min, "azure.vault.name", "ab", "3 to 24 letters"],
  ["a vault's name with two hyphens", min, "azure.vault.name", "kv--one", "single hyphens"],
  ["a vault's name that ends in a hyphen", min, "azure.vault.name", "kv-one-", "no hyphen last"],
  ["a vault's name that begins with a digit", min, "azure.vault.name", "1kv", "a letter first"],
  [
    "a vault that is adopted without a name",
    there,
    "azure.vault.name",
    undefined,
    "azure.vault.name: is missing; a vault is adopted by its name",
  ],
  [
    "a new vault in another group",
    min,
    "azure.vault.resourceGroup",
    "shared",
    "with azure.vault.mode create the vault is in the stack's own group, promptsentinel-dev",
  ],
  [
    "a vault that is brought back and adopted",
    there,
    "azure.vault.recover",
    true,
    "azure.vault.recover: is for azure.vault.mode create",
  ],
  ["days that are too few", max, "azure.vault.softDeleteDays", 6, ">=7"],
  ["days that are too many", max, "azure.vault.softDeleteDays", 91, "<=90"],
  [
    "another name of no secret",
    max,
    "azure.secrets.names",
    { "redis-pasword": "cache" },
    "fix: rename it to redis-password",
  ],
  [
    "a secret's name with an underscore",
    max,
    "azure.secrets.names",
    { "redis-password": "cache_password" },
    "letters, digits and hyphens, at most 127",
  ],
  [
    "two secrets of one name",
    max,
    "azure.secrets.names",
    { "redis-password": "Snyk-Token" },
    "both claim snyk-token (secret in kv-prompt-sentinel)",
  ],
  [
    "a seeded key that is none",
    max,
    "azure.secrets.seeded",
    ["antropic"],
    'azure.secrets.seeded: got "antropic", which is no key of this stack',
  ],
  [
    "seeded keys by a word",
    max,
    "azure.secrets.seeded",
    "some",
    "`all`, or a list of the catalogue's ids",
  ],
  [
    "a key that is old after a month",
    max,
    "keys.redis.maxAgeDays",
    30,
    "keys.redis.maxAgeDays: got 30; on Azure an expiry is told 30 days before it",
  ],
  [
    "a vault that nobody reaches",
    min,
    "azure.network",
    {},
    "azure.network: nobody could reach the vault",
  ],
  [
    "an address of a network of one's own",
    max,
    "azure.network.allowedIps",
    ["172.31.0.0/16"],
    "azure.network.allowedIps: got 172.31.0.0/16, a private address",
  ],
  [
    "an address that is none",
    max,
    "azure.network.allowedIps",
    ["office"],
    "an IPv4 address or range",
  ],
  [
    "everybody, in prod",
    max,
    "azure.network.allowedIps",
    ["0.0.0.0/0"],
    "prod takes no range wider than /8",
  ],
  [
    "an address twice",
    max,
    "azure.network.allowedIps",
    ["203.0.113.7", "203.0.113.7"],
    'azure.network.allowedIps: got "203.0.113.7" twice',
  ],
  [
    "more subnets than a vault takes",
    max,
    "azure.network.allowedSubnets",
    many(201, (index) => subnetOf(`s${String(index)}`)),
    "azure.network.allowedSubnets: got 201; a vault takes 200",
  ],
  [
    "a network in a subnet's place",
    max,
    "azure.network.allowedSubnets",
    [`${networks}/virtualNetworks/main`],
    "the id of a Microsoft.Network/virtualNetworks/subnets",
  ],
  [
    "a firewall of somebody else's vault",
    there,
    "azure.network.trustedServices",
    true,
    "the firewall of a vault that is adopted is its owner's",
  ],
  [
    "a zone that is there and made",
    max,
    "azure.network.privateEndpoint.zoneId",
    zoneId,
    "azure.network.privateEndpoint.zoneId: is for dns external",
  ],
  [
    "an application without a way in",
    max,
    "azure.access.app",
    {},
    "azure.access.app: has no way in; allowed: aks, containerApps, appService, oidc",
  ],
  [
    "a pipeline whose tokens nobody names",
    changed(max, "azure.pipeline", undefined),
    "ci",
    undefined,
    "azure.access.ci.oidc: needs to know whose tokens to trust",
  ],
  [
    "a subject of any branch",
    max,
    "azure.access.ci.oidc.subjects",
    [`${repo}:*`],
    "a token's sub; no wildcard",
  ],
  [
    "more credentials than an identity takes",
    max,
    "azure.access.ci.oidc.subjects",
    many(21, (index) => `${repo}:environment:e${String(index)}`),
    "makes 21 credentials; an identity takes 20",
  ],
  [
    "subjects that differ in a capital alone",
    max,
    "azure.access.ci.oidc.subjects",
    [`${repo}:environment:Prod`, `${repo}:environment:prod`],
    "whose credential would have another's name",
  ],
  [
    "an issuer without TLS",
    max,
    "azure.access.app.aks.issuer",
    "http://issuer.test",
    "an https:// address",
  ],
  [
    "a namespace with a wildcard",
    max,
    "azure.access.app.aks.namespace",
    "*",
    "a namespace; no wildcard",
  ],
  [
    "a scan without a key",
    changed(changed(max, "azure.pipeline", undefined), "azure.secrets.seeded", []),
    "keys.snyk",
    { enabled: false },
    "azure.access.ci: there is no key for it",
  ],
  ["an operator who is nobody", max, "azure.access.operator.principals", {}, "at least one"],
  [
    "a principal of no kind",
    max,
    "azure.access.operator.principals.platform.type",
    "Team",
    "allowed: User, Group, ServicePrincipal",
  ],
  [
    "an operator of all of a shared vault",
    external,
    "azure.access.operator.byName",
    false,
    "azure.access.operator.byName: is off, and the vault is another's",
  ],
  [
    "glass that breaks in another cloud",
    government,
    "azure.access.breakGlass",
    {
      principals: { one: { objectId: "5e6f7a8b-9c0d-4e1f-8a3b-4c5d6e7f8a9b", type: "User" } },
      from: "2026-12-01T00:00:00Z",
      until: "2026-12-02T00:00:00Z",
    },
    "azure.access.breakGlass: the provider makes eligibilities in the public cloud alone",
  ],
  [
    "glass that breaks for more than a year",
    max,
    "azure.access.breakGlass.until",
    "2027-12-02T00:00:00Z",
    "at most 365 days",
  ],
  [
    "glass that ends before it begins",
    max,
    "azure.access.breakGlass.until",
    "2026-12-01T00:00:00Z",
    "an end after the beginning",
  ],
  ["glass without a day", max, "azure.access.breakGlass.until", "soon", "a time in UTC"],
  [
    "a pipeline that applies what it previews",
    max,
    "azure.pipeline.apply.subjects",
    [`${repo}:pull_request`],
    "who previews would apply",
  ],
  ["a pipeline of nobody", max, "ci", undefined, "azure.pipeline: needs to know whose tokens"],
  [
    "a spike of nothing",
    max,
    "azure.alerts.readsPerFiveMinutes",
    0,
    "azure.alerts.readsPerFiveMinutes: got 0",
  ],
  [
    "mail to what is no address",
    max,
    "azure.alerts.subscribers",
    { me: { email: "me" } },
    "an e-mail address",
  ],
  [
    "a pager's address with a key in it",
    max,
    "azure.alerts.subscribers",
    { pager: { url: "https://events.example.com/x/enqueue" } },
    "azure.alerts.subscribers.pager",
  ],
  [
    "a tag that Azure keeps for itself",
    min,
    "tags",
    { "microsoft-owner": "me" },
    "names that begin with microsoft, azure or windows are Azure's own",
  ],
  ["a tag with a sign that it does not take", min, "tags", { "a/b": "c" }, "none of <>%&\\?/"],
  ["a tag that is too long", min, "tags", { owner: "x".repeat(257) }, "at most 256 characters"],
  [
    "more tags than it takes",
    min,
    "tags",
    Object.fromEntries(many(48, (index) => `t${String(index)}`).map((name) => [name, "x"])),
    "tags: got 51 with the program's own; Azure takes 15",
  ],
  [
    "a setting that is misspelt",
    min,
    "azure.vault.softDeleteDay",
    7,
    "fix: rename it to softDeleteDays",
  ],
];

test.each(cases)("fails: %s", (_, raw, path, value, told) => {
  const problems = problemsOf(changed(raw, path, value));
  expect(problems).toContainEqual(expect.stringContaining(told) as string);
  for (const problem of problems) expect(problem).toMatch(/; fix: \S/);
});

describe("of so many keys", () => {
  const keys = (count: number): Catalog =>
    Object.fromEntries(
      many(count, (index) => `key${String(index)}`).map((id) => [
        id,
        { ...catalog.anthropic, env: `${id.toUpperCase()}_API_KEY` },
      ]),
    );
  const of = (raw: unknown, count: number): readonly string[] => problemsOf(raw, keys(count));
  const byName = changed(min, "azure.access.operator.byName", true);
  const seeded = changed(min, "azure.secrets.seeded", "all");

  test("a condition has room for some", () => {
    expect(of(byName, 100)).toEqual([]);
    expect(of(byName, 300)).toEqual([expect.stringContaining("bytes; Azure takes 8192")]);
    expect(of(min, 300)).toEqual([]);
  });

  test("a subscription has room for some", () => {
    expect(of(seeded, 300)).toEqual([]);
    expect(of(seeded, 4000)).toEqual([
      expect.stringContaining("makes 4001 role assignments; a subscription takes 4000"),
    ]);
  });
});
