import { existsSync } from "node:fs";
import execa from "execa";
import type { Decide } from "../../../sandbox/standin/secretmanager/service";
import { fingerprint } from "../../../sandbox/fingerprint";
import { testWith } from "../support/needs";
import { findPython, pythonProgram } from "../support/python";
import { reasonOf, refusalOf } from "../support/secretManager";
import {
  add,
  create,
  numbered,
  parent,
  projectId,
  read,
  secretManagers,
  secretOf,
} from "../support/secretManagers";

const appEmail = `promptsentinel-dev-app@${projectId}.iam.gserviceaccount.com`;
const app = `serviceAccount:${appEmail}`;
const operator = "group:operators@example.com";
const admin = "user:admin@example.com";
const guide = {
  "anthropic-api-key": "sk-ant-1",
  "openai-api-key": "sk-2",
  "gemini-api-key": "g-3",
};
const day = 24 * 3600;

/** Written by hand: the application reads its own, the operator adds and cannot read, nobody else may anything. */
const decide: Decide = (member, permission, { name }) => {
  if (member === admin) return true;
  const [, secret = ""] = /\/secrets\/([^/]+)/.exec(name) ?? [];
  if (member === app)
    return permission === "secretmanager.versions.access" && Object.keys(guide).includes(secret);
  return member === operator && /\.(add|get|list)$/.test(permission);
};

const { start, as, withKey, close, said } = secretManagers(decide, admin);

describe("an environment alone leads to it, as a workload of Google Cloud", () => {
  const found = findPython("gcp");

  testWith("missing" in found ? found.missing : undefined)(
    "the guide's loader, in Python, loads the application's keys, and its identity can do nothing else",
    async () => {
      if (!("python" in found)) return;
      const server = await start();
      const client = as(server, admin);
      for (const [id, value] of Object.entries({ ...guide, "snyk-token": "s-4" })) {
        await create(client, id);
        await add(client, id, value);
      }
      const { stdout } = await execa(found.python, [pythonProgram("gcp_reader")], {
        extendEnv: false,
        env: {
          ...(await server.envAs(appEmail)),
          GCP_PROJECT_ID: projectId,
          OTHER_SECRET: "snyk-token",
        },
      });
      const refused = (permission: string) => `PERMISSION_DENIED secretmanager.${permission}`;
      expect(JSON.parse(stdout)).toEqual({
        transport: "grpc",
        endpoint: "secretmanager.googleapis.com",
        read: {
          ANTHROPIC_API_KEY: fingerprint(guide["anthropic-api-key"]),
          OPENAI_API_KEY: fingerprint(guide["openai-api-key"]),
          GEMINI_API_KEY: fingerprint(guide["gemini-api-key"]),
        },
        attempts: {
          "another consumer's secret": refused("versions.access"),
          "a secret that is not there": refused("versions.access"),
          "another project": refused("versions.access"),
          add: refused("versions.add"),
          create: refused("secrets.create"),
          get: refused("secrets.get"),
          "get a version": refused("versions.get"),
          list: refused("secrets.list"),
          "list versions": refused("versions.list"),
          update: refused("secrets.update"),
          disable: refused("versions.disable"),
          enable: refused("versions.enable"),
          destroy: refused("versions.destroy"),
          delete: refused("secrets.delete"),
        },
      });
    },
  );

  test("the client for JavaScript reads; nothing is left when it is over", async () => {
    const { server, client } = await withKey();
    await add(client, "openai-api-key", "one");
    const program = `
      const { SecretManagerServiceClient } = require("@google-cloud/secret-manager");
      const client = new SecretManagerServiceClient();
      client.accessSecretVersion({ name: process.env.NAME })
        .then(([{ name, payload }]) => name + " " + payload.data.length, ({ message }) => message)
        .then((said) => console.log(said)).finally(() => client.close());`;
    const NAME = `${secretOf("openai-api-key")}/versions/latest`;
    const run = async (env: Readonly<Record<string, string>>): Promise<string> => {
      const options = { cwd: process.cwd(), extendEnv: false, env: { ...env, NAME } };
      return (await execa(process.execPath, ["-e", program], options)).stdout;
    };
    const env = await server.envAs(appEmail);
    expect(await run(env)).toBe(`${numbered}/secrets/openai-api-key/versions/1 3`);
    expect(await run(await server.envAs("somebody@else"))).toMatch(/^7 PERMISSION_DENIED/);
    const { GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: file = "" } = env;
    expect(existsSync(file)).toBe(true);
    await close();
    expect(existsSync(file)).toBe(false);
    expect(said.at(-1)).toMatch(
      /^this is a small stand-in .* secretmanager\.googleapis\.com at 127\.0\.0\.1:\d+$/,
    );
  });
});

