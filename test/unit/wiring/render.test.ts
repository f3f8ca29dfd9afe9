import execa from "execa";
import fc from "fast-check";
import { parse } from "yaml";
import type { Wiring } from "../../../infra/wiring/document";
import { render, renderers } from "../../../infra/wiring/render";
import { inputOf } from "../../fixtures/clusterWiring";

const platform = (
  env: Record<string, string>,
  secretMethod = "vault",
): Wiring["platforms"][string] => ({
  secretMethod,
  env: { SECRET_METHOD: secretMethod, ...env },
  references: {
    openai: {
      key: "openai",
      env: "OPENAI_API_KEY",
      locator: { mount: "secret", path: "promptsentinel/api_keys", field: "openai" },
    },
  },
  identities: {},
  rotation: { mode: "staged", maxAgeDays: { openai: 90 } },
  capabilities: {
    SecretStore: { level: "full" },
    WorkloadAccess: { level: "full" },
    AuditTrail: { level: "full" },
    RotationPolicy: { level: "full" },
    UsageAlerts: { level: "full" },
    CiAccess: { level: "full" },
  },
});

const documentWith = (platforms: Wiring["platforms"]): Wiring => ({
  version: "1.0",
  app: "promptsentinel",
  stage: "dev",
  apiEnv: "development",
  keys: {
    openai: { env: "OPENAI_API_KEY", readers: ["app"], rotation: "automatic" },
    snyk: { env: "SNYK_TOKEN", readers: ["ci"], rotation: "staged" },
    redis: { env: "REDIS_PASSWORD", readers: ["app"], rotation: "generated" },
  },
  platforms,
});

const wiring = documentWith({ vault: platform({ VAULT_ADDR: "http://127.0.0.1:8200" }) });

describe("json", () => {
  test("is the document", () => {
    expect(JSON.parse(render(wiring, "json"))).toStrictEqual(wiring);
    expect(render(wiring, "json")).toMatch(/\}\n$/);
  });
});

describe("env", () => {
  test("tells where the keys are, byte for byte", () => {
    expect(render(wiring, "env"))
      .toBe(`# promptsentinel, dev: the loader reads OPENAI_API_KEY, REDIS_PASSWORD
API_ENV=development
SECRET_METHOD=vault
VAULT_ADDR=http://127.0.0.1:8200
`);
  });

  /** What a shell has in a variable after it has read the lines. */
  async function readBack(values: readonly string[]): Promise<readonly string[]> {
    const names = values.map((_, index) => `V${String(index)}`);
    const env = Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
    const script = render(documentWith({ vault: platform(env) }), "env");
    const print = names.map((name) => `printf '%s\\0' "$${name}"\n`).join("");
    const { stdout } = await execa("sh", ["-c", `${script}${print}`], {
      env: {},
      extendEnv: false,
      stripFinalNewline: false,
    });
    return stdout.split("\0").slice(0, -1);
  }

  test("a shell reads back what was meant, whatever the text", async () => {
    const awkward = [
      "$HOME",
      "$(exit 7)",
      "`exit 7`",
      "a'b",
      'a"b',
      "a b",
      "#x",
      "~",
      "a;b&c|d",
      "\\",
      "'",
      "",
      "*",
      "a\nb",
      "é",
    ];
    const text = fc.oneof(
      fc.constantFrom(...awkward),
      fc.string({ unit: fc.constantFrom(...Array.from("ab0'\"$`\\ ;&|<>()*?[]~#!%=\n{}")) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 20 }), async (values) => {
        expect(await readBack(values)).toStrictEqual(values);
      }),
      { numRuns: 40, examples: [[awkward]] },
    );
  });
});

describe("compose", () => {
  test("is an override file whose keys come from whoever starts it", () => {
    expect(parse(render(wiring, "compose"))).toStrictEqual({
      services: {
        "prompt-sentinel": {
          environment: {
            API_ENV: "development",
            SECRET_METHOD: "vault",
            VAULT_ADDR: "http://127.0.0.1:8200",
            VAULT_TOKEN: "${VAULT_TOKEN:-}",
            OPENAI_API_KEY: "${OPENAI_API_KEY:?read it from the store first}",
            REDIS_PASSWORD: "${REDIS_PASSWORD:?read it from the store first}",
          },
        },
      },
    });
  });

  test("asks for the application's keys alone, and for no Vault token without Vault", () => {
    const text = render(documentWith({ other: platform({}, "other") }), "compose");
    expect(text).not.toContain("SNYK_TOKEN");
    expect(text).not.toContain("VAULT_TOKEN");
  });

  test("a value of ours is never taken for a variable of compose's", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from("a$:#'\"{}-[]!&*\n ")) }),
        (value) => {
          const text = render(documentWith({ vault: platform({ X: value }) }), "compose");
          const { services } = parse(text) as {
            services: Record<string, { environment: Record<string, string> }>;
          };
          const written = services["prompt-sentinel"]?.environment["X"] ?? "";
          // Compose reads `$$` as `$`; what is left of it after that is what it would expand.
          expect(written.replaceAll("$$", "")).not.toContain("$");
          expect(written.replaceAll("$$", "$")).toBe(value);
        },
      ),
      { numRuns: 1000, examples: [[" \n"]] },
    );
  });
});

describe("every format", () => {
  test("has a line for the help", () => {
    for (const { summary } of Object.values(renderers)) expect(summary).toMatch(/^[a-z]/);
  });

  const formats = Object.keys(renderers).join(", ");
  const two = documentWith({ vault: platform({}), other: platform({}, "other") });

  test.each<[string, Wiring, string, string | undefined, string]>([
    [
      "an unknown format",
      wiring,
      "compsoe",
      undefined,
      `format: got "compsoe"; allowed: ${formats}; fix: use compose`,
    ],
    [
      "a format that is nothing like one",
      wiring,
      "toString",
      undefined,
      `format: got "toString"; allowed: ${formats}; fix: use one of these`,
    ],
    [
      "an unknown platform",
      wiring,
      "env",
      "aws",
      'platform: got "aws"; this stack has vault; fix: name one of these with --platform',
    ],
    [
      "no platform where there are two",
      two,
      "env",
      undefined,
      "platform: got none; this stack has other, vault; fix: name one of these with --platform",
    ],
    [
      "a platform by an inherited name",
      wiring,
      "env",
      "constructor",
      'platform: got "constructor"; this stack has vault; fix: name one of these with --platform',
    ],
  ])("fails on %s", (_, document, format, name, message) => {
    expect(() => render(document, format, { platform: name })).toThrow(message);
  });

  test.each(["env", "compose"])(
    "of a cluster there is no %s: its keys are in Pods alone",
    async (format) => {
      const { wiring: document } = await inputOf("kubernetes");
      expect(() => render(document, format, { platform: "kubernetes" })).toThrow(
        `format: got ${format} of kubernetes: its keys are in Pods alone; fix: take the platform that the cluster reads; of kubernetes there is json`,
      );
      expect(render(document, format, { platform: "azure" })).toContain("AZURE_VAULT_URL");
    },
  );

  test("takes the platform that is named", () => {
    expect(render(two, "env", { platform: "other" })).toContain("SECRET_METHOD=other\n");
  });
});
