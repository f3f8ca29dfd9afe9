import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import execa from "execa";
import { projectRoot } from "../../../sandbox/session";
import { startGoogleApis, type GoogleApis } from "../support/googleApis";

const project = "sentinel-prod-4711";

/** In a process of its own, with nothing of this machine's: a stand-in gives the tokens. */
describe("who is logged in", () => {
  let apis: GoogleApis;
  let dir: string;
  beforeAll(async () => {
    apis = await startGoogleApis({ project, number: "604321987655", token: "stand-in" });
    dir = await mkdtemp(join(tmpdir(), "secrets-test-"));
    await writeFile(join(dir, "token"), "of-the-pipeline");
    await writeFile(join(dir, "access-token"), "from-a-file\n");
    await writeFile(join(dir, "federated.json"), JSON.stringify(federated("token")));
  });
  afterAll(async () => {
    await apis.stop();
    await rm(dir, { recursive: true });
  });

  /** As a pipeline's login writes it. https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines */
  const federated = (file: string) => ({
    type: "external_account",
    audience:
      "//iam.googleapis.com/projects/604321987655/locations/global/workloadIdentityPools/p/providers/pipeline",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: `${apis.origin}/sts/v1/token`,
    credential_source: { file: join(dir, file) },
    // Of its own file, which the provider does not take it from.
    quota_project_id: "of-somebody",
  });
  const account = "apply@sentinel-prod-4711.iam.gserviceaccount.com";
  const becoming = (): object => ({
    ...federated("token"),
    service_account_impersonation_url: `${apis.origin}/iamcredentials/v1/projects/-/serviceAccounts/${account}:generateAccessToken`,
  });
  const ask = async (env: Readonly<Record<string, string>>): Promise<unknown> => {
    const file = join("test", "e2e", "support", "gcpToken.ts");
    const { stdout } = await execa("node", ["--import", "tsx", file], {
      cwd: projectRoot,
      extendEnv: false,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: dir,
        METADATA_SERVER_DETECTION: "none",
        ...env,
      },
    });
    return JSON.parse(stdout);
  };
  const none = { quotaProject: "none" };

  test.each<[string, () => Readonly<Record<string, string>>, object]>([
    [
      "a token comes before a credential",
      () => ({ GOOGLE_OAUTH_ACCESS_TOKEN: "given", GOOGLE_CREDENTIALS: "{}" }),
      { token: "given", ...none },
    ],
    [
      "a token in a file",
      () => ({ GOOGLE_OAUTH_ACCESS_TOKEN: "~/access-token" }),
      { token: "from-a-file", ...none },
    ],
    [
      "a credential's text, and the first of its variables",
      () => ({
        GOOGLE_CREDENTIALS: JSON.stringify(becoming()),
        GCLOUD_KEYFILE_JSON: JSON.stringify(federated("token")),
      }),
      { token: "stand-in", ...none },
    ],
    [
      "a credential's file",
      () => ({ GOOGLE_CLOUD_KEYFILE_JSON: "~/federated.json" }),
      { token: "federated", ...none },
    ],
    [
      "the last of its variables",
      () => ({ GCLOUD_KEYFILE_JSON: join(dir, "federated.json") }),
      { token: "federated", ...none },
    ],
    [
      "application default credentials",
      () => ({ GOOGLE_APPLICATION_CREDENTIALS: join(dir, "federated.json") }),
      { token: "federated", ...none },
    ],
    [
      "a machine of Google's own",
      () => ({
        GCE_METADATA_HOST: apis.origin.replace("http://", ""),
        METADATA_SERVER_DETECTION: "assume-present",
      }),
      { token: "stand-in", ...none },
    ],
    [
      "calls count against the project",
      () => ({ GOOGLE_OAUTH_ACCESS_TOKEN: "given", USER_PROJECT_OVERRIDE: "true" }),
      { token: "given", quotaProject: project },
    ],
    [
      "calls count against another one",
      () => ({
        GOOGLE_OAUTH_ACCESS_TOKEN: "given",
        USER_PROJECT_OVERRIDE: "1",
        GOOGLE_BILLING_PROJECT: "billed-4711",
      }),
      { token: "given", quotaProject: "billed-4711" },
    ],
  ])("%s", async (_, env, expected) => {
    expect(await ask(env())).toEqual(expected);
  });

  test("nobody", async () => {
    expect(await ask({})).toEqual({
      failure: expect.stringContaining("Could not load the default credentials") as string,
    });
  });

  test("a credential that is none is not told", async () => {
    const answer = JSON.stringify(await ask({ GOOGLE_CREDENTIALS: '{"private_key": sensitive' }));
    expect(answer).toContain(
      "GOOGLE_CREDENTIALS: is neither a file that can be read nor a credential in JSON",
    );
    expect(answer).not.toContain("sensitive");
  });

  test("a token that is not accepted, and is not told", async () => {
    await writeFile(join(dir, "wrong"), "sensitive");
    const answer = JSON.stringify(
      await ask({ GOOGLE_CREDENTIALS: JSON.stringify(federated("wrong")) }),
    );
    expect(answer).toContain("invalid_grant");
    expect(answer).not.toContain("sensitive");
  });
});
