import { parseConfig } from "../../infra/config";
import { platforms } from "../../stacks/platforms";
import { deploy } from "../fixtures/deploy";
import { max } from "../fixtures/gcp";
import { named, type Recorded } from "../support/mocks";
import { reportedOf, rule, set, shown, type Change } from "./changedStack";
import { check, unknown, type Resource } from "./check";

let made: readonly Recorded[];
beforeAll(async () => {
  made = (await deploy(parseConfig(max, platforms))).resources;
});

const project = "sentinel-prod-4711";
const account = (name: string): string =>
  `serviceAccount:${name}@${project}.iam.gserviceaccount.com`;
const pool = "iam.googleapis.com/projects/604321987655/locations/global/workloadIdentityPools";

const reader = "gcp-access-app-on-anthropic";
const use = "gcp-store-key-europe-west3-use";
const gke = "gcp-access-app-gke";
const onProject = "gcp-ci-apply-on-project";
const applyRole = "gcp-ci-apply-role";
const denial = "gcp-access-deny-others";

const reported = (resource: string, change: Change): Promise<string> =>
  reportedOf("gcp-least-privilege", made, resource, change);

test.each([
  ["allUsers", "which is everybody"],
  ["allAuthenticatedUsers", "which is everybody"],
  ["domain:promptsentinel.ai", "more than one identity"],
  ["projectViewer:sentinel-prod-4711", "more than one identity"],
  [`principalSet://${pool}/sentinel-prod-oidc/*`, "more than one identity"],
  [`principalSet://${pool}/sentinel-prod-oidc/attribute.repository_owner/a`, "more than one"],
  [`principalSet://${pool}/sentinel-prod-oidc/group/a`, "more than one identity"],
  [`principal://${pool}/sentinel-prod-oidc/subject/*`, "more than one identity"],
  [
    "principalSet://cloudresourcemanager.googleapis.com/projects/1/type/ServiceAccount",
    "more than",
  ],
  ["deleted:user:a@example.com?uid=1", "more than one identity, or none"],
  ["serviceAccount:*@example.com", "more than one identity"],
  ["serviceAccount:604321987655-compute@developer.gserviceaccount.com", "runs in the project"],
  [`serviceAccount:${project}@appspot.gserviceaccount.com`, "runs in the project"],
  [unknown, "member: is missing or not known"],
  ["", "member: is missing or not known"],
])("nobody is granted as %s", async (member, says) => {
  for (const resource of [reader, use, gke, onProject]) {
    expect(await reported(resource, set("member", member))).toContain(says);
  }
});

test.each([
  "user:a@example.com",
  "group:a@example.com",
  account("other"),
  `principal://${pool}/sentinel-prod-oidc/subject/repo:a/b:environment:prod`,
])("a secret may be granted to %s", async (member) => {
  expect(await reported(reader, set("member", member))).toBe("");
});

test.each([
  [reader, "roles/secretmanager.admin", "on a secret; allowed: roles/secretmanager.secretAccessor"],
  [reader, "roles/owner", "got roles/owner on a secret"],
  [reader, "roles/viewer", "got roles/viewer on a secret"],
  [reader, unknown, "role: is missing or not known"],
  [reader, "", "role: is missing or not known"],
  [reader, undefined, "role: is missing or not known"],
  [use, "roles/cloudkms.admin", "got roles/cloudkms.admin on a key"],
  [gke, "roles/iam.serviceAccountTokenCreator", "on a service account"],
  [gke, "roles/iam.serviceAccountUser", "on a service account"],
  [onProject, "roles/secretmanager.secretAccessor", "on the project"],
  [onProject, "roles/secretmanager.viewer", "on the project"],
  [onProject, "roles/owner", "got roles/owner on the project"],
  [onProject, "roles/editor", "got roles/editor on the project"],
  [onProject, "roles/viewer", "got roles/viewer on the project"],
  [onProject, "roles/iam.serviceAccountTokenCreator", "on the project"],
  [onProject, "roles/iam.serviceAccountUser", "on the project"],
  [onProject, `projects/${project}/roles/another`, "or make a role of what is needed"],
  [onProject, "organizations/1/roles/promptsentinel_prod_apply", "on the project"],
])("on %s not %s", async (resource, role, says) => {
  expect(await reported(resource, set("role", role))).toContain(says);
});

