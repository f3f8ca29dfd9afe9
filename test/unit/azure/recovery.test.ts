import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseConfig } from "../../../infra/config";
import type { AzureSettings } from "../../../infra/azure/settings";
import { platforms } from "../../../stacks/platforms";
import { existingId } from "../../../stacks/recovery/azure";
import { located, recoverable } from "../../../stacks/recovery/azureIds";
import { max } from "../../fixtures/azure";
import { deploy } from "../../fixtures/deploy";

const { environment, ci, platforms: enabled } = parseConfig(max, platforms);
const args = { environment, ci, settings: enabled[0]?.settings as AzureSettings };

describe("where a cut-off creation is looked for", () => {
  test("is known for every type that a stack with every setting registers", async () => {
    const { resources } = await deploy(parseConfig(max, platforms));
    const types = resources.filter(({ custom }) => custom).map(({ type }) => type);
    const outside = types.filter((type) => type.startsWith("azure-native:"));
    expect([...new Set(outside)].sort()).toStrictEqual([...recoverable].sort());
  });

  test.each(Object.entries(located))(
    "%s: by the provider's own version",
    (type, { apiVersion }) => {
      const [, module = "", name = ""] = type.split(":");
      const file = `${module}/${name.slice(0, 1).toLowerCase()}${name.slice(1)}.d.ts`;
      const root = join(__dirname, "../../../node_modules/@pulumi/azure-native");
      const text = readFileSync(join(root, file), "utf8");
      expect(/Uses Azure REST API version ([\w-]+)\./.exec(text)?.[1]).toBe(apiVersion);
    },
  );

  test("fails for a type that nobody can look up, rather than forgetting what may exist", async () => {
    const pending = { type: "azure-native:keyvault:Secret", inputs: {} };
    await expect(existingId(pending, args)).rejects.toThrow(
      "azure-native:keyvault:Secret: nobody knows where to look for it, so it is not forgotten either; fix:",
    );
  });

  test("leaves what is not in the subscription to the engine", async () => {
    for (const type of ["pulumi:providers:azure-native", "aws:s3/bucket:Bucket"]) {
      expect(await existingId({ type, inputs: {} }, args)).toBeUndefined();
    }
  });
});
