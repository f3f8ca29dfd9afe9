import { freePort } from "../../sandbox/processes";
import { record } from "../../stores/vault/client";
import type { StackFileOptions } from "./support/literalWorkspace";
import { openPlace, type Place } from "./support/place";

type Settings = NonNullable<StackFileOptions["settings"]>;

/** One way to be wrong, and what a user has to be told of it. */
interface Case {
  readonly settings?: (place: Place) => Promise<Settings> | Settings;
  /** Brings the server into the state that is wrong. */
  readonly prepare?: (place: Place) => Promise<unknown>;
  /** A token that is not the administrator's. */
  readonly token?: (place: Place) => Promise<string>;
  readonly told: readonly string[];
  readonly line?: string;
}

/** A token of this server that may do what the policy text says. */
async function tokenWith({ harness }: Place, policy: string, ttl = "5m"): Promise<string> {
  await harness.root.ask("PUT", "sys/policies/acl/of-the-test", { policy });
  const { auth } = await harness.root.ask("POST", "auth/token/create", {
    policies: ["of-the-test"],
    ttl,
  });
  return String(record(auth)["client_token"]);
}

const everything =
  'path "*" { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }';

const cases: Readonly<Record<string, Case>> = {
  "an unknown setting and a stage that is misspelt: both at once": {
    settings: () => [
      [["stage"], "develop"],
      [["vault", "kv", "maxVersion"], 5],
    ],
    told: [
      "the stack's config has 2 problems; nothing was created",
      'stage: got "develop"; allowed: dev, staging, prod; fix: use dev',
      "vault.kv.maxVersion: unknown setting",
      "fix: rename it to maxVersions",
    ],
  },
  "an unknown setting at the top": {
    settings: () => [[["vualt"], { server: "openbao" }]],
    told: ["vualt: unknown setting", "fix: rename it to vault"],
  },
  "a setting of the wrong type": {
    settings: () => [[["vault", "kv", "maxVersions"], "ten"]],
    told: ['vault.kv.maxVersions: got "ten"', "fix:"],
  },
  "two settings that claim one name": {
    settings: () => [[["vault", "auth", "jwt", "path"], "approle"]],
    told: [
      "vault.auth.approle.path and vault.auth.jwt.path: both claim auth/approle/",
      "fix: give one of them another name",
    ],
  },
  "an AWS section with all that can be wrong at once": {
    settings: () => [
      [
        ["aws"],
        {
          accountId: "210987654321",
          region: "eu-central-1",
          permissionsBoundary: "arn:aws:iam::111111111111:policy/boundary",
          secrets: {
            replicas: ["eu-central-1"],
            names: { "promptsentinel/redis": "promptsentinel/snyk" },
          },
          network: { endpoints: ["kms"] },
          access: {
            app: { ecs: true },
            operator: { principals: ["arn:aws-cn:iam::210987654321:role/platform"] },
          },
        },
      ],
    ],
    told: [
      "aws.permissionsBoundary: got an ARN of account 111111111111; allowed: 210987654321",
      "aws.access.operator.principals: got an ARN of partition aws-cn; allowed: aws",
      "aws.secrets.replicas: got eu-central-1, the home region",
      "both claim promptsentinel/snyk",
      "aws.network.vpcId: is missing; endpoints stand in a VPC",
    ],
  },
  "AWS settings that no value can have": {
    settings: () => [
      [
        ["aws"],
        {
          accountId: "2109",
          region: "eu-centrl-1",
          secrets: { recoveryDays: 6 },
          access: { app: { ecs: true }, operator: { principals: ["me"] } },
        },
      ],
    ],
    told: [
      "aws.accountId",
      'aws.region: got "eu-centrl-1"',
      "fix: use eu-central-1",
      "aws.secrets.recoveryDays: got 6; expected: number to be >=7",
      "aws.access.operator.principals.0",
    ],
  },
  "an AWS section of documented examples": {
    settings: () => [
      [
        ["aws"],
        {
          accountId: "123456789012",
          access: {
            app: { ecs: true },
            operator: { principals: ["arn:aws:iam::123456789012:role/platform"] },
          },
        },
      ],
    ],
    told: [
      "aws.accountId: got 123456789012, an example of AWS's documentation; fix: fill in your own",
      "aws.access.operator.principals.0: got arn:aws:iam::123456789012:role/platform",
      "nothing was created",
    ],
  },
  "Azure settings that contradict each other": {
    settings: () => [
      [
        ["azure"],
        {
          subscriptionId: "8f2d6c1e-3b4a-4c5d-9e6f-7a8b9c0d1e2f",
          tenantId: "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
          location: "chinanorth3",
          vault: { mode: "adopt", recover: true },
          secrets: { seeded: ["antropic"] },
          network: { allowedIps: ["10.0.0.1"] },
          access: {
            app: {},
            operator: {
              principals: {
                me: { objectId: "2b3c4d5e-6f7a-4b8c-9d0e-1f2a3b4c5d6e", type: "User" },
              },
            },
          },
        },
      ],
    ],
    told: [
      "azure.location: got chinanorth3, which is no location of the cloud public; fix: set azure.cloud to china",
      "azure.vault.name: is missing; a vault is adopted by its name",
      "azure.vault.recover: is for azure.vault.mode create",
      'azure.secrets.seeded: got "antropic", which is no key of this stack',
      "the firewall of a vault that is adopted is its owner's",
      "azure.network.allowedIps: got 10.0.0.1, a private address",
      "azure.access.app: has no way in",
    ],
  },
  "Azure settings that no value can have": {
    settings: () => [
      [
        ["azure"],
        {
          subscriptionId: "mine",
          tenantId: "1a2b3c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d",
          cloud: "usgoverment",
          location: "West Europe",
          vault: { name: "kv--one", softDeleteDays: 6 },
          access: { app: { containerApps: true }, operator: { principals: {} } },
        },
      ],
    ],
    told: [
      "azure.subscriptionId",
      "fix: use usgovernment",
      "azure.location",
      "azure.vault.name",
      "azure.vault.softDeleteDays: got 6; expected: number to be >=7",
      "azure.access.operator.principals",
    ],
  },
  "an Azure section of documented examples": {
    settings: () => [
      [
        ["azure"],
        {
          subscriptionId: "aaaa0a0a-bb1b-cc2c-dd3d-eeeeee4e4e4e",
          tenantId: "aaaabbbb-0000-cccc-1111-dddd2222eeee",
          location: "westeurope",
          network: { allowedIps: ["203.0.113.10"] },
          access: {
            app: { containerApps: true },
            operator: {
              principals: {
                one: { objectId: "aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb", type: "User" },
              },
            },
          },
        },
      ],
    ],
    told: [
      "azure.subscriptionId: got aaaa0a0a-bb1b-cc2c-dd3d-eeeeee4e4e4e, an example of",
      "azure.tenantId: got aaaabbbb-0000-cccc-1111-dddd2222eeee",
      "azure.access.operator.principals.one.objectId",
      "nothing was created",
    ],
  },
  "Google Cloud settings that contradict each other": {
    settings: () => [
      [["tags"], { Owner: "Platform Team" }],
      [
        ["gcp"],
        {
          projectId: "sentinel-dev-4711",
          projectNumber: "604321987654",
          location: "europe-west1",
          secrets: { names: { "snyk-tokn": "snyk" } },
          encryption: {
            mode: "external",
            keys: {
              "europe-west1":
                "projects/keys-4711/locations/europe-west4/keyRings/shared/cryptoKeys/secrets",
            },
          },
          access: {
            app: {},
            operator: { principals: { me: { member: "user:me@promptsentinel.ai" } } },
          },
        },
      ],
    ],
    told: [
      "gcp.secrets.names",
      "fix: rename it to snyk-token",
      "gcp.encryption.keys.europe-west1: got a key in europe-west4",
      "gcp.access.app: has no way in",
      "tags.Owner",
    ],
  },
  "Google Cloud settings that no value can have": {
    settings: () => [
      [["keys", "anthropic"], { maxAgeDays: 0.01 }],
      [
        ["gcp"],
        {
          projectId: "Sentinel",
          projectNumber: "sentinel-dev-4711",
          location: "westeurope",
          access: {
            app: { cloudRun: true },
            operator: { principals: { all: { member: "allUsers" } } },
          },
        },
      ],
    ],
    told: [
      "gcp.projectId",
      "6 to 30 lower-case letters",
      "gcp.projectNumber",
      "gcp.location",
      "such as europe-west1",
      "gcp.access.operator.principals.all.member",
      "keys.anthropic.maxAgeDays: got 0.01",
    ],
  },
  "a Google Cloud section of documented examples": {
    settings: () => [
      [
        ["gcp"],
        {
          projectId: "example-project",
          projectNumber: "123456789012",
          location: "europe-west1",
          access: {
            app: { cloudRun: true },
            operator: { principals: { one: { member: "group:platform@example.com" } } },
          },
        },
      ],
    ],
    told: [
      "gcp.projectId: got example-project, an example of",
      "gcp.projectNumber: got 123456789012",
      "gcp.access.operator.principals.one.member",
      "nothing was created",
    ],
  },
  "settings that contradict each other": {
    settings: () => [
      [["vault", "access", "app", "tokenTtl"], "2h"],
      [["vault", "access", "app", "tokenMaxTtl"], "1h"],
    ],
    told: ["vault.access.app.tokenTtl: got 2h, longer than tokenMaxTtl 1h; fix:"],
  },
  "a server that does not answer": {
    settings: async () => [[["vault", "address"], `http://127.0.0.1:${String(await freePort())}`]],
    told: ["the pre-flight found 1 problem; nothing was created", "does not answer", "fix: start"],
  },
  "a token that has expired": {
    token: async (place) => {
      const token = await tokenWith(place, everything);
      await place.harness.root.ask("POST", "auth/token/revoke", { token });
      return token;
    },
    told: ["VAULT_TOKEN: the server does not accept it (expired, revoked,", "fix: log in again"],
  },
  "a token that may not do what the program does": {
    token: (place) =>
      tokenWith(
        place,
        `${everything}\npath "sys/policies/acl/promptsentinel-dev-app" { capabilities = ["read"] }`,
      ),
    told: [
      "VAULT_TOKEN: misses create, update, delete on sys/policies/acl/promptsentinel-dev-app",
      "fix: log in with a role that has it",
    ],
  },
  "a token that may not even ask": {
    token: (place) => tokenWith(place, 'path "sys/capabilities-self" { capabilities = ["deny"] }'),
    told: ["VAULT_TOKEN: may not ask what it may do (sys/capabilities-self: 403", "fix:"],
  },
  "a mount of another kind at the path": {
    prepare: ({ harness }) => harness.root.ask("POST", "sys/mounts/secret", { type: "transit" }),
    told: [
      "vault.kv.path: the mount at secret/ is of the wrong kind: got transit, expected kv version 2",
      "fix: choose another vault.kv.path",
    ],
  },
  "a mount of version 1 at the path": {
    prepare: async ({ harness }) => {
      await harness.root.ask("DELETE", "sys/mounts/secret");
      await harness.root.ask("POST", "sys/mounts/secret", { type: "kv" });
    },
    told: ["got kv version 1, expected kv version 2", "bao kv enable-versioning secret"],
  },
  "somebody else's mount at the path": {
    prepare: async ({ harness }) => {
      await harness.root.ask("DELETE", "sys/mounts/secret");
      await harness.root.ask("POST", "sys/mounts/secret", {
        type: "kv",
        options: { version: "2" },
      });
    },
    told: ["vault.kv.mode: got create, but secret/ exists and is not ours", "to adopt"],
  },
  "somebody else's jwt method, which trusts another issuer": {
    prepare: async ({ harness }) => {
      await harness.root.ask("POST", "sys/auth/theirs", { type: "jwt" });
      await harness.root.ask("POST", "auth/theirs/config", {
        bound_issuer: "https://gitlab.example.com",
        jwt_validation_pubkeys: [harness.pipeline.publicKey],
      });
      await harness.root.ask("DELETE", "sys/mounts/secret");
    },
    settings: ({ harness }) => [
      [
        ["vault", "auth", "jwt"],
        { mode: "adopt", path: "theirs", publicKeys: [harness.pipeline.publicKey] },
      ],
    ],
    told: [
      "vault.auth.jwt: the method at auth/theirs/ trusts https://gitlab.example.com; expected: https://token.actions.githubusercontent.com, of ci.issuer; fix:",
    ],
  },
  "no mount to adopt": {
    prepare: ({ harness }) => harness.root.ask("DELETE", "sys/mounts/secret"),
    settings: () => [[["vault", "kv", "mode"], "adopt"]],
    told: [
      "vault.kv.path: there is no mount at secret/ to adopt; fix: set vault.kv.mode to create",
    ],
  },
  "a sealed server": {
    prepare: ({ harness }) => harness.root.ask("PUT", "sys/seal"),
    told: ["is sealed; fix: run `bao operator unseal`"],
  },
};

