import { parseConfig } from "../../../infra/config";
import type { Pending, PlatformArgs } from "../../../infra/contracts/platform";
import type { GcpSettings } from "../../../infra/gcp/settings";
import { platforms } from "../../../stacks/platforms";
import { existingId } from "../../../stacks/recovery/gcp";
import { changed } from "../../fixtures/changed";
import { deploy } from "../../fixtures/deploy";
import { max } from "../../fixtures/gcp";
import { startGoogleApis, type GoogleApis } from "../support/googleApis";

const project = "sentinel-prod-4711";
const number = "604321987655";
const p = `projects/${project}`;
const secret = `${p}/secrets/openai-api-key`;
const regional = `${p}/locations/europe-west3/secrets/openai-api-key`;
const ring = `${p}/locations/europe-west3/keyRings/one`;
const account = `${p}/serviceAccounts/one@${project}.iam.gserviceaccount.com`;
const pool = `${p}/locations/global/workloadIdentityPools/one`;
const denied = "cloudresourcemanager.googleapis.com%2Fprojects%2F604321987655";
const policy = `${p}/policies/iam.managed.disableServiceAccountKeyCreation`;
const perimeter = "accessPolicies/604321987656/servicePerimeters/secrets";
const member = `serviceAccount:app@${project}.iam.gserviceaccount.com`;

type Inputs = Pending["inputs"];

/** What a creation was asked for, where it is, and its id: written by hand. */
interface Made {
  readonly inputs: Inputs;
  /** The API, and the name that it has there. */
  readonly at: readonly [api: string, name: string];
  readonly id: string;
  /** What it is as long as it is there. */
  readonly body?: object;
  /** What it is once it is not. */
  readonly gone?: object;
}

/** By the provider's code, as at each: https://github.com/hashicorp/terraform-provider-google/tree/main/google/services */
const made: Readonly<Record<string, Made>> = {
  "secretmanager/secret:Secret": {
    inputs: { project, secretId: "openai-api-key" },
    at: ["secretmanager", secret],
    id: secret,
  },
  "secretmanager/regionalSecret:RegionalSecret": {
    inputs: { project, secretId: "openai-api-key", location: "europe-west3" },
    at: ["secretmanager.europe-west3.rep", regional],
    id: regional,
  },
  "kms/keyRing:KeyRing": {
    inputs: { project, location: "europe-west3", name: "one" },
    at: ["cloudkms", ring],
    id: ring,
  },
  "kms/cryptoKey:CryptoKey": {
    inputs: { keyRing: ring, name: "secrets" },
    at: ["cloudkms", `${ring}/cryptoKeys/secrets`],
    id: `${ring}/cryptoKeys/secrets`,
  },
  "pubsub/topic:Topic": {
    inputs: { project, name: "one" },
    at: ["pubsub", `${p}/topics/one`],
    id: `${p}/topics/one`,
  },
  "pubsub/subscription:Subscription": {
    inputs: { project, name: "one" },
    at: ["pubsub", `${p}/subscriptions/one`],
    id: `${p}/subscriptions/one`,
  },
  "serviceaccount/account:Account": {
    inputs: { project, accountId: "one" },
    at: ["iam", account],
    id: account,
  },
  "iam/workloadIdentityPool:WorkloadIdentityPool": {
    inputs: { project, workloadIdentityPoolId: "one" },
    at: ["iam", pool],
    id: pool,
    body: { state: "ACTIVE" },
    gone: { state: "DELETED" },
  },
  "iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": {
    inputs: {
      ...{ project, workloadIdentityPoolId: "one", workloadIdentityPoolProviderId: "apply" },
    },
    at: ["iam", `${pool}/providers/apply`],
    id: `${pool}/providers/apply`,
    body: { state: "ACTIVE" },
    gone: { state: "DELETED" },
  },
  "projects/service:Service": {
    inputs: { project, service: "sts.googleapis.com" },
    at: ["serviceusage", `${p}/services/sts.googleapis.com`],
    id: `${project}/sts.googleapis.com`,
    body: { state: "ENABLED" },
    gone: { state: "DISABLED" },
  },
  "projects/iAMCustomRole:IAMCustomRole": {
    inputs: { project, roleId: "one" },
    at: ["iam", `${p}/roles/one`],
    id: `${p}/roles/one`,
    gone: { deleted: true },
  },
  "logging/projectBucketConfig:ProjectBucketConfig": {
    inputs: { project, location: "europe-west3", bucketId: "one" },
    at: ["logging", `${p}/locations/europe-west3/buckets/one`],
    id: `${p}/locations/europe-west3/buckets/one`,
    body: { lifecycleState: "ACTIVE" },
    gone: { lifecycleState: "DELETE_REQUESTED" },
  },
  "logging/projectSink:ProjectSink": {
    inputs: { project, name: "one" },
    at: ["logging", `${p}/sinks/one`],
    id: `${p}/sinks/one`,
  },
  "logging/metric:Metric": {
    inputs: { project, name: "one" },
    at: ["logging", `${p}/metrics/one`],
    id: "one",
  },
  "storage/bucket:Bucket": {
    inputs: { project, name: "one" },
    at: ["storage", "b/one"],
    id: "one",
    body: { projectNumber: number },
    // Another's of the name.
    gone: { projectNumber: "604321987999" },
  },
  "bigquery/dataset:Dataset": {
    inputs: { project, datasetId: "one" },
    at: ["bigquery", `${p}/datasets/one`],
    id: `${p}/datasets/one`,
  },
  "iam/denyPolicy:DenyPolicy": {
    inputs: { parent: denied, name: "one" },
    at: ["iam", `policies/${denied}/denypolicies/one`],
    id: `${denied}/one`,
  },
  "orgpolicy/policy:Policy": {
    inputs: { parent: p, name: policy },
    at: ["orgpolicy", policy],
    id: policy,
  },
  "accesscontextmanager/servicePerimeterResource:ServicePerimeterResource": {
    inputs: { perimeterName: perimeter, resource: `projects/${number}` },
    at: ["accesscontextmanager", perimeter],
    id: `${perimeter}/projects/${number}`,
    body: { status: { resources: ["projects/1", `projects/${number}`] } },
    gone: { status: { resources: [`projects/${number}0`] } },
  },
};