describe("secrets", () => {
  test("are made once, and named by the project's number", async () => {
    const { client } = await withKey({}, { labels: { stage: "dev" }, annotations: { "a.b": "c" } });
    const [secret] = await client.getSecret({ name: `${numbered}/secrets/openai-api-key` });
    expect(secret).toMatchObject({
      name: `${numbered}/secrets/openai-api-key`,
      labels: { stage: "dev" },
      annotations: { "a.b": "c" },
      replication: { automatic: {} },
      versionDestroyTtl: null,
    });
    expect(secret.etag).toMatch(/^".+"$/);
    expect(await reasonOf(create(client, "openai-api-key"))).toBe(
      `Secret [${numbered}/secrets/openai-api-key] already exists.`,
    );
    expect(await refusalOf(create(client, "openai-api-key"))).toBe("ALREADY_EXISTS");
  });

  test("are changed where the mask says, against the etag that one has seen", async () => {
    const old = { labels: { stage: "dev" }, annotations: { a: "b" } };
    const { client } = await withKey({}, { ...old, versionDestroyTtl: { seconds: day } });
    const name = secretOf("openai-api-key");
    const [{ etag: first }] = await client.getSecret({ name });
    const change = (paths: string[], secret: object) =>
      client.updateSecret({ secret: { name, ...secret }, updateMask: { paths } });
    const [changed] = await change(["labels"], {
      labels: { a: "b" },
      annotations: { c: "d" },
      etag: first,
    });
    expect(changed).toMatchObject({
      labels: { a: "b" },
      annotations: { a: "b" },
      versionDestroyTtl: { seconds: String(day) },
    });
    expect(changed.etag).not.toBe(first);
    expect(await refusalOf(change(["labels"], { etag: first }))).toBe("FAILED_PRECONDITION");
    const [emptied] = await change(["labels", "version_destroy_ttl"], { etag: changed.etag });
    expect(emptied).toMatchObject({ labels: {}, annotations: { a: "b" }, versionDestroyTtl: null });
  });

  test("are deleted at once, with all versions; the name is free, and begins at 1 again", async () => {
    const { client } = await withKey();
    for (const value of ["one", "two"]) await add(client, "openai-api-key", value);
    const name = secretOf("openai-api-key");
    expect(await refusalOf(client.deleteSecret({ name, etag: '"old"' }))).toBe(
      "FAILED_PRECONDITION",
    );
    const [{ etag = "" }] = await client.getSecret({ name });
    await client.deleteSecret({ name, etag });
    expect(await reasonOf(client.getSecret({ name }))).toBe(
      `Secret [${numbered}/secrets/openai-api-key] not found.`,
    );
    await create(client, "openai-api-key");
    expect(await reasonOf(read(client, "openai-api-key"))).toBe(
      `Secret [${numbered}/secrets/openai-api-key] not found or has no versions.`,
    );
    expect(await add(client, "openai-api-key", "three")).toMatch(/\/versions\/1$/);
  });

  test("and versions are listed in pages, the newest first, without a value", async () => {
    const { client } = await withKey();
    const ids = Array.from({ length: 7 }, (_, index) => `key-${String(index)}`);
    for (const id of ids) await create(client, id);
    for (const value of ["the-value-1", "the-value-2", "the-value-3"]) {
      await add(client, "openai-api-key", value);
    }
    const expected = ["openai-api-key", ...ids].reverse().map((id) => `${numbered}/secrets/${id}`);
    const [all] = await client.listSecrets({ parent, pageSize: 3 });
    expect(all.map(({ name }) => name)).toEqual(expected);
    const [first, next, { totalSize }] = await client.listSecrets(
      { parent, pageSize: 3 },
      { autoPaginate: false },
    );
    expect([first.length, next?.pageToken === "", totalSize]).toEqual([3, false, 8]);
    const [versions] = await client.listSecretVersions({
      parent: secretOf("openai-api-key"),
      pageSize: 2,
    });
    expect(versions.map(({ name }) => name?.split("/").at(-1))).toEqual(["3", "2", "1"]);
    expect(JSON.stringify([all, versions])).not.toContain("the-value");
  });
});

