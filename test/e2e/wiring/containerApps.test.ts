import execa from "execa";
import { parse } from "yaml";
import { render } from "../../../infra/wiring/render";
import { wiringWith } from "../../fixtures/pipelineWiring";
import { testWith } from "../support/needs";
import { findPython, pythonProgram } from "../support/python";

const found = findPython("ci");
const testModels = testWith("missing" in found ? found.missing : undefined);

/** What the models of the management API know of an app; the Azure CLI reads a file with a copy of them. */
async function understood(app: unknown): Promise<unknown> {
  if (!("python" in found)) throw new Error(found.missing);
  const { stdout } = await execa(found.python, [pythonProgram("container_app")], {
    input: JSON.stringify(app),
  });
  return JSON.parse(stdout) as unknown;
}

const appOf = async (size: "min" | "max"): Promise<unknown> =>
  parse(render(await wiringWith("azure", size), "containerApps")) as unknown;

describe("a container app", () => {
  for (const size of ["min", "max"] as const) {
    testModels(
      `of the ${size} stack is understood whole by the models of Azure's API`,
      async () => {
        const app = await appOf(size);
        expect(await understood(app)).toStrictEqual(app);
      },
    );
  }

  testModels("has nothing that the models would leave out", async () => {
    const text = JSON.stringify(await appOf("min"));
    for (const name of [
      ...["userAssignedIdentities", "properties", "configuration", "secrets", "keyVaultUrl"],
      ...["template", "containers", "image", "env", "value", "secretRef", "identity", "type"],
    ]) {
      const other = text.replaceAll(`"${name}":`, `"${name}Other":`);
      expect(other).not.toBe(text);
      expect(await understood(JSON.parse(other))).not.toStrictEqual(JSON.parse(other));
    }
  });

  testModels(
    "names each secret as Container Apps allows, once, and refers to no other",
    async () => {
      const { properties } = (await appOf("max")) as {
        properties: {
          configuration: { secrets: readonly { name: string }[] };
          template: { containers: readonly [{ env: readonly { secretRef?: string }[] }] };
        };
      };
      const names = properties.configuration.secrets.map(({ name }) => name);
      const used = properties.template.containers[0].env.flatMap(
        ({ secretRef }) => secretRef ?? [],
      );
      expect(used).toStrictEqual(names);
      expect(new Set(names).size).toBe(names.length);
      // https://learn.microsoft.com/azure/container-apps/manage-secrets
      for (const name of names) expect(name).toMatch(/^[a-z0-9][a-z0-9.-]*[a-z0-9]$/);
    },
  );
});
