import { startSecretManager } from "../../../sandbox/standin/secretmanager";
import { max } from "../../fixtures/gcp";
import { decideFor, type Decide } from "../../support/gcpIam";
import { groups, project, projects } from "../support/gcpCalls";
import { recordedUp } from "../support/recordedUp";
import { clientOf, reasonOf, refusalOf } from "../support/secretManager";
import type { Client } from "../support/secretManagers";

const applications = [
  ...["anthropic-api-key", "openai-api-key", "gemini-api-key"],
  ...["cache-password", "gdpr-master-key"],
];
const ours = [...applications, "snyk-token"];
const account = (name: string): string =>
  `serviceAccount:${name}@sentinel-prod-4711.iam.gserviceaccount.com`;
const rotator = account("rotator");
const operator = groups["group:platform@promptsentinel.ai"]?.[0] ?? "";
const onCall = "user:on-call@promptsentinel.ai";
const before = "2026-11-30T00:00:00Z";
const during = "2026-12-02T00:00:00Z";

/** What each reads, written by hand. */
const readers: readonly (readonly [string, string, readonly string[]])[] = [
  ["the application", account("promptsentinel-prod-app"), applications],
  ["the scan", account("promptsentinel-prod-ci"), ["snyk-token"]],
  ["the rotator", rotator, ours.filter((name) => name !== "gdpr-master-key")],
  ["the operator", operator, []],
  ["break-glass before its time", onCall, []],
  ["preview", account("promptsentinel-prod-preview"), []],
  ["apply", account("promptsentinel-prod-apply"), []],
  ["the project's owner", "user:owner@promptsentinel.ai", []],
];

describe("a server of the secrets that the rehearsed stack's grants decide for", () => {
  let decide: Decide;
  const closing: (() => Promise<void>)[] = [];

  /** With each secret made by somebody who may, and a value in it that the operator put in. */
  const start = async (at: string) => {
    const maker = "user:maker@promptsentinel.ai";
    const server = await startSecretManager({
      projectId: "sentinel-prod-4711",
      projectNumber: "604321987655",
      decide: (member, permission, resource) =>
        member === maker || decide(member, permission, resource, new Date(at)),
      log: () => undefined,
    });
    closing.push(() => server.stop());
    const as = (member: string): Client => {
      const client = clientOf(server, member);
      closing.unshift(() => client.close());
      return client;
    };
    for (const secretId of ours) {
      await as(maker).createSecret({
        parent: project,
        secretId,
        secret: { replication: { automatic: {} } },
      });
      await add(as(operator), secretId, `value of ${secretId}`);
    }
    return as;
  };
  let as: Awaited<ReturnType<typeof start>>;

  const secretOf = (id: string): string => `${project}/secrets/${id}`;
  const add = (client: Client, id: string, value: string) =>
    client.addSecretVersion({ parent: secretOf(id), payload: { data: Buffer.from(value) } });
  const access = (client: Client, id: string) =>
    client.accessSecretVersion({ name: `${secretOf(id)}/versions/latest` });
  const read = async (client: Client, id: string): Promise<string> => {
    const [{ payload }] = await access(client, id);
    return String(payload?.data);
  };

  beforeAll(async () => {
    decide = decideFor(await recordedUp(max), projects, groups);
    as = await start(before);
  });
  afterAll(async () => {
    for (const one of closing) await one();
  });

  test.each(readers)("%s reads its own and is refused the others", async (_, member, expected) => {
    const client = as(member);
    const answers: [string, string][] = [];
    for (const id of ours) answers.push([id, await refusalOf(access(client, id))]);
    expect(answers).toEqual(
      ours.map((id) => [id, expected.includes(id) ? "allowed" : "PERMISSION_DENIED"]),
    );
  });

  test("the application gets the value that the operator put in, and writes and lists none", async () => {
    const app = as(account("promptsentinel-prod-app"));
    expect(await read(app, "openai-api-key")).toBe("value of openai-api-key");
    for (const call of [
      add(app, "openai-api-key", "another"),
      app.listSecrets({ parent: project }),
      app.listSecretVersions({ parent: secretOf("openai-api-key") }),
      app.deleteSecret({ name: secretOf("openai-api-key") }),
    ]) {
      expect(await refusalOf(call)).toBe("PERMISSION_DENIED");
    }
  });

  test("a refusal tells the permission and the secret, and no value", async () => {
    const said = await reasonOf(access(as(account("promptsentinel-prod-ci")), "openai-api-key"));
    expect(said).toContain("secretmanager.versions.access");
    expect(said).toContain("openai-api-key");
    expect(said).not.toContain("value of");
  });

  test("the operator sees which versions there are, and neither disables nor deletes one", async () => {
    const client = as(operator);
    const [versions] = await client.listSecretVersions({ parent: secretOf("snyk-token") });
    expect(versions).toHaveLength(1);
    const name = `${secretOf("snyk-token")}/versions/1`;
    for (const call of [
      client.disableSecretVersion({ name }),
      client.destroySecretVersion({ name }),
      client.deleteSecret({ name: secretOf("snyk-token") }),
      client.createSecret({ parent: project, secretId: "another", secret: {} }),
    ]) {
      expect(await refusalOf(call)).toBe("PERMISSION_DENIED");
    }
  });

  test("the rotator puts a new version in and takes the old one out", async () => {
    const client = as(rotator);
    await add(client, "snyk-token", "a new one");
    await client.disableSecretVersion({ name: `${secretOf("snyk-token")}/versions/1` });
    expect(await read(as(account("promptsentinel-prod-ci")), "snyk-token")).toBe("a new one");
    expect(await refusalOf(add(client, "gdpr-master-key", "a new one"))).toBe("PERMISSION_DENIED");
  });

  test("break-glass reads in its time, and does nothing else", async () => {
    const then = await start(during);
    const client = then(onCall);
    expect(await read(client, "gdpr-master-key")).toBe("value of gdpr-master-key");
    expect(await refusalOf(add(client, "gdpr-master-key", "x"))).toBe("PERMISSION_DENIED");
  });
});
