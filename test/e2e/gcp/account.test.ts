import { parseConfig } from "../../../infra/config";
import type { Finding, PlatformArgs } from "../../../infra/contracts/platform";
import type { GcpSettings } from "../../../infra/gcp/settings";
import { platforms } from "../../../stacks/platforms";
import { preflight } from "../../../stacks/preflight/gcp";
import { changed } from "../../fixtures/changed";
import { max as withExamples, min } from "../../fixtures/gcp";
import { startGoogleApis, type GoogleApis } from "../support/googleApis";

const project = "sentinel-prod-4711";
const number = "604321987655";
const perimeter = "accessPolicies/604321987656/servicePerimeters/secrets";
const max = changed(withExamples, "gcp.network.perimeter", perimeter);

const ours = { app: "promptsentinel", stage: "prod", "managed-by": "pulumi" };
const ring = (location: string): string =>
  `projects/${project}/locations/${location}/keyRings/promptsentinel-prod-secrets`;
const keyIn = (location: string): string => `${ring(location)}/cryptoKeys/secrets`;
const secret = `projects/${project}/secrets/openai-api-key`;
const pools = `projects/${project}/locations/global/workloadIdentityPools`;
const logBucket = `projects/${project}/locations/europe-west3/buckets/promptsentinel-prod-audit`;

/** Where the stack's own secrets keep their values. */
const replicas = (keys: readonly (string | undefined)[], locations: readonly string[]) => ({
  userManaged: {
    replicas: locations.map((location, at) => ({
      location,
      ...(keys[at] === undefined ? {} : { customerManagedEncryption: { kmsKeyName: keys[at] } }),
    })),
  },
});
const own = replicas(
  [keyIn("europe-west3"), keyIn("europe-west4")],
  ["europe-west3", "europe-west4"],
);

const usable = {
  purpose: "ENCRYPT_DECRYPT",
  primary: { name: `${keyIn("europe-west3")}/cryptoKeyVersions/2`, state: "ENABLED" },
  versionTemplate: { protectionLevel: "HSM" },
  labels: ours,
};

const argsOf = (raw: unknown): PlatformArgs<GcpSettings> => {
  const { environment, ci, platforms: enabled } = parseConfig(raw, platforms);
  return { environment, ci, settings: enabled[0]?.settings as GcpSettings };
};

