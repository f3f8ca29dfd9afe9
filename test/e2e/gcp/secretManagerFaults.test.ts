import type { status } from "@grpc/grpc-js";
import execa from "execa";
import type { RunningSecretManager } from "../../../sandbox/standin/secretmanager";
import { testWith } from "../support/needs";
import { findPython } from "../support/python";
import { refusalOf } from "../support/secretManager";
import { add, read, secretManagers, secretOf } from "../support/secretManagers";

const admin = "serviceAccount:admin@example.com";
const { withKey } = secretManagers((member) => member === admin, admin);

describe("when the service cannot answer the client for JavaScript", () => {
  const codes = ({ calls }: RunningSecretManager, method: string): string[] =>
    calls.filter((call) => call.method === method).map(({ code }) => code);
  const faults = [
    ["UNAVAILABLE", { kind: "unavailable" }],
    ["RESOURCE_EXHAUSTED", { kind: "throttled" }],
    ["CUT", { kind: "cut", when: "before" }],
    ["CUT", { kind: "cut", when: "after" }],
  ] as const;

  test.each(faults)("%s %j: the client reads again, by itself", async (code, fault) => {
    const { server, client } = await withKey();
    await add(client, "openai-api-key", "one");
    server.fail(fault);
    expect(await read(client, "openai-api-key")).toBe("one");
    expect(codes(server, "AccessSecretVersion")).toEqual([code, "OK"]);
  });

  test.each(faults)(
    "%s %j: it does nothing else again, and says what happened",
    async (code, fault) => {
      const { server, client } = await withKey();
      const name = await add(client, "openai-api-key", "one");
      const expected = code === "CUT" ? "UNAVAILABLE" : code;
      server.fail(fault, 3);
      expect(await refusalOf(client.disableSecretVersion({ name }))).toBe(expected);
      expect(await refusalOf(client.getSecretVersion({ name }))).toBe(expected);
      expect(await refusalOf(add(client, "openai-api-key", "two"))).toBe(expected);
      expect(codes(server, "AddSecretVersion")).toEqual(["OK", code]);
      expect(codes(server, "GetSecretVersion")).toEqual([code]);
    },
  );

  test("a write whose answer was lost is made all the same, once; the error is that of one never made", async () => {
    const { server, client } = await withKey();
    const errors: unknown[] = [];
    for (const when of ["before", "after"] as const) {
      server.fail({ kind: "cut", when });
      await add(client, "openai-api-key", when).catch((error: unknown) => errors.push(error));
    }
    const [before, after] = errors as { code?: status; details?: string }[];
    expect([after?.code, after?.details]).toEqual([before?.code, before?.details]);
    const [versions] = await client.listSecretVersions({ parent: secretOf("openai-api-key") });
    expect(versions).toHaveLength(1);
    expect(await read(client, "openai-api-key", 1)).toBe("after");
  });
});

describe("when the service cannot answer the client for Python", () => {
  const found = findPython("gcp");
  const program = `
import os, sys
from google.api_core.exceptions import GoogleAPICallError
from google.cloud import secretmanager
client, name = secretmanager.SecretManagerServiceClient(), os.environ["NAME"]
try:
    if sys.argv[1] == "add":
        client.add_secret_version(parent=name, payload={"data": b"two"})
    else:
        client.access_secret_version(name=name + "/versions/1")
    print("allowed")
except GoogleAPICallError as error:
    print(error.grpc_status_code.name)`;
  const cases = [
    ["access", "allowed", ["CUT", "OK"], 1],
    ["add", "UNAVAILABLE", ["CUT"], 2],
  ] as const;

  for (const [method, said, codes, versions] of cases) {
    testWith("missing" in found ? found.missing : undefined)(
      `${method}, whose answer is lost, ends with ${said}`,
      async () => {
        if (!("python" in found)) return;
        const { server, client } = await withKey();
        await add(client, "openai-api-key", "one");
        const before = server.calls.length;
        const env = {
          ...(await server.envAs("admin@example.com")),
          NAME: secretOf("openai-api-key"),
        };
        server.fail({ kind: "cut", when: "after" });
        const { stdout } = await execa(found.python, ["-c", program, method], {
          extendEnv: false,
          env,
        });
        expect(stdout).toBe(said);
        expect(server.calls.slice(before).map(({ code }) => code)).toEqual(codes);
        const [all] = await client.listSecretVersions({ parent: secretOf("openai-api-key") });
        expect(all).toHaveLength(versions);
      },
    );
  }
});
