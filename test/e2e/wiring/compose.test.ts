import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import execa from "execa";
import fc from "fast-check";
import type { Wiring } from "../../../infra/wiring/document";
import { render } from "../../../infra/wiring/render";
import { awkwardText, wiringWith, withCoordinates } from "../../fixtures/pipelineWiring";
import { inTempDir } from "../../fixtures/tempDir";
import { findTools } from "../support/goTools/find";
import { testWith } from "../support/needs";
import { findPython } from "../support/python";

const tools = findTools("compose");
const found = findPython("ci");
const testCompose = testWith("missing" in tools ? tools.missing : undefined);
const testSchema = testWith("missing" in found ? found.missing : undefined);

/** What of the application's own file the override meets: its service, and variables in the form of a list. */
const application = `
services:
  prompt-sentinel:
    image: prompt-sentinel
    environment:
      - API_ENV=development
      - OPENAI_API_KEY=\${OPENAI_API_KEY}
      - DETECTION_MODE=\${DETECTION_MODE:-strict}
`;

/** What Docker Compose itself makes of the application's file and the override, of whoever has these variables. */
const merged = (wiring: Wiring, env: Readonly<Record<string, string>>) =>
  inTempDir(async (folder) => {
    if (!("bin" in tools)) throw new Error(tools.missing);
    const files = { "compose.yaml": application, "secrets.yaml": render(wiring, "compose") };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return execa(
      join(tools.bin, "docker-compose"),
      [...Object.keys(files).flatMap((name) => ["--file", name]), "config", "--format", "json"],
      { cwd: folder, env: { HOME: folder, ...env }, extendEnv: false, reject: false },
    );
  });

/** The service's variables. A config that is printed can be read again: `$` is doubled in it. */
function variablesIn(printed: string): Readonly<Record<string, string>> {
  const { services } = JSON.parse(printed) as {
    services: Readonly<Record<string, { environment: Readonly<Record<string, string>> }>>;
  };
  return Object.fromEntries(
    Object.entries(services["prompt-sentinel"]?.environment ?? {}).map(([name, value]) => [
      name,
      value.replaceAll("$$", "$"),
    ]),
  );
}

const keys = {
  ANTHROPIC_API_KEY: "sk-ant-$HOME",
  OPENAI_API_KEY: "sk-'\"${X}",
  GEMINI_API_KEY: "AQ.#\\",
  REDIS_PASSWORD: "pass_word-1234",
  GDPR_MASTER_KEY: "=",
};

const places: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  vault: {
    ...{ API_ENV: "staging", SECRET_METHOD: "vault", VAULT_TOKEN: "" },
    ...{ VAULT_ADDR: "https://vault.example.com:8200", VAULT_NAMESPACE: "team-a" },
  },
  aws: { API_ENV: "production", SECRET_METHOD: "aws", AWS_REGION: "eu-central-1" },
  azure: {
    ...{ API_ENV: "production", SECRET_METHOD: "azure" },
    AZURE_VAULT_URL: "https://kv-prompt-sentinel.vault.azure.net/",
  },
  gcp: { API_ENV: "production", SECRET_METHOD: "gcp", GCP_PROJECT_ID: "sentinel-prod-4711" },
};

describe("an override for Docker Compose", () => {
  for (const [store, place] of Object.entries(places)) {
    testCompose(`of ${store} gives the application its keys, and stops without one`, async () => {
      const wiring = await wiringWith(store);
      const { stdout, stderr } = await merged(wiring, keys);
      expect(stderr).toBe("");
      expect(variablesIn(stdout)).toStrictEqual({ DETECTION_MODE: "strict", ...place, ...keys });
      for (const name of Object.keys(keys)) {
        const { exitCode, stderr: why } = await merged(wiring, { ...keys, [name]: "" });
        expect(exitCode).not.toBe(0);
        expect(why).toContain(
          `required variable ${name} is missing a value: read it from the store first`,
        );
      }
    });
  }

  testCompose("takes what a stack and a store have as it is", async () => {
    const wiring = await wiringWith("vault");
    await fc.assert(
      fc.asyncProperty(awkwardText, awkwardText, async (address, key) => {
        const other = withCoordinates(wiring, (name, value) =>
          name === "VAULT_ADDR" ? address : value,
        );
        const { stdout } = await merged(other, { ...keys, OPENAI_API_KEY: key });
        expect(variablesIn(stdout)).toMatchObject({ VAULT_ADDR: address, OPENAI_API_KEY: key });
      }),
      { numRuns: 40 },
    );
  });

  testSchema("is one by the schema of the Compose Specification", async () => {
    const isCompose = (text: string): Promise<boolean> =>
      inTempDir(async (folder) => {
        if (!("python" in found)) throw new Error(found.missing);
        const file = join(folder, "compose.yaml");
        await writeFile(file, text);
        const { exitCode } = await execa(
          found.python,
          ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", file],
          { reject: false },
        );
        return exitCode === 0;
      });
    for (const store of Object.keys(places)) {
      const text = render(await wiringWith(store), "compose");
      expect([store, await isCompose(text)]).toStrictEqual([store, true]);
      expect(await isCompose(text.replace("environment", "environments"))).toBe(false);
    }
  });
});
