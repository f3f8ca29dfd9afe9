import { parseConfig } from "../../../infra/config";
import type { GcpSettings } from "../../../infra/gcp/settings";
import { platforms } from "../../../stacks/platforms";
import { preflight } from "../../../stacks/preflight/gcp";
import { credentialOf } from "../../../stores/gcp/credential";
import { changed } from "../../fixtures/changed";
import { max as withExamples } from "../../fixtures/gcp";

/** With a perimeter that is somebody's. */
const max = changed(
  withExamples,
  "gcp.network.perimeter",
  "accessPolicies/604321987656/servicePerimeters/secrets",
);

const asked = new Error("somebody was asked");
const findings = async (raw: unknown) => {
  const { environment, ci, platforms: enabled } = parseConfig(raw, platforms);
  const args = { environment, ci, settings: enabled[0]?.settings as GcpSettings };
  return preflight(args, () => {
    throw asked;
  });
};

/** The whole config with one identifier of Google's documentation in place of another. */
const withText = (from: string, to: string): unknown =>
  JSON.parse(JSON.stringify(max).replaceAll(from, to));

test("an example project is refused, wherever it stands, before anybody is asked", async () => {
  const found = await findings(withText("sentinel-prod-4711", "example-project"));
  expect(found.map(({ message }) => message.split(":")[0])).toEqual([
    "gcp.projectId",
    "gcp.access.rotator.principals.function.member",
  ]);
  for (const { severity, message } of found) {
    expect(severity).toBe("error");
    expect(message).toMatch(/an example of Google's documentation; fix: fill in your own$/);
  }
});

/** https://cloud.google.com/iam/docs/principal-identifiers, https://cloud.google.com/resource-manager/docs/creating-managing-projects and others use these. */
test.each([
  ["projectId", "my-project"],
  ["projectId", "my-project-id"],
  ["projectId", "my-project-123"],
  ["projectId", "your-project-id"],
  ["projectId", "example-project-1234"],
  ["projectNumber", "123456789012"],
  ["projectNumber", "1234567890"],
  ["network.perimeter", "accessPolicies/1234567890/servicePerimeters/secrets"],
  ["access.app.gke.project", "my-project"],
  ["access.app.aws.accountId", "123456789012"],
  ["access.app.aws.accountId", "111122223333"],
  ["access.app.azure.tenantId", "00000000-0000-0000-0000-000000000000"],
  ["access.app.azure.tenantId", "aaaabbbb-0000-cccc-1111-dddd2222eeee"],
  ["access.app.azure.audience", "api://contoso-gcp"],
  ["access.operator.principals.platform.member", "group:platform@example.com"],
  ["access.operator.principals.platform.member", "group:platform@altostrat.com"],
  [
    "access.operator.principals.platform.member",
    "serviceAccount:operator@my-project.iam.gserviceaccount.com",
  ],
  ["alerts.subscribers.on-call.email", "on-call@example.com"],
  ["pipeline.apply.subjects.0", "repo:octo-org/octo-repo:environment:prod"],
])("so is an example of %s: %s", async (setting, example) => {
  const [one, ...more] = await findings(changed(max, `gcp.${setting}`, example));
  expect(one?.message).toContain(`gcp.${setting}: got ${example}`);
  expect(more).toEqual([]);
});

test("so is one in the name of a key", async () => {
  const keys = Object.fromEntries(
    ["europe-west3", "europe-west4"].map((one) => [
      one,
      `projects/my-project/locations/${one}/keyRings/r/cryptoKeys/k`,
    ]),
  );
  const found = await findings(changed(max, "gcp.encryption", { mode: "external", keys }));
  expect(found).toHaveLength(2);
});

test("what is no example goes on, to whoever is logged in", async () => {
  for (const raw of [
    max,
    withText("sentinel-prod-4711", "my-projects-4711"),
    withText("sentinel-prod-4711", "notmy-project"),
    withText("604321987655", "123456789013"),
  ]) {
    const [one, ...more] = await findings(raw);
    expect(one?.message).toBe(
      "Google: nobody is logged in (somebody was asked); fix: log in (`gcloud auth application-default login`, or GOOGLE_APPLICATION_CREDENTIALS in a pipeline) and run this again",
    );
    expect(more).toEqual([]);
  }
});

test("who is to become another does, and is asked for with his own token", async () => {
  const calls: (readonly [url: string, authorization: string | null])[] = [];
  const fetchImplementation: typeof fetch = (url, init) => {
    calls.push([
      url instanceof URL ? url.href : "",
      new Headers(init?.headers).get("authorization"),
    ]);
    const body = { accessToken: "of-the-other", expireTime: "2100-01-01T00:00:00Z" };
    return Promise.resolve(Response.json(body));
  };
  const client = await credentialOf(
    { projectId: "sentinel-prod-4711" },
    { GOOGLE_OAUTH_ACCESS_TOKEN: "own", GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: "apply@p.example" },
    { transporterOptions: { fetchImplementation } },
  );
  expect(await client.getAccessToken()).toMatchObject({ token: "of-the-other" });
  expect(calls).toEqual([
    [
      "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/apply@p.example:generateAccessToken",
      "Bearer own",
    ],
  ]);
});
