import { iamOf, type Question } from "../../support/gcpIam";
import { anonymous, callerOf } from "../../support/gcpMembers";
import { expressionOf, extract } from "../../support/gcpCel";
import type { Resources } from "../../support/gcpBindings";

const projects = { "a-project": "604321987654", "another-project": "704321987654" };
const secret = "projects/a-project/secrets/one";
const version = `${secret}/versions/7`;
const app = "serviceAccount:app@a-project.iam.gserviceaccount.com";
const access = "secretmanager.versions.access";
const accessor = "roles/secretmanager.secretAccessor";

type Inputs = Resources[number]["inputs"];
const made = (type: string, inputs: Inputs): Resources[number] => ({ name: type, type, inputs });

const onSecret = (inputs: Inputs): Resources[number] =>
  made("gcp:secretmanager/secretIamMember:SecretIamMember", {
    ...{ project: "a-project", secretId: "one", role: accessor, member: app },
    ...inputs,
  });
const onProject = (inputs: Inputs): Resources[number] =>
  made("gcp:projects/iAMMember:IAMMember", {
    ...{ project: "a-project", role: accessor, member: app },
    ...inputs,
  });
const when = (expression: string): Inputs => ({ condition: { title: "x", expression } });
const denial = (denyRule: object, parent = "projects/a-project"): Resources[number] =>
  made("gcp:iam/denyPolicy:DenyPolicy", {
    parent: encodeURIComponent(`cloudresourcemanager.googleapis.com/${parent}`),
    rules: [
      {
        denyRule: {
          deniedPrincipals: ["principalSet://goog/public:all"],
          deniedPermissions: ["secretmanager.googleapis.com/versions.access"],
          ...denyRule,
        },
      },
    ],
  });

const asked: Question = {
  ...{ caller: callerOf(app), permission: access, resource: version },
  at: "2026-12-02T00:00:00Z",
};
const may = (resources: Resources, question: Partial<Question> = {}): boolean =>
  iamOf(resources, projects).allowed({ ...asked, ...question });

describe("grants", () => {
  test("nothing is allowed without one", () => {
    expect(may([])).toBe(false);
  });

  test.each([
    ["a version of the secret", version, true],
    ["by the project's number", version.replace("a-project", "604321987654"), true],
    ["another secret", "projects/a-project/secrets/other/versions/7", false],
    ["a secret whose name begins like it", "projects/a-project/secrets/one-2/versions/7", false],
    ["a secret of one region", "projects/a-project/locations/europe-west1/secrets/one", false],
    ["the same name elsewhere", "projects/another-project/secrets/one/versions/7", false],
    ["the project", "projects/a-project", false],
  ])("on a secret: %s", (_, resource, expected) => {
    expect(may([onSecret({})], { resource })).toBe(expected);
  });

  test("on the project, everything in it", () => {
    const resource = "projects/a-project/locations/europe-west1/secrets/x/versions/1";
    expect(may([onProject({})], { resource })).toBe(true);
    expect(may([onProject({})], { resource: "projects/another-project/secrets/one" })).toBe(false);
  });

  test("a secret of a region, and one by its whole name", () => {
    const type = "gcp:secretmanager/regionalSecretIamMember:RegionalSecretIamMember";
    const regional = made(type, { ...onSecret({}).inputs, location: "europe-west1" });
    expect(may([regional])).toBe(false);
    const resource = "projects/a-project/locations/europe-west1/secrets/one/versions/7";
    expect(may([regional], { resource })).toBe(true);
    expect(may([onSecret({ secretId: secret })])).toBe(true);
  });

  test("only the permissions of the role", () => {
    const adder = onSecret({ role: "roles/secretmanager.secretVersionAdder" });
    expect(may([adder])).toBe(false);
    expect(may([adder], { permission: "secretmanager.versions.add", resource: secret })).toBe(true);
  });

  test("a role of the project's own", () => {
    const role = made("gcp:projects/iAMCustomRole:IAMCustomRole", {
      ...{ project: "a-project", roleId: "own", permissions: [access] },
    });
    expect(may([role, onProject({ role: "projects/a-project/roles/own" })])).toBe(true);
  });

  test("on service accounts, keys, topics and buckets", () => {
    const account = "projects/a-project/serviceAccounts/app@a-project.iam.gserviceaccount.com";
    const key = "projects/a-project/locations/global/keyRings/ring/cryptoKeys/key";
    const resources = [
      made("gcp:serviceaccount/iAMMember:IAMMember", {
        ...{ serviceAccountId: account, role: "roles/iam.workloadIdentityUser", member: app },
      }),
      made("gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", {
        cryptoKeyId: key,
        role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member: app,
      }),
      made("gcp:pubsub/topicIAMMember:TopicIAMMember", {
        ...{ project: "a-project", topic: "told", role: "roles/pubsub.publisher", member: app },
      }),
      made("gcp:storage/bucket:Bucket", { project: "a-project", name: "logs" }),
      made("gcp:storage/bucketIAMMember:BucketIAMMember", {
        ...{ bucket: "logs", role: "roles/storage.objectCreator", member: app },
      }),
    ];
    const on = (permission: string, resource: string) => may(resources, { permission, resource });
    expect(on("iam.serviceAccounts.getAccessToken", account)).toBe(true);
    expect(on("iam.serviceAccounts.getAccessToken", account.replace("app@", "x@"))).toBe(false);
    expect(on("cloudkms.cryptoKeyVersions.useToDecrypt", `${key}/cryptoKeyVersions/1`)).toBe(true);
    expect(on("pubsub.topics.publish", "projects/a-project/topics/told")).toBe(true);
    expect(on("storage.objects.create", "projects/a-project/buckets/logs/objects/x")).toBe(true);
    expect(on("storage.objects.get", "projects/a-project/buckets/logs/objects/x")).toBe(false);
  });
});

