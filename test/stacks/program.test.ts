import * as log from "@pulumi/pulumi/log";
import * as runtimeConfig from "@pulumi/pulumi/runtime/config";
import type { Platforms } from "../../infra/config";
import { ConfigError } from "../../infra/configError";
import type { Finding } from "../../infra/contracts/platform";
import { wiringSchema } from "../../infra/wiring/document";
import { PreflightError, program, type StackOutputs } from "../../stacks/program";
import { fakePlatform } from "../fixtures/fakePlatform";
import { record } from "../support/mocks";

/** Runs the program as the engine would hand it its config; what it gave, or why it stopped. */
async function run(
  config: Readonly<Record<string, string>>,
  findings: readonly Finding[] = [],
  secretKeys: string[] = [],
) {
  const deployed: string[] = [];
  const base = fakePlatform("other");
  const platform: typeof base = {
    ...base,
    preflight: () => Promise.resolve(findings),
    deploy(args) {
      deployed.push("other");
      return base.deploy(args);
    },
  };
  const registry: Platforms = { other: platform };
  runtimeConfig.setAllConfig(
    Object.fromEntries(
      Object.entries(config).map(([key, value]) => [`promptsentinel-secrets:${key}`, value]),
    ),
    secretKeys.map((key) => `promptsentinel-secrets:${key}`),
  );
  let outputs: StackOutputs | undefined;
  let error: unknown;
  await record(async () => {
    try {
      outputs = await program(registry);
    } catch (caught) {
      error = caught;
    }
  });
  return { outputs, error, deployed };
}

const good = { stage: "staging", other: '{"region":"here"}' };

const info = jest.spyOn(log, "info").mockResolvedValue();
const warn = jest.spyOn(log, "warn").mockResolvedValue();
beforeEach(() => {
  info.mockClear();
  warn.mockClear();
});

describe("program", () => {
  test("gives the wiring and nothing of a value", async () => {
    const { outputs, error } = await run(good);
    expect(error).toBeUndefined();
    expect(wiringSchema.parse(outputs?.wiring)).toMatchObject({
      version: "1.2",
      stage: "staging",
      apiEnv: "staging",
      keys: { snyk: { env: "SNYK_TOKEN", readers: ["ci"], rotation: "staged" } },
      platforms: { other: { secretMethod: "other" } },
    });
    expect(outputs?.tasks).toStrictEqual({});
    expect(Object.keys(outputs ?? {})).toStrictEqual(["wiring", "tasks", "costs"]);
  });

  test("says what a platform does not do, with the reason", async () => {
    await run(good);
    expect(info.mock.calls).toStrictEqual(
      ["AuditTrail", "RotationPolicy", "UsageAlerts", "CiAccess"].map((concern) => [
        `other ${concern} is absent: a platform of the tests`,
      ]),
    );
  });

  test("fails on a bad setting before anything is registered", async () => {
    const { error, deployed } = await run({ ...good, stage: "prd" });
    expect(error).toBeInstanceOf(ConfigError);
    expect(deployed).toStrictEqual([]);
  });

  test("fails on an encrypted setting, and does not show it", async () => {
    const secret = "sk-ant-api03-abcdefghijklmnopqrstuvwxyz";
    const { error, deployed } = await run({ ...good, anthropic: secret }, [], ["anthropic"]);
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain(
      "promptsentinel-secrets:anthropic: is an encrypted setting; no setting of this program is a secret",
    );
    expect(String(error)).not.toContain(secret);
    expect(deployed).toStrictEqual([]);
  });

  test("fails on what the pre-flight finds, all of it, before anything is registered", async () => {
    const { error, deployed } = await run(good, [
      { severity: "error", message: "the first thing" },
      { severity: "warning", message: "a remark" },
      { severity: "error", message: "the second thing" },
    ]);
    expect(error).toBeInstanceOf(PreflightError);
    expect((error as Error).message).toBe(
      "the pre-flight found 2 problems; nothing was created\n  - the first thing\n  - the second thing",
    );
    expect(deployed).toStrictEqual([]);
  });

  test("goes on after a warning", async () => {
    const { error, deployed } = await run(good, [{ severity: "warning", message: "a remark" }]);
    expect(error).toBeUndefined();
    expect(deployed).toStrictEqual(["other"]);
    expect(warn.mock.calls).toStrictEqual([["a remark"]]);
  });
});