/** By the engine, the program as it stands, and a real server: what is refused, and that nothing was done. */
describe("pulumi typed by a user, refused", () => {
  let place: Place;
  beforeAll(async () => {
    place = await openPlace();
    await place.shell.pulumi("stack init dev");
  });
  afterAll(() => place.close());

  /** Runs it and gives its output, once it is sure that it failed and did nothing. */
  async function refused(line: string, env?: NodeJS.ProcessEnv): Promise<string> {
    const { exitCode, all = "" } = await place.shell.pulumi(line, env);
    expect(exitCode).not.toBe(0);
    expect(place.writes).toEqual([]);
    const { stdout } = await place.shell.pulumi("stack export -s dev");
    const { deployment } = JSON.parse(stdout) as { deployment: { resources?: { type: string }[] } };
    const types = (deployment.resources ?? []).map(({ type }) => type);
    expect(types.filter((type) => type !== "pulumi:pulumi:Stack")).toEqual([]);
    // A message that a user can act on, and not the trace of whoever threw it.
    expect(all).not.toMatch(/^\s+at /m);
    return all;
  }

  test.each(Object.entries(cases))("%s", async (_, { settings, prepare, token, told }) => {
    await prepare?.(place);
    await place.config({ settings: (await settings?.(place)) ?? [] });
    const env = token && { VAULT_TOKEN: await token(place) };
    const output = await refused("up -s dev --yes", env);
    for (const text of told) expect(output).toContain(text);
  });

  test("an encrypted setting, which none of ours is, and its value is not shown", async () => {
    await place.config();
    const value = "not-to-be-printed-7781";
    const key = "promptsentinel-secrets:note";
    const set = await place.shell.pulumi(`config set --secret ${key} ${value} -s dev`);
    expect(set.exitCode).toBe(0);
    const output = await refused("up -s dev --yes");
    expect(output).toContain(`${key}: is an encrypted setting`);
    expect(output).not.toContain(value);
  });
});

describe("a mount that a destroy has kept", () => {
  let place: Place;
  beforeAll(async () => {
    place = await openPlace();
    await place.shell.pulumi("stack init dev");
  });
  afterAll(() => place.close());

  test("is not created again: the error says what to set, and that is enough", async () => {
    const { pulumi } = place.shell;
    expect(await pulumi("up -s dev --yes --skip-preview")).toMatchObject({ exitCode: 0 });
    expect(await pulumi("destroy -s dev --yes --skip-preview")).toMatchObject({ exitCode: 0 });

    const again = await pulumi("up -s dev --yes --skip-preview");
    expect(again.exitCode).not.toBe(0);
    expect(again.all).toContain(
      "secret exists on the server and is not in this stack's state; after a destroy",
    );
    expect(again.all).toContain("set vault.kv.mode to adopt");

    await place.config({ settings: [[["vault", "kv", "mode"], "adopt"]] });
    expect(await pulumi("up -s dev --yes --skip-preview")).toMatchObject({ exitCode: 0 });
    expect(await pulumi("preview -s dev --expect-no-changes")).toMatchObject({ exitCode: 0 });
  });
});