describe("members", () => {
  const groups = {
    "group:inner@example.com": ["user:ann@example.com"],
    "group:outer@example.com": ["group:inner@example.com", "group:outer@example.com"],
  };
  const subject = "principal://iam.googleapis.com/projects/604321987654/x/subject/s";

  test.each([
    ["group:inner@example.com", callerOf("user:ann@example.com", groups), true],
    ["group:outer@example.com", callerOf("user:ann@example.com", groups), true],
    ["group:inner@example.com", callerOf("user:bob@example.com", groups), false],
    ["group:inner@example.com", callerOf("user:ann@example.com"), false],
    ["user:ann@example.com", callerOf("user:ann@example.com"), true],
    ["allUsers", anonymous, true],
    ["allAuthenticatedUsers", anonymous, false],
    ["allAuthenticatedUsers", callerOf(app), true],
    // https://cloud.google.com/iam/docs/principals-overview#all-authenticated-users
    ["allAuthenticatedUsers", [subject, "allUsers"], false],
    [subject, [subject], true],
    [subject.replace("principal:", "principalSet:").replace("subject/s", "*"), [subject], false],
  ])("%s, asked by %j: %s", (member, caller, expected) => {
    expect(may([onSecret({ member })], { caller })).toBe(expected);
  });

  test.each([
    ...["domain:example.com", "deleted:user:a@example.com?uid=1", "user:*", "projectOwner:x"],
    ...["app@a-project.iam.gserviceaccount.com", "principalSet://goog/public:all"],
  ])("%s is not known", (member) => {
    expect(() => may([onSecret({ member })])).toThrow(/not known here/);
  });
});