/** On a stand-in for Google's management APIs: that calls are made and answers read as their references have them. */
describe("a project", () => {
  let apis: GoogleApis;
  beforeEach(async () => {
    apis = await startGoogleApis({ project, number });
    apis.put("accesscontextmanager", perimeter, {
      status: { restrictedServices: ["secretmanager.googleapis.com"] },
    });
  });
  afterEach(() => apis.stop());

  const found = (raw: unknown): Promise<readonly Finding[]> =>
    preflight(argsOf(raw), () => apis.connection());
  const findings = async (raw: unknown): Promise<readonly string[]> =>
    (await found(raw)).map(({ severity, message }) => `${severity}: ${message}`);
  const containing = (...texts: readonly string[]): readonly unknown[] =>
    texts.map((text) => expect.stringContaining(text) as unknown);

  test("names are free", async () => {
    expect(await findings(max)).toEqual([]);
  });

  test("all is there, and is the stack's own", async () => {
    for (const location of ["europe-west3", "europe-west4"]) {
      apis.put("cloudkms", keyIn(location), usable);
    }
    apis.put("secretmanager", secret, { labels: ours, replication: own });
    for (const kind of ["oidc", "aws", "azure"]) {
      apis.put("iam", `${pools}/sentinel-prod-${kind}`, { state: "ACTIVE" });
    }
    apis.put("iam", `${pools}/sentinel-prod-oidc/providers/pipeline`, { state: "ACTIVE" });
    apis.put("logging", logBucket, { lifecycleState: "ACTIVE", locked: true, retentionDays: 400 });
    expect(await findings(max)).toEqual([]);
  });

  test("it is asked for reads alone, and for no value", async () => {
    apis.put("secretmanager", secret, { labels: ours, replication: own });
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
    apis = await startGoogleApis({ project, number });
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

  describe("whose secrets", () => {
    test("are another's, or another stage's", async () => {
      for (const labels of [{}, { ...ours, stage: "dev" }, { ...ours, app: "other" }]) {
        apis.put("secretmanager", secret, { labels, replication: own });
        expect(await findings(max)).toEqual([
          "error: gcp.secrets.mode: got create, but openai-api-key exists and is not ours; allowed: adopt (tracked, never deleted), external (left alone); fix: set gcp.secrets.mode to adopt, or choose another name (gcp.secrets.names.openai-api-key)",
        ]);
      }
    });

    test.each([
      ["adopt", "adopt"],
      ["external", "use"],
    ])("are not there to %s", async (mode, verb) => {
      const raw = changed(changed(min, "gcp.projectId", project), "gcp.projectNumber", number);
      const told = await findings(changed(raw, "gcp.secrets.mode", mode));
      expect(told).toContain(
        `error: openai-api-key: there is no such secret to ${verb}; fix: set gcp.secrets.mode to create, or name the one that exists (gcp.secrets.names.openai-api-key)`,
      );
      for (const one of told) {
        const [, name = ""] = /^error: ([\w-]+):/.exec(one) ?? [];
        apis.put("secretmanager", `projects/${project}/secrets/${name}`, {});
      }
      expect(await findings(changed(raw, "gcp.secrets.mode", mode))).toEqual([]);
    });

    test("keep their values elsewhere", async () => {
      const at = (replication: object): void => {
        apis.put("secretmanager", secret, { labels: ours, replication });
      };
      at(replicas([], ["europe-west4", "europe-west1"]));
      expect(await findings(max)).toEqual([
        "error: gcp.secrets.replication: got europe-west3, europe-west4, and the values of openai-api-key are kept in europe-west1, europe-west4, which never changes; fix: set gcp.secrets.replication to userManaged and gcp.secrets.locations to [europe-west1, europe-west4], or give the secret another name (gcp.secrets.names) and put its values in there",
      ]);
      at(replicas([], ["europe-west3"]));
      expect(await findings(max)).toHaveLength(1);
      at({ automatic: {} });
      expect(await findings(max)).toEqual(
        containing(
          "the values of openai-api-key are kept automatic, which never changes; fix: set gcp.secrets.replication to automatic, or",
        ),
      );
      const automatic = changed(
        changed(max, "gcp.secrets", { replication: "automatic" }),
        "gcp.encryption",
        { mode: "google" },
      );
      expect(await findings(automatic)).toEqual([]);
      at(own);
      expect(await findings(automatic)).toEqual(
        containing("got automatic, and the values of openai-api-key are kept in europe-west3, eu"),
      );
    });

    test("are of the other kind, with their values", async () => {
      const regional = `projects/${project}/locations/europe-west3/secrets/openai-api-key`;
      apis.put("secretmanager.europe-west3.rep", regional, { labels: ours });
      const strange = regional.replace("openai-api-key", "anthropic-api-key");
      apis.put("secretmanager.europe-west3.rep", strange, { labels: {} });
      expect(await findings(max)).toEqual([
        "error: gcp.secrets.replication: got userManaged, and openai-api-key is a secret of europe-west3 alone, with the values in it; allowed: regional; fix: set it back, or delete the old one once its values are elsewhere",
      ]);
      const raw = changed(max, "gcp.secrets", { replication: "regional" });
      // The stack's own key there is the one that encrypts it.
      apis.put("secretmanager.europe-west3.rep", regional, {
        labels: ours,
        customerManagedEncryption: { kmsKeyName: keyIn("europe-west3") },
      });
      apis.put("secretmanager.europe-west3.rep", strange, { labels: ours });
      expect(await findings(raw)).toEqual(
        containing("warning: anthropic-api-key: its values in europe-west3 are encrypted by Goog"),
      );
      apis.put("secretmanager", secret, { labels: ours, replication: own });
      expect(await findings(raw)).toContainEqual(
        expect.stringContaining("got regional, and openai-api-key is no secret of one region"),
      );
    });

    test("are encrypted by another key: told, as values stay under it", async () => {
      const before = `projects/${number}/locations/europe-west3/keyRings/old/cryptoKeys/old`;
      apis.put("secretmanager", secret, {
        labels: ours,
        replication: replicas(
          [before, keyIn("europe-west4").replace(project, number)],
          ["europe-west3", "europe-west4"],
        ),
      });
      expect(await findings(max)).toEqual([
        `warning: openai-api-key: its values in europe-west3 are encrypted by ${before}, new ones will be by ${keyIn("europe-west3")}; fix: nothing now; keep the old key until each value has been replaced`,
      ]);
    });
  });

  describe("whose keys", () => {
    const external = changed(max, "gcp.encryption", {
      mode: "external",
      keys: {
        "europe-west3": "projects/keys-4711/locations/europe-west3/keyRings/r/cryptoKeys/k",
        "europe-west4": "projects/keys-4711/locations/europe-west4/keyRings/r/cryptoKeys/k",
      },
    });
    const [third, fourth] = ["europe-west3", "europe-west4"].map(
      (location) => `projects/keys-4711/locations/${location}/keyRings/r/cryptoKeys/k`,
    ) as [string, string];
    const version = `${third}/cryptoKeyVersions/3`;
    beforeEach(() => {
      apis.put("cloudkms", fourth, usable);
    });

    test("are to be there, and are not", async () => {
      apis.put("cloudkms", third, usable);
      expect(await findings(external)).toEqual([]);
      const nowhere = changed(
        external,
        "gcp.encryption.keys.europe-west3",
        `${keyIn("europe-west3")}-of-others`,
      );
      expect(await findings(nowhere)).toEqual([
        `error: gcp.encryption.keys.europe-west3: there is no key ${keyIn("europe-west3")}-of-others; fix: correct it, or set gcp.encryption.mode to create`,
      ]);
    });

    test.each([
      [
        { purpose: "ASYMMETRIC_SIGN" },
        "is a key for ASYMMETRIC_SIGN, which never changes; allowed: ENCRYPT_DECRYPT; fix: name another",
      ],
      [
        { primary: { name: version, state: "DISABLED" } },
        `its primary version is DISABLED; fix: \`gcloud kms keys versions enable ${version}\`, or name another`,
      ],
      [
        { primary: { name: version, state: "DESTROY_SCHEDULED" } },
        `and then what it encrypts is gone; fix: \`gcloud kms keys versions restore ${version}\`, then`,
      ],
      [
        { primary: { name: version, state: "DESTROYED" } },
        "its primary version is DESTROYED; fix: make another version primary, or name another",
      ],
      [
        { primary: undefined },
        `has no primary version; fix: \`gcloud kms keys update ${third} --primary-version <number>\``,
      ],
    ])("cannot be used: %j", async (change, text) => {
      apis.put("cloudkms", third, { ...usable, ...change });
      const told = await findings(external);
      expect(told).toEqual(containing(text));
      expect(told[0]).toMatch(/^error: projects\/keys-4711\//);
    });

    test("are to be made, and are another's, or of another protection", async () => {
      apis.put("cloudkms", keyIn("europe-west3"), { ...usable, labels: {} });
      expect(await findings(max)).toEqual([
        `error: gcp.encryption.mode: got create, but the key ${keyIn("europe-west3")} exists and is not ours; allowed: external; fix: set gcp.encryption.mode to external and gcp.encryption.keys.europe-west3 to it`,
      ]);
      apis.put("cloudkms", keyIn("europe-west3"), {
        ...usable,
        versionTemplate: { protectionLevel: "SOFTWARE" },
      });
      expect(await findings(max)).toEqual([
        `error: gcp.encryption.protection: got hsm, and ${keyIn("europe-west3")} is software, which never changes; fix: set it back`,
      ]);
    });

    test("are the stack's own, and about to be destroyed", async () => {
      apis.put("cloudkms", keyIn("europe-west3"), {
        ...usable,
        primary: { name: version, state: "DESTROY_SCHEDULED" },
      });
      expect(await findings(max)).toEqual(containing("its primary version is DESTROY_SCHEDULED"));
    });

    test("are nobody's business where the secrets are another's", async () => {
      for (const mode of ["adopt", "external"]) {
        await findings(changed(external, "gcp.secrets.mode", mode));
      }
      expect(apis.calls.filter((call) => call.includes("cryptoKeys"))).toEqual([]);
    });
  });

  describe("that keeps names of what was deleted", () => {
    test("an identity pool", async () => {
      apis.put("iam", `${pools}/sentinel-prod-oidc`, { state: "DELETED" });
      expect(await findings(max)).toEqual([
        `error: sentinel-prod-oidc: the identity pool is deleted, and its name is taken for 30 days; fix: choose another name (gcp.federation.name), or \`gcloud iam workload-identity-pools undelete sentinel-prod-oidc --location global --project ${project}\` and take it into the state (\`pulumi import\`)`,
      ]);
    });

    test("a provider in a pool", async () => {
      apis.put("iam", `${pools}/sentinel-prod-aws`, { state: "ACTIVE" });
      apis.put("iam", `${pools}/sentinel-prod-aws/providers/aws-210987654321`, {
        state: "DELETED",
      });
      expect(await findings(max)).toEqual(
        containing(
          "`gcloud iam workload-identity-pools providers undelete aws-210987654321 --workload-identity-pool sentinel-prod-aws --location global --project sentinel-prod-4711`",
        ),
      );
    });

    test("a log bucket, and one that is locked at another time", async () => {
      apis.put("logging", logBucket, { lifecycleState: "DELETE_REQUESTED" });
      expect(await findings(max)).toEqual([
        `error: promptsentinel-prod-audit: the log bucket is deleted, and gone after 7 days; fix: \`gcloud logging buckets undelete promptsentinel-prod-audit --location europe-west3 --project ${project}\`, and it is taken up again with what is in it`,
      ]);
      apis.put("logging", logBucket, { locked: true, retentionDays: 500 });
      expect(await findings(max)).toEqual([
        "error: gcp.audit.bucket.retentionDays: got 400, and the log bucket promptsentinel-prod-audit is locked at 500, which never changes; fix: set it to that",
      ]);
      apis.put("logging", logBucket, { locked: false, retentionDays: 500 });
      expect(await findings(max)).toEqual([]);
    });
  });

  test("a perimeter that is not there, that bridges others, or that does nothing for secrets", async () => {
    const nowhere = changed(max, "gcp.network.perimeter", `${perimeter}2`);
    expect(await findings(nowhere)).toEqual([
      `error: gcp.network.perimeter: there is no perimeter ${perimeter}2; fix: correct it (\`gcloud access-context-manager perimeters list\`), or remove it`,
    ]);
    apis.put("accesscontextmanager", perimeter, { perimeterType: "PERIMETER_TYPE_BRIDGE" });
    expect(await findings(max)).toEqual(containing("is a bridge between perimeters"));
    apis.put("accesscontextmanager", perimeter, {
      status: { restrictedServices: ["storage.googleapis.com"] },
    });
    expect(await findings(max)).toEqual(
      containing(`warning: gcp.network.perimeter: ${perimeter} does not restrict secretmanager`),
    );
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