const role = "roles/one";
const bound = (inputs: Inputs, api: string, of: string, id = of): Made => ({
  inputs: { ...inputs, role, member },
  at: [api, `${of}:getIamPolicy`],
  id: `${id}/${role}/${member}`,
});

/** Bindings, by what they are on. */
const bindings: Readonly<Record<string, Made>> = {
  "secretmanager/secretIamMember:SecretIamMember": bound(
    { project, secretId: "openai-api-key" },
    "secretmanager",
    secret,
  ),
  "secretmanager/regionalSecretIamMember:RegionalSecretIamMember": bound(
    { project, secretId: "openai-api-key", location: "europe-west3" },
    "secretmanager.europe-west3.rep",
    regional,
  ),
  "kms/cryptoKeyIAMMember:CryptoKeyIAMMember": bound(
    { cryptoKeyId: `${ring}/cryptoKeys/secrets` },
    "cloudkms",
    `${ring}/cryptoKeys/secrets`,
  ),
  "pubsub/topicIAMMember:TopicIAMMember": bound(
    { project, topic: "one" },
    "pubsub",
    `${p}/topics/one`,
  ),
  "serviceaccount/iAMMember:IAMMember": bound({ serviceAccountId: account }, "iam", account),
  "projects/iAMMember:IAMMember": bound({ project }, "cloudresourcemanager", p, project),
  "storage/bucketIAMMember:BucketIAMMember": {
    ...bound({ bucket: "one" }, "storage", "b/one"),
    at: ["storage", "b/one/iam"],
  },
};

const audits = "gcp:projects/iAMAuditConfig:IAMAuditConfig";
const dataset = "gcp:bigquery/datasetIamMember:DatasetIamMember";
const alert = "gcp:monitoring/alertPolicy:AlertPolicy";
const channel = "gcp:monitoring/notificationChannel:NotificationChannel";
const agent = "gcp:projects/serviceIdentity:ServiceIdentity";

