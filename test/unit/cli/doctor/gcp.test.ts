import type { Check } from "../../../../cli/doctor/check";
import { gcp } from "../../../../cli/doctor/gcp";
import type { ManagementAnswer } from "../../../../stores/gcp/management";
import type { Place } from "../../../../stores/store";

/** What the management API answers, by the end of the path. */
let answers: Readonly<Record<string, ManagementAnswer>> = {};
let signsIn = true;
/** The secrets that have a value. */
let stored: readonly string[] = [];

jest.mock("../../../../cli/doctor/reach", () => ({
  reach: () => Promise.resolve({ status: 404, ahead: 0, certificate: { refusal: undefined } }),
}));
jest.mock("google-auth-library", () => ({
  ...jest.requireActual<object>("google-auth-library"),
  GoogleAuth: class {
    getClient() {
      return Promise.resolve({
        credentials: { expiry_date: Date.now() + 1800 * 1000 },
        getAccessToken: () =>
          signsIn ? Promise.resolve({}) : Promise.reject(new Error("no credentials were found")),
        request: ({ url }: { url: string }) => {
          const [, answer] = Object.entries(answers).find(([end]) => url.endsWith(end)) ?? [];
          return Promise.resolve({ status: answer?.status ?? 404, data: answer?.body ?? {} });
        },
      });
    }
  },
}));
jest.mock("../../../../stores", () => ({
  stores: {
    gcp: () => () => ({
      name: "gcp",
      describe: ({ locator }: Place) =>
        Promise.resolve({ present: stored.includes(locator["name"] ?? "") }),
      close: () => Promise.resolve(),
    }),
  },
}));

const looked = async (env: NodeJS.ProcessEnv = { GCP_PROJECT_ID: "prompt-sentinel-dev" }) => {
  const checks = await gcp({
    wiring: undefined,
    env,
    at: " --stack dev",
    dir: "",
    note: () => undefined,
  });
  return (name: Check["check"], key?: string): Check | undefined =>
    checks.find(({ check, ...one }) => check === name && (key === undefined || one.key === key));
};

beforeEach(() => {
  signsIn = true;
  stored = ["openai-api-key"];
  answers = {
    "/secrets": {
      status: 200,
      body: { secrets: [{ name: "projects/1/secrets/anthropic-key" }] },
    },
    ":getIamPolicy": { status: 200, body: {} },
  };
});

test("without a project nothing is asked", async () => {
  const of = await looked({});
  expect(of("address")).toMatchObject({
    status: "failed",
    message: expect.stringContaining("GCP_PROJECT_ID is not set") as string,
  });
  expect(of("key present")).toMatchObject({ status: "skipped" });
});

test("nobody is signed in", async () => {
  signsIn = false;
  const of = await looked();
  expect(of("credentials")).toMatchObject({
    ...{ status: "failed", message: "nobody is signed in (no credentials were found)" },
    fix: expect.stringContaining("gcloud auth application-default login") as string,
  });
  expect(of("policy")).toMatchObject({ status: "skipped" });
});

test("names the secret that is meant, and says when reads are not recorded", async () => {
  const of = await looked();
  expect(of("token")).toMatchObject({
    message: "good for 30 min, and then another is asked for",
  });
  expect(of("key present", "OPENAI_API_KEY")).toMatchObject({ status: "ok" });
  expect(of("name", "ANTHROPIC_API_KEY")).toMatchObject({
    status: "failed",
    message: 'the application looks at anthropic-api-key; there is "anthropic-key"',
    fix: "`promptsentinel-secrets secrets put anthropic --to gcp --stack dev`, and delete that one",
  });
  expect(of("name", "GEMINI_API_KEY")).toMatchObject({ status: "ok" });
  expect(of("audit")).toMatchObject({
    ...{ status: "failed", message: "the project does not record reads of values" },
  });
});

test.each(["allServices", "secretmanager.googleapis.com"])(
  "reads of %s are recorded",
  async (service) => {
    const auditConfigs = [{ service, auditLogConfigs: [{ logType: "DATA_READ" }] }];
    answers = { ...answers, ":getIamPolicy": { status: 200, body: { auditConfigs } } };
    expect((await looked())("audit")).toMatchObject({ status: "ok" });
  },
);

test("who may not look is told so, with the command for whoever may", async () => {
  answers = { "/secrets": { status: 403, body: {} }, ":getIamPolicy": { status: 403, body: {} } };
  const of = await looked();
  expect(of("name")).toMatchObject({
    status: "not visible to you",
    fix: "have an administrator run `gcloud secrets list --project=prompt-sentinel-dev`",
  });
  expect(of("audit")).toMatchObject({
    status: "not visible to you",
    fix: expect.stringContaining("gcloud projects get-iam-policy prompt-sentinel-dev") as string,
  });
});
