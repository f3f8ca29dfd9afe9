import { parseConfig } from "../../../infra/config";
import { platforms } from "../../../stacks/platforms";
import { changed } from "../../fixtures/changed";
import { deploy } from "../../fixtures/deploy";
import { max, min } from "../../fixtures/gcp";
import { once } from "../../fixtures/once";
import { named, ofType, type Recorded } from "../../support/mocks";

const made = once((raw) => deploy(parseConfig(raw, platforms)));
const resourcesOf = async (raw: Record<string, unknown>): Promise<readonly Recorded[]> =>
  (await made(raw)).resources;
const secretsOf = async (raw: Record<string, unknown>): Promise<readonly Recorded[]> => [
  ...ofType(await resourcesOf(raw), "gcp:secretmanager/secret:Secret"),
  ...ofType(await resourcesOf(raw), "gcp:secretmanager/regionalSecret:RegionalSecret"),
];
const waitsFor = ({ dependsOn }: Recorded, name: string): boolean =>
  dependsOn.some((urn) => urn.endsWith(`::${name}`));
const keyIn = (location: string): string =>
  `projects/sentinel-prod-4711/locations/${location}/keyRings/promptsentinel-prod-secrets/cryptoKeys/secrets`;

describe("each key has a secret of its own", () => {
  test("by the guide's name, or that of the setting, and without a version", async () => {
    const secrets = await secretsOf(max);
    expect(secrets.map(({ inputs }) => inputs["secretId"]).sort()).toEqual([
      ...["anthropic-api-key", "cache-password", "gdpr-master-key", "gemini-api-key"],
      ...["openai-api-key", "snyk-token"],
    ]);
    const types = (await resourcesOf(max)).map(({ type }) => type);
    expect(types.filter((type) => /version/i.test(type))).toEqual([]);
  });

  test("in the regions that are named, each under a key of there", async () => {
    for (const { inputs } of await secretsOf(max)) {
      expect(inputs["replication"]).toEqual({
        userManaged: {
          replicas: ["europe-west3", "europe-west4"].map((location) => ({
            location,
            customerManagedEncryption: { kmsKeyName: keyIn(location) },
          })),
        },
      });
    }
    for (const { inputs } of await secretsOf(min)) {
      expect(JSON.stringify(inputs["replication"])).toContain('"location":"europe-west1"');
    }
  });

  test("that stays when the stack goes, and nobody else deletes either", async () => {
    for (const secret of await secretsOf(max)) {
      expect(secret.retainOnDelete).toBe(true);
      expect(secret.inputs).toMatchObject({
        deletionProtection: true,
        versionDestroyTtl: "1209600s",
        labels: { app: "promptsentinel", stage: "prod", owner: "platform" },
      });
      expect(secret.inputs).not.toHaveProperty("ttl");
      expect(secret.inputs).not.toHaveProperty("expireTime");
    }
  });
});

describe("when a key is due", () => {
  test("its secret tells the topic, from its own age on", async () => {
    const { inputs, ignoreChanges } = named(await resourcesOf(max), "gcp-store-redis");
    expect(inputs["topics"]).toEqual([
      { name: "projects/sentinel-prod-4711/topics/promptsentinel-prod-rotation" },
    ]);
    const { rotationPeriod, nextRotationTime } = inputs["rotation"] as Record<string, string>;
    expect(rotationPeriod).toBe("2592000s");
    const days = (Date.parse(nextRotationTime ?? "") - Date.now()) / (24 * 3600 * 1000);
    expect(days).toBeGreaterThanOrEqual(30);
    expect(days).toBeLessThanOrEqual(31);
    // The service moves it on by itself: a second up must not put it back.
    expect(ignoreChanges).toEqual(["rotation.nextRotationTime", "versionAliases"]);
  });

  test("not one that must not rotate", async () => {
    const { inputs } = named(await resourcesOf(max), "gcp-store-gdpr");
    expect(inputs).not.toHaveProperty("rotation");
    expect(inputs).not.toHaveProperty("topics");
  });

  test("and the service may publish before a secret names the topic", async () => {
    const resources = await resourcesOf(max);
    expect(named(resources, "gcp-store-topic-publisher").inputs).toMatchObject({
      topic: "promptsentinel-prod-rotation",
      role: "roles/pubsub.publisher",
      member: "serviceAccount:service-604321987655@gcp-sa-secretmanager.iam.gserviceaccount.com",
    });
    for (const secret of await secretsOf(max)) {
      expect(waitsFor(secret, "gcp-store-topic-publisher")).toBe(true);
    }
  });
});

