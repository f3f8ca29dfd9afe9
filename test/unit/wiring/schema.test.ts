import Ajv from "ajv/dist/2020";
import { wiringJsonSchema, wiringSchema, type Wiring } from "../../../infra/wiring/document";
import { documentOf } from "../../fixtures/documentOf";
import { max, min } from "../../fixtures/vault";

const validate = new Ajv({ strict: false }).compile(wiringJsonSchema());

test.each([
  ["smallest", min],
  ["fullest", max],
])("the schema takes the wiring of the %s stack", async (_, raw) => {
  const document = await documentOf(raw);
  expect(validate(document)).toBe(true);
  expect(wiringSchema.safeParse(document).success).toBe(true);
});

describe("the schema refuses", () => {
  const cases: readonly (readonly [string, (document: Wiring) => unknown])[] = [
    ["an extra member", (document) => ({ ...document, extra: 1 })],
    ["a value of a key", (document) => with_(document, "keys", "snyk", { value: "x" })],
    [
      "an extra member of a platform",
      (document) => with_(document, "platforms", "vault", { x: 1 }),
    ],
    ["another major version", (document) => ({ ...document, version: "2.0" })],
    ["another application", (document) => ({ ...document, app: "other" })],
    ["the stage where API_ENV belongs", (document) => ({ ...document, apiEnv: "dev" })],
    ["a missing part", (document) => ({ ...document, keys: undefined })],
    [
      "an identity of nobody",
      (document) => with_(document, "platforms", "vault", { identities: { nobody: {} } }),
    ],
    [
      "something not done without a reason",
      (document) =>
        with_(document, "platforms", "vault", {
          capabilities: {
            ...document.platforms["vault"]?.capabilities,
            UsageAlerts: { level: "absent" },
          },
        }),
    ],
  ];

  test.each(cases)("%s", async (_, change) => {
    const document = change(await documentOf(min));
    expect(validate(document)).toBe(false);
    expect(wiringSchema.safeParse(document).success).toBe(false);
  });
});

/** A document with members added to one entry of a part. */
const with_ = (
  document: Wiring,
  part: "keys" | "platforms",
  entry: string,
  members: object,
): unknown => ({
  ...document,
  [part]: { ...document[part], [entry]: { ...document[part][entry], ...members } },
});