test.each([
  [use, "user:a@example.com", "allowed: a service of Google's"],
  [use, account("promptsentinel-prod-app"), "allowed: a service of Google's"],
  [gke, account("other"), "allowed: one subject of a pool"],
  [gke, "user:a@example.com", "allowed: one subject of a pool"],
  [gke, `serviceAccount:clusters-4711.svc.id.goog[a/*]`, "more than one identity"],
  [gke, `serviceAccount:clusters-4711.svc.id.goog`, "more than one identity, or none"],
])("on %s not to %s", async (resource, member, says) => {
  expect(await reported(resource, set("member", member))).toContain(says);
});

const me = { member: account("one") };
test.each<[string, Resource]>([
  ["a folder", { type: "gcp:folder/iAMMember:IAMMember", props: { ...me, role: "roles/browser" } }],
  [
    "the organization",
    { type: "gcp:organizations/iAMMember:IAMMember", props: { ...me, role: "roles/browser" } },
  ],
  [
    "a ring of keys",
    {
      type: "gcp:kms/keyRingIAMMember:KeyRingIAMMember",
      props: { ...me, role: "roles/cloudkms.viewer" },
    },
  ],
  [
    "got roles/storage.admin on a bucket",
    {
      type: "gcp:storage/bucketIAMMember:BucketIAMMember",
      props: { ...me, role: "roles/storage.admin" },
    },
  ],
  [
    "got roles/pubsub.admin",
    {
      type: "gcp:pubsub/schemaIamMember:SchemaIamMember",
      props: { ...me, role: "roles/pubsub.admin" },
    },
  ],
  [
    "which is everybody",
    {
      type: "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
      props: { role: "roles/run.invoker", member: "allUsers" },
    },
  ],
])("refuses %s", async (says, resource) => {
  const problems = await check(rule("gcp-least-privilege"), [resource]);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(says);
});

test.each([
  ["gcp:storage/bucketIAMMember:BucketIAMMember", "roles/storage.objectCreator"],
  ["gcp:bigquery/datasetIamMember:DatasetIamMember", "roles/bigquery.dataEditor"],
])("who writes a log may be known after the run alone: %s", async (type, role) => {
  const props = { role, member: unknown };
  expect(await check(rule("gcp-least-privilege"), [{ type, props }])).toEqual([]);
});

test.each([
  "gcp:secretmanager/secretIamBinding:SecretIamBinding",
  "gcp:secretmanager/secretIamPolicy:SecretIamPolicy",
  "gcp:secretmanager/regionalSecretIamBinding:RegionalSecretIamBinding",
  "gcp:secretmanager/regionalSecretIamPolicy:RegionalSecretIamPolicy",
  "gcp:kms/cryptoKeyIAMBinding:CryptoKeyIAMBinding",
  "gcp:kms/keyRingIAMPolicy:KeyRingIAMPolicy",
  "gcp:projects/iAMBinding:IAMBinding",
  "gcp:projects/iAMPolicy:IAMPolicy",
  "gcp:folder/iAMPolicy:IAMPolicy",
  "gcp:organizations/iAMBinding:IAMBinding",
  "gcp:serviceaccount/iAMBinding:IAMBinding",
  "gcp:pubsub/topicIAMPolicy:TopicIAMPolicy",
])("no %s", async (type) => {
  const [problem, ...more] = await check(rule("gcp-least-privilege"), [{ type }]);
  expect(problem).toContain("takes away what others have been granted");
  expect(more).toEqual([]);
});

const permissions = (...names: readonly string[]): Change => set("permissions", names);
test.each<[string, Change, string]>([
  ["reads", permissions("secretmanager.versions.access"), "reads every value"],
  ["deletes", permissions("secretmanager.secrets.delete"), "deletes values for good"],
  ["grants", permissions("resourcemanager.projects.setIamPolicy"), "whatever it likes"],
  ["its own role", permissions("iam.roles.update"), "widens its own role"],
  ["actAs", permissions("iam.serviceAccounts.actAs"), "becomes a service account"],
  ["tokens", permissions("iam.serviceAccounts.getAccessToken"), "becomes a service account"],
  ["who becomes", permissions("iam.serviceAccounts.setIamPolicy"), "becomes a service account"],
  ["keys", permissions("iam.serviceAccountKeys.create"), "becomes a service account"],
  ["providers", permissions("iam.workloadIdentityPoolProviders.update"), "lets others' tokens in"],
  ["denials", permissions("iam.denypolicies.delete"), "takes away what is denied"],
  ["constraints", permissions("orgpolicy.policies.delete"), "takes constraints away"],
  ["decrypts", permissions("cloudkms.cryptoKeyVersions.useToDecrypt"), "uses or destroys the key"],
  ["destroys", permissions("cloudkms.cryptoKeyVersions.destroy"), "uses or destroys the key"],
  ["sinks", permissions("logging.sinks.update"), "turns the audit off"],
  ["log buckets", permissions("logging.buckets.delete"), "turns the audit off"],
  ["exclusions", permissions("logging.exclusions.create"), "turns the audit off"],
  ["archive", permissions("storage.buckets.update"), "changes the archive"],
  ["a wildcard", permissions("secretmanager.*"), "allowed: permissions by name"],
  ["none", permissions(), "permissions cannot be read"],
  ["unknown", set("permissions", unknown), "permissions cannot be read"],
  ["one unknown", permissions("secretmanager.secrets.get", unknown), "permissions cannot be read"],
])("of a role of the program: %s", async (_, change, says) => {
  expect(await reported(applyRole, change)).toContain(says);
});

