import { preflight } from "../../../stacks/preflight/gcp";
import { changed } from "../../fixtures/changed";
import type { GoogleApis } from "../support/googleApis";
import {
  argsOf,
  containing,
  findingsOf,
  keyIn,
  logBucket,
  max,
  number,
  own,
  ours,
  perimeter,
  pools,
  project,
  rotation,
  secret,
  startProject,
  usable,
} from "../support/gcpProject";

/** On a stand-in for Google's management APIs: that calls are made and answers read as their references have them. */
describe("a project", () => {
  let apis: GoogleApis;
  beforeEach(async () => {
    apis = await startProject();
  });
  afterEach(() => apis.stop());

  const findings = (raw: unknown): Promise<readonly string[]> => findingsOf(raw, apis);

  test("names are free", async () => {
    expect(await findings(max)).toEqual([]);
  });

  test("all is there, and is the stack's own", async () => {
    for (const location of ["europe-west3", "europe-west4"]) {
      apis.put("cloudkms", keyIn(location), usable);
    }
    apis.put("secretmanager", secret, { labels: ours, replication: own, rotation });
    for (const kind of ["oidc", "aws", "azure"]) {
      apis.put("iam", `${pools}/sentinel-prod-${kind}`, { state: "ACTIVE" });
    }
    apis.put("iam", `${pools}/sentinel-prod-oidc/providers/apply`, { state: "ACTIVE" });
    apis.put("logging", logBucket, { lifecycleState: "ACTIVE", locked: true, retentionDays: 400 });
    expect(await findings(max)).toEqual([]);
  });

  test("it is asked for reads alone, and for no value", async () => {
    apis.put("secretmanager", secret, { labels: ours, replication: own, rotation });
    await findings(max);
    expect(apis.calls.length).toBeGreaterThan(15);
    expect(apis.calls.filter((call) => !call.startsWith("GET "))).toEqual([]);
    expect(apis.calls.filter((call) => call.includes(":access"))).toEqual([]);
  });

  test("all that is wrong is told at once", async () => {
    apis.put("secretmanager", secret, { labels: {} });
    apis.put("cloudkms", keyIn("europe-west3"), { ...usable, labels: {} });
    apis.put("iam", `${pools}/sentinel-prod-aws`, { state: "DELETED" });
    apis.put("logging", logBucket, { lifecycleState: "DELETE_REQUESTED" });
    apis.put("accesscontextmanager", perimeter, { status: {} });
    expect(await findings(max)).toHaveLength(5);
  });

  describe("which is not as it has to be", () => {
    test("another number", async () => {
      expect(await findings(changed(max, "gcp.projectNumber", "604321987999"))).toEqual([
        `error: gcp.projectNumber: got 604321987999, and the number of ${project} is ${number}; fix: correct gcp.projectNumber, or gcp.projectId`,
      ]);
    });

    test("waits for its deletion", async () => {
      apis.put("cloudresourcemanager", `projects/${project}`, {
        ...{ name: `projects/${number}`, state: "DELETE_REQUESTED" },
      });
      expect(await findings(max)).toEqual([
        `error: gcp.projectId: the project ${project} waits for its deletion; fix: \`gcloud projects undelete ${project}\`, or name another`,
      ]);
    });

    test("has no billing account", async () => {
      apis.put("cloudbilling", `projects/${project}/billingInfo`, {});
      expect(await findings(max)).toEqual(containing("has no billing account, or a closed one"));
    });

    test("is nobody's, or somebody else's", async () => {
      const other = changed(max, "gcp.projectId", "sentinel-prod-9999");
      expect(await findings(other)).toEqual([
        expect.stringMatching(
          /^error: gcp\.projectId: got sentinel-prod-9999, which does not exist, or in which who is logged in has no role \(403 PERMISSION_DENIED: .*\); fix: correct it, or log in with a role in it$/,
        ),
      ]);
    });
  });

  describe("whose services", () => {
    test("are off, and turned on by somebody else", async () => {
      apis.off.add("sts.googleapis.com").add("cloudkms.googleapis.com");
      expect(await findings(max)).toEqual([]);
      expect(await findings(changed(max, "gcp.apis", "external"))).toEqual([
        `error: cloudkms.googleapis.com, sts.googleapis.com: off in ${project}, and this program does not turn it on; fix: \`gcloud services enable cloudkms.googleapis.com sts.googleapis.com --project ${project}\``,
      ]);
    });

    test("are off that this program never turns on", async () => {
      apis.off.add("accesscontextmanager.googleapis.com").add("orgpolicy.googleapis.com");
      expect(await findings(max)).toEqual(
        containing(
          "accesscontextmanager.googleapis.com, orgpolicy.googleapis.com: off in sentinel-prod-4711, and this",
        ),
      );
      const without = changed(max, "gcp.network", {});
      expect(
        await findings(changed(without, "gcp.access.forbidServiceAccountKeys", false)),
      ).toEqual([]);
    });

    test.each(["cloudresourcemanager", "serviceusage"])(
      "are off, by which others are turned on: %s",
      async (api) => {
        apis.off.add(`${api}.googleapis.com`);
        expect(await findings(max)).toEqual([
          `error: ${api}.googleapis.com: off in ${project}, and the provider needs it before it turns on any service; fix: \`gcloud services enable ${api}.googleapis.com --project ${project}\``,
        ]);
      },
    );

    test("are off in another project, which calls count against", async () => {
      apis.off.add("secretmanager.googleapis.com").add("iam.googleapis.com");
      apis.consumer = "764086051850";
      const told = await findings(max);
      expect(told.every((one) => one.startsWith("error: Google: calls of who is logged in"))).toBe(
        true,
      );
      expect(told).toEqual(
        containing(
          "the project 764086051850, where a service is off (403 PERMISSION_DENIED: secretmanager",
          "fix: set USER_PROJECT_OVERRIDE to true, and calls count against sentinel-prod-4711",
        ),
      );
    });
  });

  test("a token that Google does not take", async () => {
    const { credential, ...rest } = apis.connection();
    credential.setCredentials({ access_token: "sensitive" });
    const [one, ...more] = await preflight(argsOf(max), () => ({ credential, ...rest }));
    expect(one?.message).toMatch(
      /^Google: does not accept who is logged in \(401 UNAUTHENTICATED: .*\); fix: log in again$/,
    );
    expect(one?.message).not.toContain("sensitive");
    expect(more).toEqual([]);
  });

  test("APIs that do not answer", async () => {
    const connection = apis.connection();
    await apis.stop();
    const [one, ...more] = await preflight(argsOf(max), () => connection);
    expect(one?.message).toMatch(
      /^Google: \w+\.googleapis\.com does not answer \(.*ECONNREFUSED.*\); fix: the way to it/,
    );
    expect(one?.message).not.toContain("stand-in-token");
    expect(more).toEqual([]);
    apis = await startProject();
  });

  test("APIs that are busy are asked again, as late as they say, and not for ever", async () => {
    const busy = (retryAfter: string) => ({
      ...{ status: 429, body: { error: { status: "RESOURCE_EXHAUSTED", message: "Quota." } } },
      headers: { "retry-after": retryAfter },
    });
    apis.first.push(busy("1"), { status: 503, body: {} });
    const began = Date.now();
    expect(await findings(max)).toEqual([]);
    expect(Date.now() - began).toBeGreaterThanOrEqual(1000);
    apis.calls.length = 0;
    // All four tries of each of the first two.
    apis.first.push(...Array.from({ length: 8 }, () => busy("0")));
    expect(await findings(max)).toEqual(
      containing(
        "warning: gcp.projectNumber: not checked; the project could not be looked at (429 RESOURCE_EXHAUSTED: Quota.)",
        "warning: whether the services of sentinel-prod-4711 are on: not checked (429 RESOURCE",
      ),
    );
    expect(apis.calls.filter((call) => call.includes("cloudresourcemanager v3"))).toHaveLength(4);
  });

  describe("whose regions", () => {
    test("are misspelled: one word on each, with the nearest", async () => {
      const raw = changed(
        changed(max, "gcp.secrets.locations", ["europe-west3", "europe-west44"]),
        "gcp.location",
        "europe-wets3",
      );
      expect(await findings(raw)).toEqual([
        "error: gcp.location: got europe-wets3, where Secret Manager is not; allowed: europe-west1, europe-west3, europe-west4; fix: set it to europe-west3",
        "error: gcp.secrets.locations.1: got europe-west44, where Secret Manager is not; allowed: europe-west1, europe-west3, europe-west4; fix: set it to europe-west4",
      ]);
      // Nor is it asked at an address that a region has that is none.
      expect(apis.calls.filter((call) => call.includes("europe-wets3.rep"))).toEqual([]);
    });

    test("a service does not have", async () => {
      for (const api of ["secretmanager", "logging"]) {
        apis.put(api, `projects/${project}/locations/me-west1`);
      }
      const raw = changed(max, "gcp.secrets.locations", ["europe-west3", "me-west1"]);
      expect(await findings(raw)).toEqual(
        containing("gcp.secrets.locations.1: got me-west1, where Cloud KMS is not; allowed:"),
      );
      expect(await findings(changed(max, "gcp.audit.bucket.location", "me-west2"))).toEqual(
        containing("gcp.audit.bucket.location: got me-west2, where Cloud Logging is not"),
      );
    });

    test("have no hardware for keys", async () => {
      const raw = changed(max, "gcp.secrets.locations", ["europe-west1"]);
      expect(await findings(raw)).toEqual([
        "error: gcp.encryption.protection: got hsm, and Cloud KMS has none in europe-west1; fix: set it to software, or choose another region (gcp.secrets.locations.0)",
      ]);
      expect(await findings(changed(raw, "gcp.encryption.protection", "software"))).toEqual([]);
    });

    test("all services have, and no key is made in", async () => {
      const raw = changed(max, "gcp.encryption", { mode: "google" });
      await findings(raw);
      expect(apis.calls.filter((call) => call.includes("cloudkms"))).toEqual([
        expect.stringContaining("services:batchGet"),
      ]);
    });
  });

  test("who may look at little is told what was not looked at, and is not stopped", async () => {
    apis.refuse = (_, path) => !path.includes("services:batchGet");
    const told = await findings(max);
    expect(told.filter((one) => !one.startsWith("warning: "))).toEqual([]);
    for (const part of [
      "gcp.projectNumber: not checked; the project could not be looked at (403 PERMISSION_DENIED",
      "the regions of Secret Manager: not checked",
      "the regions of Cloud KMS: not checked",
      "openai-api-key: not checked (403 PERMISSION_DENIED",
      "whether there are regional secrets of these names: not checked",
      `${keyIn("europe-west3")}: not checked`,
      "sentinel-prod-aws: not checked",
      "promptsentinel-prod-audit: not checked",
      `gcp.network.perimeter ${perimeter}: not checked`,
    ]) {
      expect(told).toContainEqual(expect.stringContaining(part));
    }
    expect(told.every((one) => /; it needs [\w.]+/.test(one))).toBe(true);
  });

  test("who sees no project, and turns no service on, is not stopped either", async () => {
    apis.refuse = (api) => ["cloudresourcemanager", "serviceusage"].includes(api);
    expect(await findings(changed(max, "gcp.apis", "external"))).toEqual(
      containing(
        "warning: gcp.projectNumber: not checked",
        `warning: whether the services of ${project} are on: not checked`,
      ),
    );
  });
});