describe("conditions", () => {
  const between =
    'request.time >= timestamp("2026-12-01T00:00:00Z") && request.time < timestamp("2026-12-03T00:00:00Z")';

  test.each([
    ["2026-11-30T23:59:59.999Z", false],
    ["2026-12-01T00:00:00Z", true],
    ["2026-12-02T23:59:59.999Z", true],
    ["2026-12-03T00:00:00Z", false],
    ["2026-12-01T01:00:00+02:00", false],
  ])("from one time until another: at %s %s", (at, expected) => {
    expect(may([onSecret(when(between))], { at })).toBe(expected);
  });

  test("asked at no time is an error", () => {
    expect(() => may([onSecret(when(between))], { at: "yesterday" })).toThrow(/is no time/);
  });

  test.each([
    ['resource.name.startsWith("projects/604321987654/secrets/one/")', true],
    ['resource.name.startsWith("projects/a-project/secrets/one/")', false],
    ['resource.name == "projects/604321987654/secrets/one"', false],
    ['resource.type == "secretmanager.googleapis.com/SecretVersion"', true],
    ['resource.type == "secretmanager.googleapis.com/Secret"', false],
    ['resource.service == "secretmanager.googleapis.com"', true],
    ['resource.name.extract("secrets/{name}/versions") == "one"', true],
    ['!(resource.type == "cloudresourcemanager.googleapis.com/Project")', true],
  ])("%s is %s of a version", (expression, expected) => {
    expect(may([onProject(when(expression))])).toBe(expected);
  });

  test.each([
    ['resource.missing == "x"', "an attribute that there is not"],
    ['request.time < timestamp("tomorrow")', "no timestamp"],
    ["resource.name", "no truth value"],
  ])("%s grants nothing: %s", (expression) => {
    expect(may([onProject(when(expression))])).toBe(false);
  });

  test.each([
    ["request.time <", /Unexpected/],
    ['origin.ip == "1.2.3.4"', /Unknown variable: origin/],
    [
      "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/viewer'])",
      /Unknown variable: api/,
    ],
    ['resource.name.matches(".*")', /matches is not known here/],
    ["", /./],
  ])("%s is an error", (expression, error) => {
    expect(() => may([onSecret(when(expression))])).toThrow(error);
  });

  test("of what kind a resource is, is known of secrets and the project alone", () => {
    const grant = onProject({
      role: "roles/pubsub.publisher",
      ...when('resource.name != "x"'),
    });
    const topic = { permission: "pubsub.topics.publish", resource: "projects/a-project/topics/t" };
    expect(() => may([grant], topic)).toThrow(/not known here/);
  });

  test.each([[{ member: "allUsers" }], [{ role: "roles/owner" }]])("%j takes none", (inputs) => {
    expect(() => may([onProject({ ...inputs, ...when("true") })])).toThrow(/takes no condition/);
  });
});

describe("denials", () => {
  const owner = "user:owner@example.com";
  const grants = [onSecret({}), onProject({ member: owner, role: "roles/owner" })];

  test("an owner reads a value until it is denied to him", () => {
    const caller = callerOf(owner);
    expect(may(grants, { caller })).toBe(true);
    expect(may([...grants, denial({})], { caller })).toBe(false);
  });

  test.each([
    [
      [
        "principal://iam.googleapis.com/projects/-/serviceAccounts/app@a-project.iam.gserviceaccount.com",
      ],
      true,
    ],
    [
      [
        "principal://iam.googleapis.com/projects/-/serviceAccounts/x@a-project.iam.gserviceaccount.com",
      ],
      false,
    ],
    [["principal://goog/subject/app@a-project.iam.gserviceaccount.com"], false],
    [[], false],
  ])("exceptions %j: %s", (exceptionPrincipals, expected) => {
    expect(may([...grants, denial({ exceptionPrincipals })])).toBe(expected);
  });

  test("an exception allows nothing by itself", () => {
    const exceptionPrincipals = ["principalSet://goog/group/readers@example.com"];
    const groups = { "group:readers@example.com": [owner] };
    const rule = denial({ exceptionPrincipals });
    expect(may([onSecret({}), rule], { caller: callerOf(owner, groups) })).toBe(false);
    expect(may([...grants, rule], { caller: callerOf(owner, groups) })).toBe(true);
    expect(may([...grants, rule], { caller: callerOf(owner) })).toBe(false);
  });

  test("it denies what it names, to whom it names, where it is", () => {
    const readsOf = (rule: Resources[number]) => may([...grants, rule]);
    expect(readsOf(denial({ deniedPrincipals: ["principal://goog/subject/x@example.com"] }))).toBe(
      true,
    );
    expect(
      readsOf(denial({ deniedPermissions: ["secretmanager.googleapis.com/versions.add"] })),
    ).toBe(true);
    expect(
      readsOf(denial({ exceptionPermissions: ["secretmanager.googleapis.com/versions.access"] })),
    ).toBe(true);
    expect(readsOf(denial({}, "projects/another-project"))).toBe(true);
    expect(readsOf(denial({}, "projects/604321987654"))).toBe(false);
  });

  test.each([
    [{ deniedPermissions: [access] }, /no permission that a deny policy names/],
    [{ deniedPermissions: ["secretmanager.googleapis.com/*"] }, /no permission that a deny/],
    [{ deniedPrincipals: [app] }, /no principal of a deny policy/],
    [{ exceptionPrincipals: ["principalSet://goog/public:all"] }, /cannot be an exception/],
    [{ denialCondition: { expression: "true" } }, /condition is not known here/],
  ])("%j is an error", (rule, error) => {
    expect(() => may([denial(rule)])).toThrow(error);
  });

  test("a parent that is not encoded is an error", () => {
    const parent = "cloudresourcemanager.googleapis.com/projects/a-project";
    const rule = denial({});
    expect(() => may([{ ...rule, inputs: { ...rule.inputs, parent } }])).toThrow(/URL-encoded/);
  });
});

