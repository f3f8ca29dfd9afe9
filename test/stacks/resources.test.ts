import { loadStackConfig } from "../../cli/stackConfig";
import { deploy, wiringOf } from "../fixtures/deploy";
import { once } from "../fixtures/once";

const run = once(async ({ stack }) => {
  const config = await loadStackConfig(String(stack));
  return { config, ...(await deploy(config)) };
});

/** The example of a cluster leaves its pipeline's roles to an administrator. */
const clouds = ["aws", "azure", "gcp", "kubernetes"].flatMap((cloud) => [
  [`promptsentinel:${cloud}:AuditTrail`, `${cloud}-audit`],
  ...(cloud === "kubernetes" ? [] : [[`promptsentinel:${cloud}:CiAccess`, `${cloud}-ci`]]),
  [`promptsentinel:${cloud}:RotationPolicy`, `${cloud}-rotation`],
  [`promptsentinel:${cloud}:SecretStore`, `${cloud}-store`],
  [`promptsentinel:${cloud}:UsageAlerts`, `${cloud}-alerts`],
  [`promptsentinel:${cloud}:WorkloadAccess`, `${cloud}-access`],
]);

describe.each(["dev", "prod"])("stack %s", (stack) => {
  test("is made of these components", async () => {
    const { resources } = await run({ stack });
    expect(
      resources
        .filter(({ custom }) => !custom)
        .map(({ type, name }) => [type, name])
        .sort(),
    ).toStrictEqual([
      ...(stack === "prod" ? clouds : []),
      ["promptsentinel:vault:AuditTrail", "vault-audit"],
      ["promptsentinel:vault:CiAccess", "vault-ci"],
      ["promptsentinel:vault:RotationPolicy", "vault-rotation"],
      ["promptsentinel:vault:SecretStore", "vault-store"],
      ["promptsentinel:vault:WorkloadAccess", "vault-access"],
    ]);
  });

  test("registers nothing that the engine would hold a key's value in", async () => {
    const { resources } = await run({ stack });
    for (const { type } of resources) {
      expect(type).not.toMatch(/^vault:(kv|generic\/secret|token|appRole\/\w+SecretI[dD])\b/);
    }
    expect(JSON.stringify(resources)).not.toMatch(/sk-ant-|sk-proj-|AIza|hvs\./);
  });

  test("its wiring is a document of this stage", async () => {
    const { config, results } = await run({ stack });
    expect(await wiringOf(config, results)).toMatchObject({
      version: "1.2",
      app: "promptsentinel",
      stage: stack,
      apiEnv: stack === "dev" ? "development" : "production",
    });
  });
});