describe("the encryption", () => {
  test("is by a key for each location, which turns and outlives the stack", async () => {
    const resources = await resourcesOf(max);
    for (const location of ["europe-west3", "europe-west4"]) {
      const ring = named(resources, `gcp-store-ring-${location}`);
      const key = named(resources, `gcp-store-key-${location}`);
      expect(ring.inputs).toMatchObject({ location, name: "promptsentinel-prod-secrets" });
      expect(key.inputs).toMatchObject({
        purpose: "ENCRYPT_DECRYPT",
        rotationPeriod: "5184000s",
        destroyScheduledDuration: "2592000s",
        versionTemplate: { protectionLevel: "HSM" },
      });
      expect([ring.retainOnDelete, key.retainOnDelete]).toEqual([true, true]);
      expect(waitsFor(key, `gcp-store-ring-${location}`)).toBe(true);
    }
  });

  test("is by Secret Manager's own account, which may use it before a secret is made", async () => {
    const resources = await resourcesOf(max);
    const use = named(resources, "gcp-store-key-europe-west4-use");
    expect(use.inputs).toEqual({
      cryptoKeyId: keyIn("europe-west4"),
      role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
      member: "serviceAccount:service-604321987655@gcp-sa-secretmanager.iam.gserviceaccount.com",
    });
    expect(waitsFor(use, "gcp-store-key-europe-west4")).toBe(true);
    expect(waitsFor(use, "gcp-store-agent")).toBe(true);
    for (const secret of await secretsOf(max)) {
      expect(waitsFor(secret, "gcp-store-key-europe-west4-use")).toBe(true);
    }
  });

  test("of keys that exist makes none, and lets the account use them", async () => {
    const kms = "projects/keys-4711/locations/europe-west1/keyRings/shared/cryptoKeys/secrets";
    const raw = changed(min, "gcp.encryption", { mode: "external", keys: { "europe-west1": kms } });
    const resources = await resourcesOf(raw);
    expect(ofType(resources, "gcp:kms/cryptoKey:CryptoKey")).toEqual([]);
    expect(named(resources, "gcp-store-key-europe-west1-use").inputs["cryptoKeyId"]).toBe(kms);
    expect(JSON.stringify(named(resources, "gcp-store-openai").inputs)).toContain(kms);
  });

  test("is Google's own only where the setting says so", async () => {
    const resources = await resourcesOf(changed(min, "gcp.encryption.mode", "google"));
    expect(resources.filter(({ type }) => type.startsWith("gcp:kms/"))).toEqual([]);
    expect(named(resources, "gcp-store-openai").inputs["replication"]).toEqual({
      userManaged: { replicas: [{ location: "europe-west1" }] },
    });
  });
});

test("automatic replication has a key of no region", async () => {
  const resources = await resourcesOf(changed(min, "gcp.secrets.replication", "automatic"));
  expect(named(resources, "gcp-store-ring-global").inputs["location"]).toBe("global");
  expect(named(resources, "gcp-store-openai").inputs["replication"]).toEqual({
    auto: {
      customerManagedEncryption: {
        kmsKeyName:
          "projects/sentinel-dev-4711/locations/global/keyRings/promptsentinel-dev-secrets/cryptoKeys/secrets",
      },
    },
  });
});

