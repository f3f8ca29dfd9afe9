import { join } from "node:path";
import { loadStackConfig } from "../../cli/stackConfig";
import { deploy, wiringOf } from "../fixtures/deploy";
import { golden } from "../fixtures/golden";
import { once } from "../fixtures/once";
import type { Recorded } from "../support/mocks";

const goldenFile = (stack: string): string =>
  join(__dirname, "..", "fixtures", "golden", `${stack}.json`);

const run = once(async ({ stack }) => {
  const config = await loadStackConfig(String(stack));
  return { config, ...(await deploy(config)) };
});

/** A resource as the golden has it. Policies as lines, so that a diff shows the line that changed. */
const shown = ({ type, name, inputs }: Recorded) => ({
  type,
  name,
  inputs: sorted(
    typeof inputs["policy"] === "string"
      ? { ...inputs, policy: inputs["policy"].split("\n") }
      : inputs,
  ),
});

/** The same value with its members in order of name. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

const listOf = (resources: readonly Recorded[]): unknown =>
  [...resources]
    .sort((a, b) => (`${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1))
    .map(shown);

describe.each(["dev", "prod"])("stack %s", (stack) => {
  test("registers exactly the resources of its golden", async () => {
    const list = listOf((await run({ stack })).resources);
    expect(list).toStrictEqual(await golden(goldenFile(stack), list));
  });

  test("is made of these components", async () => {
    const { resources } = await run({ stack });
    expect(
      resources
        .filter(({ custom }) => !custom)
        .map(({ type, name }) => [type, name])
        .sort(),
    ).toStrictEqual([
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
    expect(wiringOf(config, results)).toMatchObject({
      version: "1.0",
      app: "promptsentinel",
      stage: stack,
      apiEnv: stack === "dev" ? "development" : "production",
    });
  });
});