/** On a stand-in for Google's management APIs. */
describe("what a cut-off run may have made", () => {
  const { environment, ci, platforms: enabled } = parseConfig(max, platforms);
  const args: PlatformArgs<GcpSettings> = {
    ...{ environment, ci },
    settings: enabled[0]?.settings as GcpSettings,
  };
  let apis: GoogleApis;
  beforeEach(async () => {
    apis = await startGoogleApis({ project, number });
  });
  afterEach(() => apis.stop());

  const id = (type: string, inputs: Inputs): Promise<string | undefined> =>
    existingId({ type, inputs }, args, () => apis.connection());

  test("is of a type in these tables, all that stacks with every setting register", async () => {
    const stacks = [max, changed(max, "gcp.secrets", { replication: "regional" })];
    const deployed = await Promise.all(stacks.map((raw) => deploy(parseConfig(raw, platforms))));
    const types = deployed
      .flatMap(({ resources }) => resources)
      .filter(({ custom, type }) => custom && type.startsWith("gcp:"))
      .map(({ type }) => type);
    const known = Object.keys({ ...made, ...bindings }).map((type) => `gcp:${type}`);
    const apart = [audits, dataset, alert, channel, agent];
    expect([...new Set(types)].sort()).toStrictEqual([...known, ...apart].sort());
  });

  test.each(Object.entries(made))(
    "%s: is found by its id, and not without it",
    async (type, { inputs, at: [api, name], id: expected, body, gone }) => {
      expect(await id(`gcp:${type}`, inputs)).toBeUndefined();
      apis.put(api, name, { ...body });
      expect(await id(`gcp:${type}`, inputs)).toBe(expected);
      expect(apis.calls).toHaveLength(2);
      expect(apis.calls.every((call) => call.startsWith("GET "))).toBe(true);
      if (gone === undefined) return;
      apis.put(api, name, { ...gone });
      expect(await id(`gcp:${type}`, inputs)).toBeUndefined();
    },
  );

  test.each(Object.entries(bindings))(
    "%s: is that of the role and the member",
    async (type, { inputs, at: [api, name], id: expected }) => {
      expect(await id(`gcp:${type}`, inputs)).toBeUndefined();
      for (const others of [
        [],
        [{ role, members: [`user:${member}`] }],
        [{ role: "roles/two", members: [member] }],
        [{ role, members: [member], condition: { title: "t", expression: "true" } }],
      ]) {
        apis.put(api, name, { bindings: others });
        expect(await id(`gcp:${type}`, inputs)).toBeUndefined();
      }
      // Google writes addresses in its own case.
      const members = ["user:a@example.com", member.toUpperCase()];
      apis.put(api, name, {
        bindings: [
          { role: "roles/two", members },
          { role, members },
        ],
      });
      expect(await id(`gcp:${type}`, inputs)).toBe(expected);
    },
  );

  test.each(Object.entries(bindings))(
    "%s: is that of the condition too",
    async (type, { inputs, at: [api, name], id: expected }) => {
      const condition = { title: "breakGlass", description: "Until then", expression: "a < b" };
      const asked = { ...inputs, condition };
      for (const other of [{ expression: "a > b" }, { title: "other" }, { description: "" }]) {
        apis.put(api, name, {
          bindings: [{ role, members: [member], condition: { ...condition, ...other } }],
        });
        expect(await id(`gcp:${type}`, asked)).toBeUndefined();
      }
      apis.put(api, name, { bindings: [{ role, members: [member], condition }] });
      expect(await id(`gcp:${type}`, asked)).toBe(`${expected}/breakGlass/Until then/a < b`);
    },
  );

  test("a service's audit: that of every kind of event that is asked for", async () => {
    const service = "secretmanager.googleapis.com";
    const kinds = (...types: readonly string[]) => types.map((logType) => ({ logType }));
    const inputs = { project, service, auditLogConfigs: kinds("ADMIN_READ", "DATA_READ") };
    const put = (...auditConfigs: readonly object[]): void => {
      apis.put("cloudresourcemanager", `${p}:getIamPolicy`, { auditConfigs });
    };
    put();
    expect(await id(audits, inputs)).toBeUndefined();
    put({ service, auditLogConfigs: kinds("ADMIN_READ", "DATA_WRITE") });
    expect(await id(audits, inputs)).toBeUndefined();
    put({ service: "allServices", auditLogConfigs: kinds("ADMIN_READ", "DATA_READ") });
    expect(await id(audits, inputs)).toBeUndefined();
    put({ service, auditLogConfigs: kinds("DATA_WRITE", "DATA_READ", "ADMIN_READ") });
    expect(await id(audits, inputs)).toBe(`${project}/audit_config/${service}`);
  });

  test("a dataset's binding: of its own list, by its own names of roles", async () => {
    const at = `${p}/datasets/one`;
    const email = member.replace("serviceAccount:", "");
    const inputs = { project, datasetId: "one", role: "roles/bigquery.dataEditor", member };
    expect(await id(dataset, inputs)).toBeUndefined();
    for (const one of [
      { role: "READER", userByEmail: email },
      { role: "WRITER", groupByEmail: email },
      { role: "WRITER", userByEmail: `other-${email}` },
    ]) {
      apis.put("bigquery", at, { access: [{ role: "OWNER", specialGroup: "projectOwners" }, one] });
      expect(await id(dataset, inputs)).toBeUndefined();
    }
    apis.put("bigquery", at, { access: [{ role: "WRITER", userByEmail: email }] });
    expect(await id(dataset, inputs)).toBe(`${at}/roles/bigquery.dataEditor/${member}`);
  });

  test.each([
    [alert, "alertPolicies", {}],
    [channel, "notificationChannels", { type: "email" }],
  ])("%s: is the one of its name and labels, over all pages", async (type, list, more) => {
    const inputs = {
      project,
      displayName: "one",
      userLabels: { app: "a", stage: "prod" },
      ...more,
    };
    const put = (at: string, body: object): void => {
      apis.put("monitoring", `${p}/${list}/${at}`, { ...more, ...body });
    };
    expect(await id(type, inputs)).toBeUndefined();
    put("1", { displayName: "two", userLabels: { stage: "prod", app: "a" } });
    put("2", { displayName: "one", userLabels: { stage: "dev", app: "a" } });
    put("3", { displayName: "one" });
    expect(await id(type, inputs)).toBeUndefined();
    put("4", { displayName: "one", userLabels: { stage: "prod", app: "a" } });
    expect(await id(type, inputs)).toBe(`${p}/${list}/4`);
    put("5", { displayName: "one", userLabels: { stage: "prod", app: "a" } });
    await expect(id(type, inputs)).rejects.toThrow(
      `there are 2 of this name, ${p}/${list}/4, ${p}/${list}/5; fix: delete`,
    );
  });

  test("Secret Manager's own account is given back when it is asked for again", async () => {
    expect(await id(agent, { project, service: "secretmanager.googleapis.com" })).toBeUndefined();
    expect(apis.calls).toEqual([]);
  });

  test("who may not look forgets nothing", async () => {
    apis.refuse = () => true;
    const asked = new Map<string, Inputs>([
      ...Object.entries({ ...made, ...bindings }).map(([type, { inputs }]): [string, Inputs] => [
        `gcp:${type}`,
        inputs,
      ]),
      [alert, { project, displayName: "one" }],
      [channel, { project, displayName: "one" }],
      [dataset, { project, datasetId: "one", role, member }],
      [audits, { project, service: "sts.googleapis.com" }],
    ]);
    for (const [type, inputs] of asked) {
      await expect(id(type, inputs)).rejects.toThrow("403 PERMISSION_DENIED");
    }
  });

  test("what has an input that nobody knows is not looked for at another place", async () => {
    await expect(id("gcp:kms/cryptoKey:CryptoKey", { keyRing: ring })).rejects.toThrow(
      "name is not known",
    );
    expect(apis.calls).toEqual([]);
  });
});