describe("versions", () => {
  test("are numbered from 1 on, and stay", async () => {
    const { client } = await withKey();
    for (const value of ["one", "two"]) await add(client, "openai-api-key", value);
    expect(await read(client, "openai-api-key")).toBe("two");
    expect(await read(client, "openai-api-key", 1)).toBe("one");
    const name = `${secretOf("openai-api-key")}/versions/3`;
    expect(await reasonOf(client.accessSecretVersion({ name }))).toBe(
      `Secret Version [${numbered}/secrets/openai-api-key/versions/3] not found.`,
    );
  });

  test("are checked on their way in and on their way out", async () => {
    const { client } = await withKey();
    // The check value of CRC-32C: https://reveng.sourceforge.io/crc-catalogue/17plus.htm#crc.cat.crc-32-iscsi
    const data = Buffer.from("123456789");
    const sum = String(0xe3069283);
    const to = { parent: secretOf("openai-api-key") };
    const [checked] = await client.addSecretVersion({ ...to, payload: { data, dataCrc32c: sum } });
    const [unchecked] = await client.addSecretVersion({ ...to, payload: { data } });
    expect([checked, unchecked].map((one) => one.clientSpecifiedPayloadChecksum)).toEqual([
      true,
      false,
    ]);
    const [{ payload }] = await client.accessSecretVersion({ name: unchecked.name });
    expect(payload).toMatchObject({ data, dataCrc32c: sum });
    const wrong = client.addSecretVersion({ ...to, payload: { data, dataCrc32c: "1" } });
    expect(await refusalOf(wrong)).toBe("INVALID_ARGUMENT");
    expect((await client.listSecretVersions(to))[0]).toHaveLength(2);
  });

  test("latest is the newest, and where that is disabled or destroyed there is none", async () => {
    const { client } = await withKey();
    await add(client, "openai-api-key", "one");
    const name = await add(client, "openai-api-key", "two");
    await client.disableSecretVersion({ name });
    expect(await refusalOf(read(client, "openai-api-key"))).toBe("FAILED_PRECONDITION");
    expect(await reasonOf(read(client, "openai-api-key"))).toBe(
      `Secret Version [${name}] is in DISABLED state.`,
    );
    expect(await read(client, "openai-api-key", 1)).toBe("one");
    await client.enableSecretVersion({ name });
    expect(await read(client, "openai-api-key")).toBe("two");
    const [destroyed] = await client.destroySecretVersion({ name });
    expect(destroyed).toMatchObject({ state: "DESTROYED", scheduledDestroyTime: null });
    expect(destroyed.destroyTime).not.toBeNull();
    for (const version of ["latest", "2"]) {
      expect(await reasonOf(read(client, "openai-api-key", version))).toBe(
        `Secret Version [${name}] is in DESTROYED state.`,
      );
    }
    const latest = { name: `${secretOf("openai-api-key")}/versions/latest` };
    expect((await client.getSecretVersion(latest))[0]).toMatchObject({ name, state: "DESTROYED" });
    for (const call of [
      client.enableSecretVersion({ name }),
      client.disableSecretVersion({ name }),
    ]) {
      expect(await refusalOf(call)).toBe("FAILED_PRECONDITION");
    }
    expect(await add(client, "openai-api-key", "three")).toMatch(/\/versions\/3$/);
  });

  test("latest lags behind, where the number does not", async () => {
    let time = new Date("2026-11-01T12:00:00Z");
    const { client } = await withKey({ now: () => time, latestSettlesMs: 60_000 });
    await add(client, "openai-api-key", "one");
    expect(await refusalOf(read(client, "openai-api-key"))).toBe("NOT_FOUND");
    time = new Date("2026-11-01T12:01:00Z");
    await add(client, "openai-api-key", "two");
    expect(await read(client, "openai-api-key")).toBe("one");
    expect(await read(client, "openai-api-key", 2)).toBe("two");
    time = new Date("2026-11-01T12:02:00Z");
    expect(await read(client, "openai-api-key")).toBe("two");
  });

  test("have an etag of their own, which a change of nothing changes", async () => {
    const { client } = await withKey();
    const [{ etag: ofSecret }] = await client.getSecret({ name: secretOf("openai-api-key") });
    const name = await add(client, "openai-api-key", "one");
    const [{ etag = "" }] = await client.getSecretVersion({ name });
    const [enabled] = await client.enableSecretVersion({ name, etag });
    expect(enabled.state).toBe("ENABLED");
    expect(enabled.etag).not.toBe(etag);
    for (const call of [
      client.enableSecretVersion({ name, etag }),
      client.disableSecretVersion({ name, etag }),
      client.destroySecretVersion({ name, etag }),
    ]) {
      expect(await refusalOf(call)).toBe("FAILED_PRECONDITION");
    }
    expect(await read(client, "openai-api-key")).toBe("one");
    const [secret] = await client.getSecret({ name: secretOf("openai-api-key") });
    expect(secret.etag).toBe(ofSecret);
  });

  test("are destroyed when the delay is over, unless somebody enables or disables them", async () => {
    let time = new Date("2026-11-01T12:00:00Z");
    const delay = { versionDestroyTtl: { seconds: 2 * day } };
    const { client } = await withKey({ now: () => time }, delay);
    const names: string[] = [];
    for (const value of ["one", "two", "three"])
      names.push(await add(client, "openai-api-key", value));
    const [first = "", second = "", third = ""] = names;
    for (const name of names) {
      const [waiting] = await client.destroySecretVersion({ name });
      expect(waiting).toMatchObject({
        state: "DISABLED",
        scheduledDestroyTime: { seconds: String(Date.parse("2026-11-03T12:00:00Z") / 1000) },
        destroyTime: null,
      });
    }
    expect(await reasonOf(read(client, "openai-api-key", 1))).toMatch(/is in DISABLED state/);
    const [enabled] = await client.enableSecretVersion({ name: second });
    const [disabled] = await client.disableSecretVersion({ name: third });
    expect([enabled.scheduledDestroyTime, disabled.scheduledDestroyTime]).toEqual([null, null]);
    time = new Date("2026-11-03T11:59:59Z");
    expect((await client.getSecretVersion({ name: first }))[0].state).toBe("DISABLED");
    time = new Date("2026-11-03T12:00:00Z");
    const states = await Promise.all(
      names.map(async (name) => (await client.getSecretVersion({ name }))[0].state),
    );
    expect(states).toEqual(["DESTROYED", "ENABLED", "DISABLED"]);
    expect(await refusalOf(client.enableSecretVersion({ name: first }))).toBe(
      "FAILED_PRECONDITION",
    );
    expect(await read(client, "openai-api-key", 2)).toBe("two");
  });
});