test("secrets of a region have their place, their key and an address of there", async () => {
  const raw = changed(min, "gcp.secrets.replication", "regional");
  const { resources, results } = await made(raw);
  const { type, inputs } = named(resources, "gcp-store-openai");
  expect(type).toBe("gcp:secretmanager/regionalSecret:RegionalSecret");
  expect(inputs).toMatchObject({
    location: "europe-west1",
    customerManagedEncryption: {
      kmsKeyName: expect.stringContaining("/locations/europe-west1/") as unknown,
    },
  });
  expect(inputs).not.toHaveProperty("replication");
  expect(results["gcp"]?.wiring.references["openai"]?.locator).toEqual({
    projectId: "sentinel-dev-4711",
    name: "openai-api-key",
    version: "latest",
    resource:
      "projects/sentinel-dev-4711/locations/europe-west1/secrets/openai-api-key/versions/latest",
    location: "europe-west1",
    endpoint: "secretmanager.europe-west1.rep.googleapis.com",
  });
});

describe("the project's services", () => {
  test("are on before anything is made of them, and a destroy leaves them on", async () => {
    const resources = await resourcesOf(max);
    const services = ofType(resources, "gcp:projects/service:Service");
    expect(services.map(({ inputs }) => inputs["service"])).toContain(
      "secretmanager.googleapis.com",
    );
    for (const { inputs } of services) expect(inputs["disableOnDestroy"]).toBe(false);
    const first = [
      ...["gcp-store-ring-europe-west3", "gcp-store-topic", "gcp-access-app"],
      ...["gcp-audit-secretmanager-reads", "gcp-ci-preview"],
    ];
    for (const name of first) {
      expect([name, waitsFor(named(resources, name), "gcp-store-secretmanager-api")]).toEqual([
        name,
        true,
      ]);
    }
  });

  test("are somebody else's where the setting says so; the service's account is asked for all the same", async () => {
    const resources = await resourcesOf(changed(min, "gcp.apis", "external"));
    expect(ofType(resources, "gcp:projects/service:Service")).toEqual([]);
    expect(named(resources, "gcp-store-agent").inputs["service"]).toBe(
      "secretmanager.googleapis.com",
    );
  });
});

test("the project joins the perimeter that is named, and no other", async () => {
  const joined = named(await resourcesOf(max), "gcp-access-perimeter");
  expect(joined.inputs).toEqual({
    perimeterName: "accessPolicies/123456789012/servicePerimeters/secrets",
    resource: "projects/604321987655",
  });
  // From then on calls from outside are refused; and what keeps them out outlives the stack, as the secrets do.
  expect(waitsFor(joined, "gcp-store-openai")).toBe(true);
  expect(waitsFor(joined, "gcp-access-breakGlass-on-call-on-openai")).toBe(true);
  expect(joined.retainOnDelete).toBe(true);
  expect((await resourcesOf(min)).some(({ name }) => name === "gcp-access-perimeter")).toBe(false);
});

describe("secrets that are there", () => {
  test("adopt: they are tracked by their ids, and what is their owner's stays the owner's", async () => {
    const resources = await resourcesOf(changed(min, "gcp.secrets.mode", "adopt"));
    const secret = named(resources, "gcp-store-openai");
    expect(secret.importId).toBe("projects/sentinel-dev-4711/secrets/openai-api-key");
    expect(secret.retainOnDelete).toBe(true);
    expect(secret.ignoreChanges).toEqual(
      expect.arrayContaining([
        ...["replication", "rotation", "topics", "labels", "annotations"],
        ...["versionDestroyTtl", "deletionProtection", "versionAliases", "expireTime", "tags"],
      ]),
    );
    expect(resources.filter(({ type }) => type.startsWith("gcp:kms/"))).toEqual([]);
  });

  test("external: they are not in the stack, and grants are on them", async () => {
    const raw = changed(min, "gcp.secrets.mode", "external");
    expect(await secretsOf(raw)).toEqual([]);
    const { inputs } = named(await resourcesOf(raw), "gcp-access-app-on-openai");
    expect(inputs["secretId"]).toBe("openai-api-key");
  });
});