describe("what is not known is an error, and no refusal", () => {
  const role = (permissions: readonly string[]) =>
    made("gcp:projects/iAMCustomRole:IAMCustomRole", {
      ...{ project: "a-project", roleId: "own", permissions },
    });

  test.each([
    ["a role", [onSecret({ role: "roles/secretmanager.reader" })], /no role/],
    [
      "a role of ours that is not there",
      [onSecret({ role: "projects/a-project/roles/x" })],
      /no role/,
    ],
    ["a permission in a role", [role(["secretmanager.versions.read"])], /no permission/],
    ["one of organizations", [role(["resourcemanager.projects.list"])], /no permission/],
    [
      "a binding that takes others' away",
      [made("gcp:secretmanager/secretIamBinding:SecretIamBinding", {})],
      /not known here/,
    ],
    ["a policy", [made("gcp:projects/iAMPolicy:IAMPolicy", {})], /not known here/],
    [
      "a grant on what is not known",
      [made("gcp:cloudrun/iamMember:IamMember", {})],
      /not known here/,
    ],
    [
      "a bucket of nobody's",
      [
        made("gcp:storage/bucketIAMMember:BucketIAMMember", {
          bucket: "logs",
          role: accessor,
          member: app,
        }),
      ],
      /whose is it/,
    ],
    ["another project", [onSecret({ project: "third-project" })], /no project that is known/],
  ])("%s", (_, resources, error) => {
    expect(() => may(resources)).toThrow(error);
  });

  test("a permission that is asked for", () => {
    expect(() => may([], { permission: "secretmanager.versions.read" })).toThrow(/no permission/);
  });
});

describe("extract", () => {
  // The examples of https://cloud.google.com/iam/docs/conditions-attribute-reference#extract
  const name =
    "projects/_/buckets/acme-orders-aaa/objects/data_lake/orders/order_date=2019-11-03/aef87g87ae0876";

  test.each([
    ["/order_date={date}/", "2019-11-03"],
    ["buckets/{name}/", "acme-orders-aaa"],
    ["/orders/{empty}order_date", ""],
    ["{start}/objects/data_lake", "projects/_/buckets/acme-orders-aaa"],
    ["orders/{end}", "order_date=2019-11-03/aef87g87ae0876"],
    ["{all}", name],
    ["/orders/{none}/order_date=", ""],
    ["/orders/order_date=2019-11-03/{id}/data_lake", ""],
  ])("%s gives %j", (template, expected) => {
    expect(extract(name, template)).toBe(expected);
    expect(
      expressionOf(`r.name.extract(${JSON.stringify(template)})`, ["r"])({ r: { name } }),
    ).toBe(expected);
  });

  test.each(["none", "{a}{b}", "{}"])("%s is no template", (template) => {
    expect(() => extract(name, template)).toThrow(/needs one/);
  });
});