test("regional secrets are at their region's endpoint, without replication", async () => {
  const server = await start({ location: "europe-west1" });
  expect(server.host).toBe("secretmanager.europe-west1.rep.googleapis.com");
  const client = as(server, admin);
  const regional = `${parent}/locations/europe-west1`;
  await client.createSecret({ parent: regional, secretId: "openai-api-key", secret: {} });
  const to = { parent: `${regional}/secrets/openai-api-key` };
  const [{ name }] = await client.addSecretVersion({
    ...to,
    payload: { data: Buffer.from("one") },
  });
  expect(name).toBe(`${numbered}/locations/europe-west1/secrets/openai-api-key/versions/1`);
  const [{ payload }] = await client.accessSecretVersion({ name });
  expect(String(payload?.data)).toBe("one");
  expect(await refusalOf(read(client, "openai-api-key"))).toBe("INVALID_ARGUMENT");
  const { client: global } = await withKey();
  expect(await refusalOf(global.accessSecretVersion({ name }))).toBe("INVALID_ARGUMENT");
});

test("each identity is let as far as it is granted", async () => {
  const { server, client } = await withKey();
  await add(as(server, operator), "openai-api-key", "one");
  expect(await refusalOf(read(as(server, operator), "openai-api-key"))).toBe("PERMISSION_DENIED");
  expect(await read(as(server, app), "openai-api-key")).toBe("one");
  expect(await refusalOf(add(as(server, app), "openai-api-key", "two"))).toBe("PERMISSION_DENIED");
  // Of what is not there, too, nothing is told to whoever may not read it.
  expect(await reasonOf(read(as(server, app), "unheard-of"))).toBe(
    `Permission 'secretmanager.versions.access' denied for resource '${parent}/secrets/unheard-of/versions/latest' (or it may not exist).`,
  );
  expect(await refusalOf(read(client, "unheard-of"))).toBe("NOT_FOUND");
});
