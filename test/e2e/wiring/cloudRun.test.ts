import Ajv from "ajv/dist/2020";
import execa from "execa";
import { parse } from "yaml";
import type { Wiring } from "../../../infra/wiring/document";
import { render } from "../../../infra/wiring/render";
import { wiringWith } from "../../fixtures/pipelineWiring";
import { schemaIn } from "../support/discovery";
import { testWith } from "../support/needs";
import { findPython, pythonProgram } from "../support/python";

const found = findPython("ci");
const testSchema = testWith("missing" in found ? found.missing : undefined);

/** Google's own description of the API that `gcloud run services replace` sends the file to. */
async function description() {
  if (!("python" in found)) throw new Error(found.missing);
  const { stdout } = await execa(found.python, [pythonProgram("google_api"), "run.v1"]);
  return JSON.parse(stdout) as Parameters<typeof schemaIn>[0];
}

const textOf = (wiring: Wiring): string => render(wiring, "cloudRun");
const service = async (size: "min" | "max"): Promise<string> =>
  textOf(await wiringWith("gcp", size));

describe("a service of Cloud Run", () => {
  testSchema("is one by Google's own description, and nothing in it is unknown there", async () => {
    const validate = new Ajv({ strict: false }).compile(schemaIn(await description(), "Service"));
    const valid = (text: string): boolean => validate(parse(text));
    for (const text of [await service("min"), await service("max")]) {
      expect(valid(text)).toBe(true);
      for (const [member, other] of [
        ["serviceAccountName", "serviceAccount"],
        ["secretKeyRef", "secretRef"],
        ["valueFrom", "from"],
        ["containers", "container"],
        ["template", "templates"],
        ["namespace", "project"],
        ["image", "images"],
      ] as const) {
        const broken = text.replaceAll(`${member}:`, `${other}:`);
        expect(broken).not.toBe(text);
        expect([member, valid(broken)]).toStrictEqual([member, false]);
      }
      expect(valid(text.replace('value: "', 'value: 1 #"'))).toBe(false);
    }
  });

  testSchema("puts aliases where Google's description has them, in its form", async () => {
    const { schemas } = await description();
    const aliased = await wiringWith("gcp", "min");
    for (const { locator } of Object.values(aliased.platforms["gcp"]?.references ?? {})) {
      locator["projectId"] = "keys-4711";
    }
    const { annotations } = (
      parse(textOf(aliased)) as {
        spec: { template: { metadata: { annotations: Record<string, string> } } };
      }
    ).spec.template.metadata;
    const [[name, value] = ["", ""], ...more] = Object.entries(annotations);
    expect(more).toStrictEqual([]);
    expect(JSON.stringify(schemas["ObjectMeta"])).toContain(`\`${name}\`: Revision`);
    const described = JSON.stringify(schemas["SecretKeySelector"]);
    // The description's own placeholders are lost in it.
    expect(described).toContain("An alias definition has the form: :projects//secrets/.");
    expect(described).toContain(`must be set on the ${name} annotation`);
    expect(described).not.toContain("locations");
    for (const alias of value.split(",")) {
      expect(alias).toMatch(/^[\w-]+:projects\/[a-z0-9-]+\/secrets\/[\w-]+$/);
    }
  });
});
