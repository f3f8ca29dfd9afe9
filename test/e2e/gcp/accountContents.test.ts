import { preflight } from "../../../stacks/preflight/gcp";
import { changed } from "../../fixtures/changed";
import { min } from "../../fixtures/gcp";
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
  replicas,
  rotation,
  secret,
  startProject,
  usable,
} from "../support/gcpProject";

/** On the same stand-in: what is in the project, and what was. */
describe("a project", () => {
  let apis: GoogleApis;
  beforeEach(async () => {
    apis = await startProject();
  });
  afterEach(() => apis.stop());

  const findings = (raw: unknown): Promise<readonly string[]> => findingsOf(raw, apis);

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
        apis.put("secretmanager", secret, { labels: ours, rotation, replication });
      };
      at(replicas([], ["europe-west4", "europe-west1"]));
      expect(await findings(max)).toEqual([
        "error: gcp.secrets.replication: got europe-west3, europe-west4, and the values of openai-api-key are kept in europe-west1, europe-west4, which never changes; fix: set gcp.secrets.replication to userManaged and gcp.secrets.locations to [europe-west1, europe-west4], or give the secret another name (gcp.secrets.names) and put its values in there",
      ]);
      for (const others of [["europe-west3"], ["europe-west1", "europe-west3", "europe-west4"]]) {
        at(replicas([], others));
        expect(await findings(max)).toHaveLength(1);
      }
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
      apis.put("secretmanager.europe-west3.rep", regional, { labels: ours, rotation });
      const strange = regional.replace("openai-api-key", "anthropic-api-key");
      apis.put("secretmanager.europe-west3.rep", strange, { labels: {} });
      expect(await findings(max)).toEqual([
        "error: gcp.secrets.replication: got userManaged, and openai-api-key is a secret of europe-west3 alone, with the values in it; allowed: regional; fix: set it back, or delete the old one once its values are elsewhere",
      ]);
      const raw = changed(max, "gcp.secrets", { replication: "regional" });
      // The stack's own key there is the one that encrypts it.
      apis.put("secretmanager.europe-west3.rep", regional, {
        ...{ labels: ours, rotation },
        customerManagedEncryption: { kmsKeyName: keyIn("europe-west3") },
      });
      apis.put("secretmanager.europe-west3.rep", strange, { labels: ours, rotation });
      expect(await findings(raw)).toEqual(
        containing("warning: anthropic-api-key: its values in europe-west3 are encrypted by Goog"),
      );
      apis.put("secretmanager", secret, { labels: ours, rotation, replication: own });
      expect(await findings(raw)).toContainEqual(
        expect.stringContaining("got regional, and openai-api-key is no secret of one region"),
      );
    });

    test.each([
      ["is not known", "getaddrinfo ENOTFOUND secretmanager", []],
      [
        "does not answer",
        "connect ECONNREFUSED",
        ["whether there are regional secrets of these names: not checked (connect ECONNREFUSED)"],
      ],
    ])("are looked for in one region too, where its address %s", async (_, reason, expected) => {
      const connection = apis.connection();
      connection.credential.transporter.defaults.fetchImplementation = (url, init) =>
        JSON.stringify(url).includes(".rep/")
          ? Promise.reject(new Error(reason))
          : fetch(url, init);
      const told = await preflight(argsOf(max), () => connection);
      expect(told).toEqual(expected.map((message) => ({ severity: "warning", message })));
    });

    test("keep their values in the same places, in another order: another secret to the provider", async () => {
      const keys = [keyIn("europe-west4"), keyIn("europe-west3")];
      const replication = replicas(keys, ["europe-west4", "europe-west3"]);
      apis.put("secretmanager", secret, { labels: ours, rotation, replication });
      expect(await findings(max)).toEqual(
        containing("error: gcp.secrets.locations: the values of openai-api-key are kept in"),
      );
    });

    test("were made without an age, which an up cannot give them", async () => {
      apis.put("secretmanager", secret, { labels: ours, replication: own });
      expect(await findings(max)).toEqual([
        expect.stringMatching(
          /^error: keys\.openai\.maxAgeDays: got 90, and openai-api-key was made without an age.* `gcloud secrets update openai-api-key --project=sentinel-prod-4711 --add-topics=projects\/sentinel-prod-4711\/topics\/promptsentinel-prod-rotation --rotation-period=7776000s --next-rotation-time=\S+Z`, then `pulumi refresh`$/,
        ) as unknown,
      ]);
    });

    test("are encrypted by another key: told, as values stay under it", async () => {
      const before = `projects/${number}/locations/europe-west3/keyRings/old/cryptoKeys/old`;
      apis.put("secretmanager", secret, {
        ...{ labels: ours, rotation },
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

  describe("whose audit is locked", () => {
    const archive = `b/promptsentinel-prod-audit-${number}`;
    const days = (count: number) => String(count * 24 * 3600);
    const having = (path: string, value: unknown) => changed(max, `gcp.audit.${path}`, value);

    test("stays so: the log bucket", async () => {
      apis.put("logging", logBucket, { locked: true, retentionDays: 400 });
      expect(await findings(max)).toEqual([]);
      expect(await findings(having("bucket.lock", "unlocked"))).toEqual([
        "error: gcp.audit.bucket.lock: got unlocked, and the log bucket promptsentinel-prod-audit is locked, which never ends; fix: set it to locked",
      ]);
      expect(await findings(having("bucket.retentionDays", 399))).toEqual(
        containing("error: gcp.audit.bucket.retentionDays: got 399, and the log bucket"),
      );
    });

    test("stays so: the archive", async () => {
      const retentionPolicy = { isLocked: true, retentionPeriod: days(400) };
      apis.put("storage", archive, { retentionPolicy });
      expect(await findings(max)).toEqual([]);
      expect(await findings(having("storage.retentionDays", 401))).toEqual([]);
      expect(await findings(having("storage.lock", "unlocked"))).toEqual([
        "error: gcp.audit.storage.lock: got unlocked, and the bucket promptsentinel-prod-audit-604321987655 is locked, which never ends; fix: set it to locked",
      ]);
      expect(await findings(having("storage.retentionDays", 399))).toEqual([
        "error: gcp.audit.storage.retentionDays: got 399, and the bucket promptsentinel-prod-audit-604321987655 is locked at 400, which never becomes less; fix: set it to that or more",
      ]);
      const both = { mode: "create", lock: "unlocked", retentionDays: 90 };
      expect(await findings(having("storage", both))).toHaveLength(2);
      // Part of a day more than the settings have.
      apis.put("storage", archive, {
        retentionPolicy: { isLocked: true, retentionPeriod: String(400 * 24 * 3600 + 1) },
      });
      expect(await findings(max)).toEqual(containing("is locked at 401, which never becomes less"));
    });

    test.each([
      ["is not locked", { retentionPolicy: { isLocked: false, retentionPeriod: days(500) } }],
      ["has no retention", {}],
    ])("may be changed where it %s", async (_, body) => {
      apis.put("storage", archive, body);
      expect(await findings(having("storage.lock", "unlocked"))).toEqual([]);
      expect(await findings(having("storage.retentionDays", 90))).toEqual([]);
    });

    test("is not looked at where it is nobody's here, or may not be", async () => {
      apis.put("storage", archive, {
        retentionPolicy: { isLocked: true, retentionPeriod: days(400) },
      });
      const looked = (): readonly string[] => apis.calls.filter((call) => call.includes(archive));
      expect(await findings(having("storage", { mode: "none" }))).toEqual([]);
      expect(looked()).toEqual([]);
      apis.refuse = (api) => api === "storage";
      expect(await findings(having("storage.lock", "unlocked"))).toEqual(
        containing(
          "warning: promptsentinel-prod-audit-604321987655: not checked (403 PERMISSION_DENIED",
        ),
      );
      expect(looked()).toEqual([`GET storage storage/v1/${archive}`]);
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
});