test("a role of the program is granted only after it has been seen", async () => {
  const [grant, role] = [shown(named(made, onProject)), shown(named(made, applyRole))];
  const deny = shown(named(made, denial));
  expect(await check(rule("gcp-least-privilege"), [role, grant, deny])).toEqual([]);
  expect(await check(rule("gcp-least-privilege"), [grant])).toHaveLength(1);
});

const denyRule = "rules.0.denyRule";
test.each<[string, Change]>([
  ["no such permission", set(`${denyRule}.deniedPermissions`, ["iam.googleapis.com/roles.create"])],
  ["somebody alone", set(`${denyRule}.deniedPrincipals`, ["principal://goog/subject/a@b.c"])],
  ["at times", set(`${denyRule}.denialCondition`, { expression: "false" })],
  ["but for it", set(`${denyRule}.exceptionPermissions`, ["secretmanager.googleapis.com/*"])],
  ["rules to come", set("rules", unknown)],
])("who grants on secrets is kept from reading; a denial of %s does not", async (_, change) => {
  expect(await reported(denial, change)).toContain("by which its holder lets itself read");
});

test.each([
  "principal://iam.googleapis.com/projects/-/serviceAccounts/promptsentinel-prod-apply@sentinel-prod-4711.iam.gserviceaccount.com",
  "principalSet://goog/public:all",
  `principalSet://${pool}/sentinel-prod-oidc/*`,
  unknown,
])("who grants on secrets is no exception of the denial: %s", async (principal) => {
  const change = set(`${denyRule}.exceptionPrincipals`, [principal]);
  expect(await reported(denial, change)).toContain("and the deny policy lets it read");
});

test("an exception more does not hide one", async () => {
  const before = named(made, denial).inputs["rules"] as readonly Record<string, unknown>[];
  const { exceptionPrincipals } = before[0]?.["denyRule"] as Record<string, readonly string[]>;
  const holder = `principal://iam.googleapis.com/projects/-/serviceAccounts/promptsentinel-prod-apply@${project}.iam.gserviceaccount.com`;
  const change = set(`${denyRule}.exceptionPrincipals`, [...(exceptionPrincipals ?? []), holder]);
  expect(exceptionPrincipals?.length).toBeGreaterThan(1);
  expect(await reported(denial, change)).toContain("and the deny policy lets it read");
});

test("another denial besides changes nothing", async () => {
  const other = { ...shown(named(made, denial)), name: "other", props: { rules: [] } };
  const all = [...made.map(shown), other];
  expect(await check(rule("gcp-least-privilege"), all)).toEqual([]);
});

test.each<[string, Change, number]>([
  ["of the provider's project", set("project", undefined), 0],
  ["of another project", set("project", "another-4711"), 1],
  ["without an id", set("roleId", undefined), 1],
  ["with an empty id", set("roleId", ""), 1],
])("a grant is of a role %s", async (_, change, problems) => {
  const { inputs, ...rest } = named(made, applyRole);
  const role = shown({ inputs: change(inputs), ...rest });
  const stack = [role, shown(named(made, onProject)), shown(named(made, denial))];
  expect(await check(rule("gcp-least-privilege"), stack)).toHaveLength(problems);
});

test("exceptions of the denial that are still to come are anybody's", async () => {
  const change = set(`${denyRule}.exceptionPrincipals`, unknown);
  expect(await reported(denial, change)).toContain("and the deny policy lets it read");
});
